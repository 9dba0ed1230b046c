"""Errors that speak to the person at the keyboard."""


class CourseError(Exception):
    """Something that a trainee can put right; the message says what and how.

    A notebook shows the sentence alone, without a traceback.
    """

    def _render_traceback_(self) -> list[str]:  # IPython asks an exception for this
        return [str(self)]


class InputError(CourseError, ValueError):
    """An argument that can't be right; the message names it."""
