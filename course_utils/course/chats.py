"""What a class answered in its chat: one grammar for live rounds, polls and the class board.

A chat is pasted as it is, from whichever program. A line with a name and a time, or with a name and
a colon, is a heading: it names who wrote what follows. Otherwise the name stands before the answer
on its line. What can't be read is kept with its line, so that a board can show it; nothing is made
up, and a quoted line is nobody's answer.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from course_utils.course import names
from course_utils.exercises.verdicts import LARGEST
from course_utils.record.codes import PREFIX

Value = float | tuple[float, float] | str

# When something was written, as chats show it beside a name.
_WHEN = re.compile(
    r"[\[(]?(?:(?:yesterday|today|(?:星期|周)[一二三四五六日天]|[a-z]{3,6}day),?\s*(?:at\s+)?)?"
    rf"(?:{names.CLOCK.pattern})[\])]?"
    r"|(?:^|(?<=\s))(?:(?:\d{4}年)?\d{1,2}月\d{1,2}日|昨天|前天|yesterday)(?=\s*:?\s*$)",
    re.IGNORECASE,
)
_ID = re.compile(r"\(\d{5,}\)|<[^<>\s]+@[^<>\s]+>")  # QQ: "张伟(12345678)"
_TO_ALL = re.compile(
    r"(?:from\s+)?(.+?)\s+to\s+(?:everyone|all\b|you\b)[^:]*"
    r"|(?:来自\s*)?(.+?)\s*(?:发送给|发送至|到|对)\s*(?:所有人|大家|全体成员)(?:\s*说)?",
    re.IGNORECASE,
)
_URL = re.compile(r"\b[a-z]+://\S*", re.IGNORECASE)
_CODE = re.compile(rf"{PREFIX}\s?\d")
_SMALL = re.compile(rf"\b{PREFIX.lower()}\d[a-z0-9]{{8,}}")
_COLON = re.compile(r"(?<!\d):|:(?!\d)")  # none of "1:3"
_CHAIN = re.compile(r"#\s*接龙")
_ENTRY = re.compile(r"\s*\d{1,3}\s*[.、)]\s*(?=[^\W\d_])")  # "1. 张伟 12%"
_QUOTE = re.compile(r"\s*(?:>|(?:回复|引用)\s|(?:replying|in reply) to\b)", re.IGNORECASE)

_SIGN = re.compile(r"[−–—―‐‒](?=\s?\d)")  # as phones and texts write a minus
_MINUS = re.compile(r"(?:[负負]|\b(?:minus|negative)\s)\s*(?=\d)", re.IGNORECASE)
_SPOKEN = "〇零一二三四五六七八九十百千万亿两"
_TIMES = {"百": 100, "千": 1e3, "k": 1e3, "万": 1e4, "w": 1e4, "亿": 1e8, "": 1}
# No part of a word, of a longer number or of a date.
_BARE = r"\d+(?:,\d{3})*(?:\.\d+)?"
_UNIT = r"(?:\s?(?:[百千万亿]|[kw](?![a-z])))?"
_END = rf"(?![a-z0-9{_SPOKEN}]|[.,]\d)"
_FREE = rf"(?<![a-z0-9.{_SPOKEN}])(?<!\d,)(?<![a-z]-)"
_NUMBER = re.compile(rf"{_FREE}([-+]?{_BARE})({_UNIT}){_END}", re.IGNORECASE)
_RANGE = re.compile(
    rf"{_FREE}(-?{_BARE})({_UNIT})\s*%?\s*(-|~|到|至|\bto\b|\band\b|±|\+/?-)\s*"
    rf"(-?{_BARE})({_UNIT}){_END}",
    re.IGNORECASE,
)
_LASTS = re.compile(r"\d\s*(?:秒|分钟|(?:sec|min)(?:ond|ute)?s?\b)", re.IGNORECASE)
_ALOUD = re.compile(
    rf"(.*?)(百分之)?([负負]?)([{_SPOKEN}]+(?:点[{_SPOKEN}]+)?)"
    r"\s*(?:%|个|人|元|块|天|左右|吧|多)*\W*",
    re.DOTALL,
)
_SEVERAL = re.compile(rf"[{_SPOKEN}]{{2,}}")
_BULLET = re.compile(r"\s*-\s+\d")  # nobody can tell whether it is a sign
_LETTER = re.compile(r"(.*?)(?<![A-Za-z0-9'])([A-Da-d])\s*[.)。!]*\s*", re.DOTALL)
_LETTERS = re.compile(r"(?<![A-Za-z])[A-Z](?![a-z'])|^\s*[a-z]\W*$")


class Line(NamedTuple):
    """A line that somebody wrote. Without a writer, `said` may begin with the name."""

    writer: str
    said: str
    whole: str
    lost: bool = False  # a quotation, or the title of a list: nobody's answer


class Reading(NamedTuple):
    """An answer in what was said, and what stands before it; None if it can't be read as one."""

    before: str
    value: Value | None


