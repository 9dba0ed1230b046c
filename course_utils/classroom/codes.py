"""A short code that carries a trainee's record without any file.

What a chapter asks is its shape; the record is reduced to what the shape has room for: which
exercises are done, verdicts with four significant digits, decisions, quiz answers, and for an
instructor the last slip of each exercise. All of it becomes one whole number a chapter, in mixed
radix, and the numbers become letters and digits with a checksum.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from course_utils.classroom.progress import Record, done
from course_utils.errors import InputError

PREFIX = "ECQ"  # found in no natural text, so that a code can be picked out of a chat
VERSION = "1"
# Base 58: small and large letters and digits, but none that look alike (0 O, I l).
LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
EXPONENTS = range(-6, 10)  # of the numbers in verdicts
_HEAD = len(PREFIX) + len(VERSION) + 2  # what comes before the body: all this, and its length
_LONGEST = len(LETTERS) ** 2 - 1  # signs of a body
_SHORTEST = _HEAD + 6  # signs of a code: the body of an empty record is a 1 and its checksum
_PLACE = {letter: place for place, letter in enumerate(LETTERS)}
_RUN = re.compile("[0-9A-Za-z]+")


class CodeError(InputError):
    """The text holds no whole code of this course; the message says what to do."""


@dataclass(frozen=True)
class Shape:
    """What a chapter asks, in its order: the room that a code has for it."""

    number: int
    case: str
    exercises: Mapping[str, Sequence[str]]  # id: the names of its slips
    verdicts: Sequence[str]
    decisions: Mapping[str, Sequence[str]]  # id: the choices, as the record writes them
    questions: Sequence[int]  # of the quiz: how many choices each has

    def mark(self) -> int:
        """A number of 16 bits that tells this shape from another version's."""
        parts = [
            self.number,
            {id: list(slips) for id, slips in self.exercises.items()},
            list(self.verdicts),
            {id: list(choices) for id, choices in self.decisions.items()},
            list(self.questions),
        ]
        return zlib.crc32(repr(parts).encode()) & 0xFFFF


@dataclass(frozen=True)
class Decoded:
    """What a code held: records, oldest first, and the numbers of the chapters left out."""

    records: list[Record]
    left_out: list[int] = field(default_factory=list)


class Digits:
    """A whole number read or written digit by digit, each digit with a base of its own."""

    def __init__(self, number: int = 0) -> None:
        self.number = number
        self._place = 1

    def push(self, digit: int, base: int) -> None:
        """Write the next digit."""
        if not 0 <= digit < base:
            raise ValueError(f"{digit} is no digit of base {base}")
        self.number += digit * self._place
        self._place *= base

    def pop(self, base: int) -> int:
        """Read the next digit."""
        self.number, digit = divmod(self.number, base)
        return digit


def encode(records: Iterable[Record], shapes: Iterable[Shape], *, slips: bool = False) -> str:
    """The code for a record; chapters in which nothing was done take no room.

    `slips` adds the last slip of each exercise, which an instructor wants to know and a trainee
    has no need to bring back.
    """
    kept = list(records)
    sections = b"".join(_section(kept, shape, slips) for shape in shapes)
    checked = zlib.crc32(sections).to_bytes(4, "big") + sections
    body = _letters(int.from_bytes(b"\1" + checked, "big"))  # the 1 keeps zeros that lead
    return f"{PREFIX}{VERSION}{_letters(len(body)).rjust(2, LETTERS[0])}{body}"


def decode(text: str, shapes: Iterable[Shape]) -> Decoded:
    """The record in a code, whatever spaces, line breaks or words stand around it.

    A chapter that has changed since the code was made is left out and named. Raises CodeError
    when there is no code, or one that is cut short, altered, or of a later version.
    """
    found = find_codes(text)
    if found:
        return read_code(found[0].code, shapes)
    if PREFIX in text:
        raise CodeError(_CUT_SHORT)
    raise CodeError(f"There is no code in this text: a code begins with {PREFIX}.")


class Found(NamedTuple):
    """A code in a text, the words before it on its line, and the line above if no code is there."""

    code: str
    before: str
    above: str


