"""The words that people read, in a file a room and a language: `words.en.toml` beside the code.

Another language is a file `words.<language>.toml` beside the English one, chosen by the variable
`COURSE_LANGUAGE`; what it doesn't have is said in English. Whoever translates can keep such files
in a folder of their own, laid out as `course_utils/` is, and name it in `COURSE_WORDS`. A chapter's
text in another language is a file of the same name in a folder `<language>` beside it.
"""

import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parent
ENGLISH = "en"


def language() -> str:
    """The language that is read, as a page's `lang` names it."""
    return os.environ.get("COURSE_LANGUAGE") or ENGLISH


def read_words(folder: Path, name: str = "words") -> dict[str, Any]:
    """The words of a folder of the course, by their keys."""
    found = _read(folder / f"{name}.{ENGLISH}.toml")
    for place in (folder, _elsewhere(folder)):
        path = place / f"{name}.{language()}.toml"
        if language() != ENGLISH and path.is_file():
            found = _over(found, _read(path))
    return found


def read_text(path: Path) -> str:
    """A chapter's text in the language that is read, or in English where it isn't translated."""
    translated = path.parent / language() / path.name
    return (translated if translated.is_file() else path).read_text("utf-8")


def words_of(file: str) -> Callable[[str], Any]:
    """A `__getattr__` for the module `words` of a folder: `words.wrong` is the text `wrong`."""
    words = read_words(Path(file).parent)

    def __getattr__(key: str) -> Any:  # noqa: N807 - a module's own
        try:
            return words[key]
        except KeyError:
            raise AttributeError(key) from None

    return __getattr__


def _elsewhere(folder: Path) -> Path:
    """The folder of the same name where a translator keeps files."""
    inside = folder.relative_to(PACKAGE) if folder.is_relative_to(PACKAGE) else ""
    return Path(os.environ.get("COURSE_WORDS", "")) / inside


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _over(english: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The words of another language, with English ones for those that are missing."""
    said = dict(english)
    for key, words in other.items():
        nested = isinstance(words, dict) and isinstance(said.get(key), dict)
        said[key] = _over(said[key], words) if nested else words
    return said
