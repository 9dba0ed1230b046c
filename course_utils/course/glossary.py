"""The course's terms, English and Chinese, to be searched."""

from dataclasses import dataclass
from html import escape

import ipywidgets as widgets

from course_utils.course import words
from course_utils.course.chapters import Chapter
from course_utils.course.page import link, table
from course_utils.widgets.asleep import Bundle, stored_beside
from course_utils.widgets.callbacks import guarded

SHOWN = 8  # terms at once: more than fit a screen help nobody


@dataclass(frozen=True)
class Term:
    """A term, its Chinese, what it means, and the chapter that teaches it."""

    name: str
    chinese: str
    meaning: str
    chapter: Chapter

    def says(self, searched: str) -> bool:
        """Whether what is searched stands in any of its words."""
        where = words.in_chapter.format(number=self.chapter.number)
        said = f"{self.name} {self.chinese} {self.meaning} {where}"
        return searched.casefold() in said.casefold()


def terms(chapters: list[Chapter]) -> list[Term]:
    """Every chapter's terms, in the alphabet's order."""
    found = [
        Term(name, chinese, meaning, chapter)
        for chapter in chapters
        for name, (chinese, meaning) in chapter.words.get("glossary", {}).items()
    ]
    return sorted(found, key=lambda term: term.name.casefold())


class Glossary(widgets.VBox):
    """A field to search in, and the terms that match."""

    def __init__(self, terms: list[Term]) -> None:
        self.terms = terms
        self.field = widgets.Text(
            description=words.search,
            continuous_update=True,
        )
        self.count = widgets.HTML()
        self.list = widgets.HTML()
        self.field.observe(
            guarded(lambda change: self._show(change["new"]), self.count), names="value"
        )
        self._show("")
        super().__init__([widgets.HBox([self.field, self.count]), self.list])
        self.add_class("course-glossary")

    def matching(self, searched: str) -> list[Term]:
        """The terms that say this somewhere; those that are called so come first."""
        searched = searched.strip()
        found = [term for term in self.terms if term.says(searched)]
        named = searched.casefold()
        return sorted(found, key=lambda t: named not in f"{t.name} {t.chinese}".casefold())

    def _show(self, searched: str) -> None:
        found = self.matching(searched)
        said = words.searched.format(found=len(found), all=len(self.terms))
        if len(found) > SHOWN:
            said += words.narrow.format(shown=SHOWN)
        self.count.value = f'<span role="status">{said}</span>'
        self.list.value = table(
            [],
            [
                [
                    f"<strong>{escape(term.name)}</strong>",
                    f'<span lang="zh" class="course-unbroken">{escape(term.chinese)}</span>',
                    escape(term.meaning),
                    link(
                        term.chapter.notebook, words.in_chapter.format(number=term.chapter.number)
                    ),
                ]
                for term in found[:SHOWN]
            ],
            wrap=True,
        )

    def _repr_mimebundle_(self, **kwargs: object) -> Bundle:
        said = [f"{term.name} ({term.chinese}): {term.meaning}" for term in self.terms]
        return stored_beside(super()._repr_mimebundle_(**kwargs), "\n".join(said))