Reader = Callable[[str], Reading | None]


class Answer(NamedTuple):
    """An answer, and whose it is; "" if nobody says."""

    name: str
    value: Value


@dataclass
class Taken:
    """What one paste brought: answers, the lines that could not be read, and how many were old."""

    answers: list[Answer] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    old: int = 0


class Chat:
    """A chat that is pasted again and again, as it grows."""

    def __init__(self) -> None:
        self._seen: list[Line] = []

    def take(self, text: str, read: Reader) -> Taken:
        """The answers of a paste, but for the lines that an earlier paste had already."""
        found = [line for line in lines(text) if line.lost or read(line.said)]
        old = _overlap(self._seen, found)
        taken = Taken(old=len(old))
        for place, line in enumerate(found):
            if place in old:
                continue
            reading = None if line.lost else read(line.said)
            answer = _answer(line, reading) if reading else None
            if answer:
                taken.answers.append(answer)
            elif reading or read(line.said):
                taken.refused.append(names.excerpt(line.whole))
        self._seen += [line for place, line in enumerate(found) if place not in old]
        return taken


def _overlap(seen: Sequence[Line], found: Sequence[Line]) -> range:
    """The places of what was seen before.

    Laid one over the other, both pastes of one chat agree wherever both have a line. One line alone
    proves nothing, unless it was all there was and the chat has grown.
    """
    best = range(0)
    for shift in range(1 - len(found), len(seen)):  # where `found` begins in `seen`
        first, last = max(0, -shift), min(len(found), len(seen) - shift)
        if last - first > len(best) and [*seen[first + shift : last + shift]] == [
            *found[first:last]
        ]:
            best = range(first, last)
    grown = len(best) == len(seen) < len(found)
    return best if len(best) > 1 or grown else range(0)


def _answer(line: Line, reading: Reading) -> Answer | None:
    if reading.value is None:
        return None
    before = names.nickname(reading.before)
    # Nobody can tell "Li-5" from minus five.
    dash = line.said[len(reading.before) :].startswith("-") and reading.before[-1:].isalpha()
    if before and dash and not line.writer:
        return None
    return Answer(line.writer or before, reading.value)


# Who wrote what -----------------------------------------------------------------------------


def lines(text: str) -> Iterator[Line]:
    """Every line that somebody wrote, with its writer; headings are none."""
    plain = _MINUS.sub(" -", _SIGN.sub("-", _URL.sub(" ", names.plain(text))))
    kept = [line for line in plain.splitlines() if line.strip()]
    writer, quoting, chain = "", False, False
    for line, after in pairwise([*kept, ""]):
        if quoting or _QUOTE.match(line) or line.lstrip().startswith(("「", "『")):
            body, closed, rest = line.partition("」" if "」" in line else "』")
            opened = quoting or line.lstrip().startswith(("「", "『"))
            quoting = opened and not closed
            if not (opened and rest.strip()):
                yield Line(writer, line, _whole(writer, line), lost=True)
                continue
            line = rest
        if _CHAIN.search(line):
            chain, line = True, _CHAIN.sub(" ", line)
        elif entry := _ENTRY.match(line):
            chain = False
            said = line[entry.end() :]
            head, colon, body = _parted(said)
            known = _name(head) if colon else ""
            # Its first number is the place in the list, which is no answer.
            yield Line(known, body if colon else said, line)
            continue
        heading, line = _heading(line, after)
        if heading is not None:
            writer, chain = heading, chain and not heading
        if not line.strip():
            continue
        head, colon, body = _parted(line)
        known = _name(head) if colon else ""
        if known:
            writer = "" if heading is None else writer
            yield Line(known, body, line, lost=chain)
        else:
            yield Line(writer, body if colon else line, _whole(writer, line), lost=chain)


