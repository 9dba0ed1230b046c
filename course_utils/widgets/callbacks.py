"""What a control does when it is used, so that a failure is said on the page.

What a widget's callback raises never reaches the notebook: without this the page would stay as it
is and say nothing.
"""

from collections.abc import Callable
from functools import wraps

import ipywidgets as widgets

from course_utils.exercises.feedback import Feedback
from course_utils.widgets import words

LONGEST = 200  # letters of what the computer says about a failure


def guarded(act: Callable[..., object], reply: widgets.HTML) -> Callable[..., None]:
    """`act` as a callback: whatever it raises becomes one sentence in `reply`."""

    @wraps(act)
    def call(*arguments: object) -> None:
        try:
            act(*arguments)
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"[:LONGEST]
            reply.value = Feedback("unreadable", words.failed.format(reason=reason)).html()

    return call