def find_codes(text: str) -> list[Found]:
    """Everything in a text that begins as a code does, spaces and signs taken out.

    A whole code ends where its length says; a damaged one no later than the next begins, and the
    words after its first run of letters may be another's. The mere word is no code.
    """
    text = unicodedata.normalize("NFKC", text)
    places = [place for place, sign in enumerate(text) if sign.isascii() and sign.isalnum()]
    plain = "".join(text[place] for place in places)
    found: list[Found] = []
    free = 0  # where the words begin that belong to no code
    start = plain.find(PREFIX)
    while start >= 0:
        code = _of_its_length(plain, start)
        after = start + len(code)
        whole = _is_whole(code)
        if not whole:
            later = plain.find(PREFIX, start + 1)
            after = later if later >= 0 else len(plain)
            code = code[: after - start]
        end = places[after - 1] + 1
        run = end if whole else _end_of_run(text, places[start], end)
        digit = plain[start + len(PREFIX) : start + len(PREFIX) + 1].isdigit()
        if whole or digit or run - places[start] >= _SHORTEST:
            before, above = _words_before(text[free : places[start]], whole=not found)
            found.append(Found(code, before, above))
            free = run
        start = plain.find(PREFIX, after)
    return found


def _words_before(text: str, whole: bool) -> tuple[str, str]:
    """The last line, and the last one above it that is not blank; is the first line a whole one?"""
    *above, before = text.split("\n")
    lines = above if whole else above[1:]
    return before, next((line for line in reversed(lines) if line.strip()), "")


def _end_of_run(text: str, start: int, end: int) -> int:
    """Where the letters end that stand together from here on, at the latest."""
    run = _RUN.match(text, start, end)
    return run.end() if run else start


def _of_its_length(text: str, start: int) -> str:
    """The code that begins here, without the words that follow it."""
    try:
        length = _number(text[start + _HEAD - 2 : start + _HEAD])
    except ValueError:
        length = _LONGEST
    return text[start : start + _HEAD + length]


def _is_whole(code: str) -> bool:
    # By chance the prefix stands in one body of a thousand. Where it is more frequent one scrap
    # follows another, and to take each of them for a long code would take minutes.
    if code.count(PREFIX) > 3:
        return False
    try:
        _sections(code)
    except CodeError:
        return False
    return True


