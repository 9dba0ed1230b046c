"""The board on the screen: a place to paste codes, the views, the reveal, a timer, the export."""

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from course_utils.classroom.case import Case
from course_utils.classroom.feedback import Feedback
from course_utils.classroom.workbook import Decision, VerdictQuestion
from course_utils.course import words
from course_utils.course.board import ClassRecord
from course_utils.course.page import table
from course_utils.figures.picture import Picture
from course_utils.figures.style import WIDTH

AUTO = widgets.Layout(width="auto")
WIDE = widgets.Layout(width=f"{WIDTH}px", max_width="100%")


class ClassBoard(widgets.VBox):
    """One chapter's board. `export` takes a file name and bytes and gives the HTML of a link."""

    def __init__(self, case: Case, export: Callable[[str, bytes], str]) -> None:
        self.record = ClassRecord(case)
        self._export = export
        self.paste = widgets.Textarea(placeholder=words.PASTE_CODES, rows=4, layout=WIDE)
        self.folder = widgets.Text(description=words.FOLDER, layout=WIDE)
        self.take = widgets.Button(description=words.TAKE_IN, button_style="primary")
        self.report = widgets.HTML()
        self.view = widgets.Dropdown(
            options=self._views(), description=words.SHOW, layout=widgets.Layout(width="46em")
        )
        self.reveal = widgets.Checkbox(
            description=words.REVEAL, value=False, indent=False, layout=AUTO
        )
        self.save = widgets.Button(description=words.EXPORT, layout=AUTO)
        self.image = widgets.Image(format="png", layout=widgets.Layout(display="none"))
        self.said = widgets.HTML()
        self.take.on_click(lambda _: self._take_in())
        self.save.on_click(lambda _: self._write())
        # A new question begins covered: nobody should see a truth by leafing through.
        self.view.observe(lambda _: self._show(cover=True), "value")
        self.reveal.observe(lambda _: self._show(), "value")
        self._show()
        controls = widgets.HBox(
            [self.view, self.reveal, self.save], layout=widgets.Layout(flex_flow="row wrap")
        )
        super().__init__(
            [
                *(self.paste, self.folder, self.take, self.report),
                *(Timer(), controls, self.image, self.said),
            ],
            layout=widgets.Layout(align_items="flex-start"),
        )
        self.add_class("course-board")

    def _views(self) -> list[tuple[str, str]]:
        case, found = self.record.case, []
        for id, item in case.book.items.items():
            group = {VerdictQuestion: "verdict", Decision: "decision"}.get(type(item))
            if group:
                title = case.words[group][id]["title"].replace("*", "")
                found.append((f"{id} {title}", id))
        return [*found, (words.SLIPS, "slips"), (words.FINISHED_VIEW, "finished")]

    def _take_in(self) -> None:
        said = self.record.read(self.paste.value)
        if self.folder.value.strip():
            folder = Path(self.folder.value.strip()).expanduser()
            if folder.is_dir():
                said = self.record.read_folder(folder)
            else:
                said = words.NO_FOLDER.format(folder=folder)
        self.report.value = Feedback("info", said).html()
        self.paste.value = ""
        self._show()

    def _show(self, cover: bool = False) -> None:
        if cover and self.reveal.value:
            self.reveal.value = False  # which shows it, covered
            return
        if not self.record.trainees:
            self._put(None, f"<p>{words.NOBODY}</p>")
        elif isinstance(found := self._found(), Picture):
            self._put(found, f"<p>{escape(found.words)}</p>")
        else:
            self._put(None, found)

    def _found(self) -> Picture | str:
        """The picture or the table of the view that is chosen."""
        id, record, revealed = self.view.value, self.record, self.reveal.value
        if id == "slips":
            rows = record.slips().astype(str).to_numpy().tolist()
            return table(words.SLIPS_HEAD, [[*map(escape, row)] for row in rows], wrap=True)
        if id == "finished":
            of = len(record.case.book.items)
            rows = [
                [escape(str(name)), f"{done} of {of}"] for name, done in record.finished().items()
            ]
            return table(words.FINISHED_HEAD, rows)
        if isinstance(record.case.book.items[id], Decision):
            return record.choices_picture(id, revealed=revealed)
        return record.verdict_picture(id, revealed=revealed)

    def _put(self, picture: Picture | None, html: str) -> None:
        if picture:
            self.image.value = picture.png
            self.image.layout.width = f"{picture.width}px"
        self.image.layout.display = "" if picture else "none"
        self.said.value = f'<div role="status">{html}</div>'

    def _write(self) -> None:
        """The class as a table, and the picture as it stands."""
        links = [self._export(words.CLASS_CSV, self.record.table().to_csv(index=False).encode())]
        if self.image.value and self.image.layout.display != "none":
            links.append(self._export(f"class_{self.view.value}.png", self.image.value))
        self.report.value = f'<p role="status">{", ".join(links)}</p>'

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        return super()._repr_mimebundle_(**kwargs) | {"text/plain": words.BOARD}


class Timer(widgets.HBox):
    """A bar that runs down while the class thinks. The browser moves it; the kernel is free."""

    def __init__(self) -> None:
        self.minutes = widgets.BoundedFloatText(
            value=2, min=0.5, max=30, step=0.5, description=words.MINUTES, layout=AUTO
        )
        self.start = widgets.Button(description=words.START_TIMER, layout=AUTO)
        self.bar = widgets.HTML()
        self.start.on_click(lambda _: self._run())
        super().__init__([self.minutes, self.start, self.bar])

    def _run(self) -> None:
        seconds = round(60 * self.minutes.value)
        # A name of its own each time, or the browser would not begin anew.
        self._runs = getattr(self, "_runs", 0) + 1
        name = f"course-timer-{self._runs}"
        self.bar.value = (
            f"<style>@keyframes {name} {{from {{width:100%}} to {{width:0}}}}</style>"
            f'<div role="timer" aria-label="{self.minutes.value:g} {words.MINUTES}" '
            'style="width:20em;height:1em;margin:0.5em;background:var(--jp-layout-color3)">'
            f'<div style="height:100%;background:var(--jp-brand-color1);'
            f'animation:{name} {seconds}s linear forwards"></div></div>'
        )
