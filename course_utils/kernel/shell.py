"""What every kernel of the course loads at its start: the blank, and short words for an error."""

import builtins
import difflib
import keyword
import re
import sys
import sysconfig
import unicodedata
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from course_utils.exercises.blank import ____
from course_utils.kernel import words

NAMES_SHOWN = 12  # of those that a table has
FULL_WIDTH_QUOTES = "“”‘’"  # Unicode has no wide form of them
# Where Python's and other people's code is; a trainee's own is in cells.
LIBRARIES = tuple(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib"))


def load_ipython_extension(shell: Any) -> None:
    """Put the blank into the notebook, and answer errors in few lines."""
    setattr(builtins, repr(____), ____)  # where no %reset takes it away
    shell.set_custom_exc((Exception,), _say)


def _say(
    shell: Any,
    kind: type[Exception],
    error: Exception,
    traceback: TracebackType,
    tb_offset: int | None = None,
) -> list[str]:
    """Show one sentence where one is known, and else the traceback without libraries' lines."""
    if hasattr(error, "_render_traceback_"):
        said = error._render_traceback_()
    elif sentence := _in_a_sentence(error, traceback):
        said = [sentence]
    elif isinstance(error, SyntaxError):
        said = shell.SyntaxTB.structured_traceback(kind, error, [])
    else:
        own = _without_libraries(error, traceback)
        said = shell.InteractiveTB.structured_traceback(kind, error, own, tb_offset)
    shell._showtraceback(kind, error, said)
    return said


def _in_a_sentence(error: Exception, traceback: TracebackType) -> str:
    """What went wrong and what to do, for the commonest errors; empty for others."""
    if isinstance(error, NameError) and error.name:
        # Not a local variable used before its assignment, nor an error raised by hand.
        return words.run_above.format(name=error.name)
    if isinstance(error, KeyError) and (names := _names_looked_through(traceback)) is not None:
        return _say_which_there_are(error, names)
    if isinstance(error, SyntaxError):
        return _how_to_write(error.text or "")
    if isinstance(error, ValueError) and "truth value of a" in str(error):
        return words.and_or
    return ""


def _names_looked_through(traceback: TracebackType) -> list[object] | None:
    """The columns or rows among which pandas looked for a key; None where it was not pandas."""
    if not (pandas := sys.modules.get("pandas")):
        return None
    found = None
    for step in _steps(traceback):
        inside = step.tb_frame.f_locals
        for part in (inside.get("self"), inside.get("obj")):
            if isinstance(part, pandas.DataFrame):
                found = part.columns
            elif isinstance(part, pandas.Index):
                found = part
    return None if found is None else list(found)


def _say_which_there_are(error: KeyError, names: list[object]) -> str:
    key = error.args[0] if error.args else ""
    several = re.search(r"\[([^\[\]]*)\].*(?:not in index|not found in axis|are in the)", str(key))
    asked = several[1] if several else repr(key)
    shown = ", ".join(map(str, names[:NAMES_SHOWN])) + (", …" if len(names) > NAMES_SHOWN else "")
    said = words.no_such_name.format(key=asked, names=shown)
    texts = {name.lower(): name for name in names if isinstance(name, str)}
    near = difflib.get_close_matches(asked.strip("'").lower(), texts, n=1)
    return f"{said} {words.meant.format(name=texts[near[0]])}" if near else said


def _without_libraries(error: Exception, traceback: TracebackType) -> TracebackType:
    """An error's traceback without the steps in libraries, nor the errors that they met there."""
    cause = error.__cause__ or error.__context__
    if cause and not any(_own(step) for step in _steps(cause.__traceback__)):
        error.__cause__, error.__suppress_context__ = None, True
    kept = None
    for step in reversed(list(_steps(traceback))):
        if _own(step):
            kept = TracebackType(kept, step.tb_frame, step.tb_lasti, step.tb_lineno)
    # IPython passes over the first step, which is its own.
    return TracebackType(kept, traceback.tb_frame, traceback.tb_lasti, traceback.tb_lineno)


def _own(step: TracebackType) -> bool:
    return not step.tb_frame.f_code.co_filename.startswith(LIBRARIES)


def _steps(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _how_to_write(line: str) -> str:
    """How to write what this line says, where the slip is a usual one; else empty."""
    code = re.sub(r"(\"[^\"]*\"|'[^']*')|#.*", "", line)  # text and comments may hold anything
    if wide := "".join(sign for sign in code if _is_wide(sign)):
        return words.full_width.format(signs=wide)
    unit = re.search(r"(\d+(?:\.\d+)?)\s*(%|[^\W\d_]\w*)\s*(?=[,)\]]|$)", code)
    if unit and not keyword.iskeyword(unit[2]):
        return words.no_unit.format(number=unit[1], written=unit[0].strip())
    return ""


def _is_wide(sign: str) -> bool:
    """Whether a sign is the wide form of one that Python reads."""
    return sign in FULL_WIDTH_QUOTES or (
        unicodedata.east_asian_width(sign) in "FW" and unicodedata.category(sign) != "Lo"
    )
