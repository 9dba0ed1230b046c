"""Saving a trainee's work and bringing it back: the two boxes with their buttons."""

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as widgets

from course_utils.course import words
from course_utils.course.page import listed
from course_utils.exercises.feedback import Feedback
from course_utils.widgets.asleep import Bundle, stored_beside
from course_utils.widgets.callbacks import guarded


class SaveBox(widgets.VBox):
    """A button that saves the work, and what came of it. `save` gives the HTML to show."""

    def __init__(self, save: Callable[[], str]) -> None:
        self.button = widgets.Button(
            description=words.save, tooltip=words.save_alt, button_style="primary"
        )
        self.reply = widgets.HTML()
        self.button.on_click(guarded(lambda _: self._say(save()), self.reply))
        super().__init__([self.button, self.reply])
        self.add_class("course-work")

    def _say(self, html: str) -> None:
        self.reply.value = html

    def _repr_mimebundle_(self, **kwargs: Any) -> Bundle:
        return stored_beside(super()._repr_mimebundle_(**kwargs), words.save)


class BringBackBox(widgets.VBox):
    """A place for the saved file, one for the code, and a button."""

    def __init__(
        self, from_file: Callable[[bytes], Feedback], from_code: Callable[[str], Feedback]
    ) -> None:
        self._from_file, self._from_code = from_file, from_code
        self.file = widgets.FileUpload(
            description=words.upload,
            accept=".zip",
            multiple=False,
        )
        self.code = widgets.Textarea(
            description=words.paste,
            placeholder=words.paste_hint,
            rows=3,
        )
        self.button = widgets.Button(description=words.bring_back)
        self.reply = widgets.HTML()
        self.button.on_click(guarded(lambda _: self._bring_back(), self.reply))
        super().__init__([self.file, self.code, self.button, self.reply])
        self.add_class("course-work")

    def _bring_back(self) -> None:
        if self.file.value:
            file = self.file.value[0]
            self.file.value = ()  # or it would stand in for a later one that never arrives
            found = self._from_file(bytes(file["content"]))
            said = Feedback(found.status, f"{listed([file['name']])}: {found.text}")
        elif self.code.value.strip():
            said = self._from_code(self.code.value)
        else:
            said = Feedback("blank", words.nothing_given)
        self.reply.value = said.html()

    def _repr_mimebundle_(self, **kwargs: Any) -> Bundle:
        return stored_beside(super()._repr_mimebundle_(**kwargs), words.bring_back)


def saved(where: str, code: str) -> str:
    """What stands under the button: where the file is, and the code."""
    said = f'<p>{where}</p><p>{words.code}</p><pre class="course-code">{escape(code)}</pre>'
    return f'<div role="status">{said}</div>'
