"""What every kernel of the course loads at its start: a kind word for a cell run too early."""

from types import TracebackType
from typing import Any

from course_utils.kernel import words


def load_ipython_extension(shell: Any) -> None:
    """Answer a NameError with one sentence in place of a traceback."""
    shell.set_custom_exc((NameError,), _say_run_above)


def _say_run_above(
    shell: Any,
    kind: type[NameError],
    error: NameError,
    traceback: TracebackType,
    tb_offset: int | None = None,
) -> list[str]:
    if error.name:
        said = [words.run_above.format(name=error.name)]
    else:  # a local variable used before its assignment, or an error raised by hand
        said = shell.InteractiveTB.structured_traceback(kind, error, traceback, tb_offset)
    shell._showtraceback(kind, error, said)
    return said