def _whole(writer: str, line: str) -> str:
    return f"{writer}: {line.strip()}" if writer else line


def _parted(line: str) -> tuple[str, bool, str]:
    """What stands before a colon that can end a name, whether there is one, and what follows."""
    colon = _COLON.search(line)
    return (line[: colon.start()], True, line[colon.end() :]) if colon else ("", False, line)


def _heading(line: str, after: str) -> tuple[str | None, str]:
    """Whom a line names as the writer of what follows, and what else it says.

    None if it names nobody and what was named before holds; "" if from here on nobody is named.
    """
    line = _ID.sub(" ", line)
    stamps = [*_WHEN.finditer(line)]
    if not stamps:
        if _is_name_above(line, after) or _ends_a_name(line):
            return _name(line), ""
        return None, line
    before, behind = line[: stamps[0].start()], line[stamps[-1].end() :]
    head, tail = (part.strip(" \t:-|,•*[]()") for part in (before, behind))
    rest = _WHEN.sub(" ", line)
    if not (head or tail):
        return None, ""  # the name stood on the line above
    if _parted(head)[1] or ("\t" in head and _apart(head)):
        return None, rest  # "Li: 12 10:02", and a row of a sheet
    if head and not tail:
        letters = any(sign.isalpha() for sign in head)
        return (_name(head), "") if letters else (None, head)
    if head:
        return _name(head), behind.lstrip(" \t:")  # "王芳 10:02 12"
    if _ends_a_name(behind) or not (_parted(behind)[1] or _apart(behind)):
        return _name(behind), ""
    return None, rest


def _name(line: str) -> str:
    line = _ID.sub(" ", line)
    found = _TO_ALL.fullmatch(line.strip().rstrip(": "))
    return names.nickname(next(filter(None, found.groups())) if found else line)


def _ends_a_name(line: str) -> bool:
    end = line.strip()
    whole = _TO_ALL.fullmatch(end.rstrip(": "))
    return bool((end.endswith(":") or whole) and _name(end))


def _is_name_above(line: str, after: str) -> bool:
    """Whether a line is a name because the next is a time alone."""
    stamp = _WHEN.search(after)
    alone = stamp and not _WHEN.sub("", after).strip(" \t:[]()")
    return bool(alone and not _parted(line)[1] and not _apart(line) and names.nickname(line))


def _apart(line: str) -> bool:
    """Whether a number stands in a line by itself, and not within a name such as 市场2部."""
    for found in _NUMBER.finditer(line):
        before, behind = line[: found.start()], line[found.end() :]
        inside = before[-1:].isalpha() or before[-1:] == "-"
        if not (inside and behind[:1].isalpha() and names.nickname(before)):
            return True
    return bool(_CODE.search(line))


def with_writers(text: str) -> str:
    """A chat in which the writer stands before each class code, on its line."""
    plain = names.plain(text).splitlines()
    writer, done = "", []
    for line, after in pairwise([*plain, ""]):
        code = _CODE.search(line)
        if code and not _QUOTE.match(line):
            own = _name(_ENTRY.sub("", _WHEN.sub(" ", line[: code.start()])))
            writer = "" if own else writer
            name = own or writer
            done.append(f"{name}: {line[code.start() :]}" if name else line)
            continue
        heading, _ = _heading(line, after) if line.strip() else (None, "")
        writer = writer if heading is None else heading
        done.append(line)
    return "\n".join(done)


