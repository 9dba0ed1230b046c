"""A place on the page for a shop's own files: what was read, then the memo to take along."""

from html import escape
from typing import Any

import ipywidgets as widgets

from course_utils.course.page import Page, download
from course_utils.session import on_binder
from course_utils.shop import words
from course_utils.shop.audits import AUDITS, Audit, audit_shop
from course_utils.shop.memo import memo_page
from course_utils.shop.reading import Shop, read_shop
from course_utils.shop.report import reading_report
from course_utils.widgets.asleep import Bundle, stored_beside
from course_utils.widgets.callbacks import guarded

MEMO = "memo.html"
KINDS = ".csv,.txt,.tsv,.xlsx,.xls"


def memo_of(shop: Shop, audit: Audit | None = None) -> Page:
    """The memo of a shop as a link that holds it, and how much stands in it."""
    found = audit or audit_shop(shop)
    said = words.memo_holds.format(figures=len(found.figures), refused=len(found.refused))
    link = download(MEMO, memo_page(shop, found).encode())
    return Page(f"<p>{escape(said)} {link}</p>", said)


class ShopBox(widgets.VBox):
    """Files in, the reading report and the memo out; nothing is written to disk.

    `shop` is what was read last, None before. On Binder a warning stands first.
    """

    def __init__(self) -> None:
        self.shop: Shop | None = None
        self.files = widgets.FileUpload(description=words.choose_files, accept=KINDS, multiple=True)
        self.button = widgets.Button(description=words.read_files, button_style="primary")
        self.bar = widgets.IntProgress(max=2 + len(AUDITS), description=words.progress)
        self.reply = widgets.HTML()
        self.bar.layout.display = "none"
        self.button.on_click(guarded(lambda _: self._read(), self.reply))
        warning = [widgets.HTML(f"<p>{escape(words.on_binder)}</p>")] if on_binder() else []
        super().__init__([*warning, self.files, self.button, self.bar, self.reply])
        self.add_class("course-work")

    def _read(self) -> None:
        given = {str(file["name"]): bytes(file["content"]) for file in self.files.value}
        if not given:
            self.reply.value = f'<p role="status">{escape(words.no_files_chosen)}</p>'
            return
        self.files.value = ()  # they are read once, and kept nowhere
        self.bar.value, self.bar.layout.display = 1, ""
        try:
            self.shop = read_shop(given)
            self._step()
            report = reading_report(self.shop).html
            self.reply.value = report
            found = audit_shop(self.shop, step=self._step)
            self.reply.value = f'<div role="status">{report}{memo_of(self.shop, found).html}</div>'
        finally:
            self.bar.layout.display = "none"

    def _step(self) -> None:
        self.bar.value += 1

    def _repr_mimebundle_(self, **kwargs: Any) -> Bundle:
        return stored_beside(super()._repr_mimebundle_(**kwargs), words.box)


def shop_box() -> ShopBox:
    """A place to put in your own shop's files."""
    return ShopBox()
