"""The words of exercises, verdicts, labs and quizzes, by their keys in `words.en.toml`."""

from pathlib import Path
from typing import Any

from course_utils.language import read_words

_WORDS = read_words(Path(__file__).parent)


def __getattr__(key: str) -> Any:
    try:
        return _WORDS[key.lower()]
    except KeyError:
        raise AttributeError(key) from None