def _sections(code: str) -> bytes:
    """The chapters' sections, once the checksum holds."""
    version, length, body = code[len(PREFIX) :][:1], code[_HEAD - 2 : _HEAD], code[_HEAD:]
    if version.isdecimal() and version > VERSION:
        raise CodeError("This code was made by a later version of the course: use that one.")
    try:
        wanted, value = _number(length), _number(body)
    except ValueError:
        raise CodeError(_ALTERED) from None
    if len(length) < 2 or len(body) < wanted:
        raise CodeError(_CUT_SHORT)
    checked = value.to_bytes((value.bit_length() + 7) // 8, "big")[1:]
    if zlib.crc32(checked[4:]).to_bytes(4, "big") != checked[:4]:
        raise CodeError(_ALTERED)
    return checked[4:]


def read_code(code: str, shapes: Iterable[Shape]) -> Decoded:
    """The record in a code as `find_codes` gives it; raises CodeError as `decode` does."""
    known = {shape.number: shape for shape in shapes}
    sections = _sections(code)
    records, left_out = [], []
    while sections:
        if len(sections) < 4 or len(sections) < 4 + sections[3]:
            raise CodeError(_ALTERED)
        head, size = int.from_bytes(sections[:3], "big"), sections[3]
        number, mark = head >> 16, head & 0xFFFF
        shape = known.get(number)
        if shape and shape.mark() == mark:
            records += _read(Digits(int.from_bytes(sections[4 : 4 + size], "big")), shape)
        else:
            left_out.append(number)
        sections = sections[4 + size :]
    return Decoded(records, left_out)


_CUT_SHORT = f"The code is cut short: copy all of it, from {PREFIX} to its last sign."
_ALTERED = "The code has a sign that is wrong or missing: copy it again, all of it."


# A chapter's section ------------------------------------------------------------------------


def _section(records: list[Record], shape: Shape, slips: bool) -> bytes:
    mine = [record for record in records if record["case"] == shape.case]
    if not mine:
        return b""
    digits = Digits()
    digits.push(slips, 2)
    _write(digits, mine, shape, slips)
    packed = digits.number.to_bytes((digits.number.bit_length() + 7) // 8, "big")
    return (shape.number << 16 | shape.mark()).to_bytes(3, "big") + bytes([len(packed)]) + packed


def _write(digits: Digits, records: list[Record], shape: Shape, with_slips: bool) -> None:
    for id, slips in shape.exercises.items():
        checks = [r for r in records if r["kind"] == "check" and r["item"] == id]
        digits.push(id in done(checks), 2)
        if with_slips:
            slipped = [slips.index(r["slip"]) + 1 for r in checks if r.get("slip") in slips]
            digits.push(slipped[-1] if slipped else 0, len(slips) + 1)
    for id in shape.verdicts:
        reveal, verdict = _last(records, "reveal", id), _last(records, "verdict", id)
        record = reveal or verdict or {}
        known = {"low", "high"} <= record.keys()
        digits.push((2 if reveal else 1) if known else 0, 3)
        if known:
            _push_number(digits, record["low"])
            _push_number(digits, record["high"])
    for id, choices in shape.decisions.items():
        choice = _last(records, "decision", id, first=True).get("choice")
        digits.push(choices.index(choice) + 1 if choice in choices else 0, len(choices) + 1)
    for number, count in enumerate(shape.questions, 1):
        choice = _last(records, "quiz", str(number)).get("choice")
        known = isinstance(choice, int) and choice in range(count)
        digits.push(int(choice or 0) + 1 if known else 0, count + 1)


def _read(digits: Digits, shape: Shape) -> list[Record]:
    found: list[Record] = []

    def note(kind: str, item: str, **fields: object) -> None:
        found.append({"kind": kind, "case": shape.case, "item": item, **fields})

    with_slips = digits.pop(2)
    for id, slips in shape.exercises.items():
        done = digits.pop(2)
        slip = digits.pop(len(slips) + 1) if with_slips else 0
        if slip:
            note("check", id, status="slip", slip=slips[slip - 1])
        if done:
            note("check", id, status="right", slip="")
    for id in shape.verdicts:
        state = digits.pop(3)
        if state:
            ends = {"low": _pop_number(digits), "high": _pop_number(digits)}
            if ends["low"] > ends["high"]:
                raise CodeError(_ALTERED)
            note("verdict", id, **ends)
            if state == 2:
                note("reveal", id, **ends)
    for id, choices in shape.decisions.items():
        if choice := digits.pop(len(choices) + 1):
            note("decision", id, choice=choices[choice - 1])
    for number, count in enumerate(shape.questions, 1):
        if choice := digits.pop(count + 1):
            note("quiz", str(number), choice=choice - 1)
    if digits.number:
        raise CodeError(_ALTERED)
    return found


def _last(records: list[Record], kind: str, id: str, first: bool = False) -> Record:
    """The last record of this kind and item, or the first, which is what counts in a decision."""
    found = [r for r in records if r["kind"] == kind and r["item"] == id]
    return found[0 if first else -1] if found else {}


# Numbers and letters ------------------------------------------------------------------------


def _push_number(digits: Digits, value: float) -> None:
    """A number with four significant digits."""
    mantissa, exponent = f"{abs(value):.3e}".split("e")
    place = int(exponent) - EXPONENTS.start
    if place < 0:  # as good as nothing in any unit of the course
        mantissa, place = "0.000", 0
    if place >= len(EXPONENTS):  # as good as without a limit
        mantissa, place = "9.999", len(EXPONENTS) - 1
    digits.push(int(value < 0), 2)
    digits.push(int(mantissa.replace(".", "")), 10_000)
    digits.push(place, len(EXPONENTS))


def _pop_number(digits: Digits) -> float:
    sign, mantissa, place = digits.pop(2), digits.pop(10_000), digits.pop(len(EXPONENTS))
    return float(f"{'-' if sign else ''}{mantissa}e{EXPONENTS[place] - 3}")


def _letters(number: int) -> str:
    """A number in letters, the highest place first."""
    letters = ""
    while number:
        number, digit = divmod(number, len(LETTERS))
        letters = LETTERS[digit] + letters
    return letters


def _number(letters: str) -> int:
    """The number that letters stand for; ValueError for a sign that is none of them."""
    if not _PLACE.keys() >= set(letters):
        raise ValueError(letters)
    number = 0
    for letter in letters:
        number = number * len(LETTERS) + _PLACE[letter]
    return number