def small_codes(text: str) -> list[str]:
    """The lines with a code that has lost its capital letters, which nothing can bring back."""
    return [line for line in text.splitlines() if _SMALL.search(line)]


# What was said ------------------------------------------------------------------------------


def number(said: str) -> Reading | None:
    """One plain number: 12%, -3.5, 1,200, 3万, 三十."""
    if aloud := _aloud(said):
        return aloud
    found = [*_NUMBER.finditer(said)]
    if len(found) == 1 and not (_doubtful(said) or _SEVERAL.search(said[found[0].end() :])):
        value = _value(*found[0].groups())
        if abs(value) < LARGEST:
            return Reading(said[: found[0].start()], value)
    return _unread(said)


def interval(said: str) -> Reading | None:
    """A range: 3-5, 3到5, 3~5, 3 ± 1, 3 to 5%."""
    found = [*_RANGE.finditer(said)]
    if len(found) != 1 or _doubtful(said):
        return _unread(said)
    (match,) = found
    first, unit, sign, second, last = match.groups()
    high = _value(second, last)
    low = _value(first, unit or last)
    if "±" in sign or "+" in sign:
        low, high = low - abs(high), low + abs(high)
    others = _NUMBER.search(said[: match.start()]) or _NUMBER.search(said[match.end() :])
    if others or low > high or max(abs(low), abs(high)) >= LARGEST:
        return _unread(said)
    return Reading(re.sub(r"\bbetween\s*$", "", said[: match.start()]), (low, high))


def letter(said: str) -> Reading | None:
    """One of the letters A to D, alone or after a name or a phrase."""
    found = _LETTER.fullmatch(said)
    if found and not _LETTERS.search(found[1]):
        before, vote = found.groups()
        if vote.isupper() or not names.nickname(before):  # "give me a" is no vote
            return Reading(before, vote.upper())
    return Reading(said, None) if _LETTERS.search(said) else None


def _doubtful(said: str) -> bool:
    return bool(_BULLET.match(said) or _LASTS.search(said))


def _unread(said: str) -> Reading | None:
    """That there is a number which can't be read as one answer, or none at all."""
    some = any(sign.isdigit() for sign in said) or _SEVERAL.search(said)
    return Reading(said, None) if some else None


def _value(digits: str, unit: str = "") -> float:
    return float(digits.replace(",", "")) * _TIMES[unit.strip().casefold()]


def _aloud(said: str) -> Reading | None:
    """A number in Chinese words, where nothing else is said."""
    found = _ALOUD.fullmatch(said)
    if not found:
        return None
    before, _, minus, word = found.groups()
    apart = not before.strip() or before[-1].isspace() or not names.nickname(before)
    value = _spoken(word)
    if value is None or not apart or any(sign.isdigit() for sign in before):
        return None
    return Reading(before, -value if minus else value)


def _spoken(word: str) -> float | None:
    """The number that Chinese words stand for; None if they are none."""
    whole, _, part = word.partition("点")
    total = section = digit = 0.0
    unit, before = 0.0, ""
    for sign in whole:
        if (place := "零一二三四五六七八九".find(sign.translate(_SAME))) >= 0:
            if before and before not in "十百千万亿零":
                return None  # "二五"
            digit, unit = float(place), 0.0 if before == "零" else unit
        elif sign in "十百千":
            if not digit and (sign != "十" or before not in ("", "百", "零", "万")):
                return None
            unit = 10.0 ** ("十百千".find(sign) + 1)
            section, digit = section + (digit or 1) * unit, 0.0
        else:
            if not section + digit + total:
                return None
            unit = _TIMES[sign]
            total, section, digit = (total + section + digit) * unit, 0.0, 0.0
        before = sign.translate(_SAME)
    loose = digit * unit / 10 if unit >= 100 and digit else digit  # 一万二 is 12,000
    places = ["零一二三四五六七八九".find(sign.translate(_SAME)) for sign in part]
    if -1 in places:
        return None
    decimals = sum(place / 10**n for n, place in enumerate(places, 1))
    return round(total + section + loose + decimals, len(part))


_SAME = str.maketrans("〇两", "零二")
