"""A short code that carries a trainee's record without any file.

The record is reduced to entries: which exercises are done, verdicts with four significant digits,
decisions, quiz answers, and for an instructor the last slip of each exercise. An entry speaks of an
item by a short hash of its name and not by its place, so that a code outlives new exercises, new
slips and another order. All entries become one whole number, in mixed radix, and the number becomes
letters and digits with a checksum.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from course_utils.errors import InputError
from course_utils.record import words
from course_utils.record.journal import HEAD, MOVE, accepted, rounds_in
from course_utils.record.progress import Record, done

PREFIX = "ECQ"  # found in no natural text, so that a code can be picked out of a chat
VERSION = "3"
# How many kinds of entries a code's version has room for; a code without runs is of the older one.
ROOM = {"2": 8, "3": 16}
# Base 58: small and large letters and digits, but none that look alike (0 O, I l).
LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
EXPONENTS = range(-6, 10)  # of the numbers in verdicts
ENTRIES = ("case", "right", "slip", "verdict", "reveal", "decision", "quiz", "round")
PLACES = 8  # of the choices or ranges of a question: no question has more
# How many marks there are for names. Two names of one room must not share theirs: a contract test.
ITEMS = 1 << 10  # exercises, verdicts, decisions and questions of a chapter
ROUNDS = 64  # of a run, fewer than these
OTHERS = 1 << 14  # cases; the slips of an exercise; the choices of a decision
_HEAD = len(PREFIX) + len(VERSION) + 2  # what comes before the body: all this, and its length
_LONGEST = len(LETTERS) ** 2 - 1  # signs of a body
_SHORTEST = _HEAD + 6  # signs of a code: the body of an empty record is a 1 and its checksum
_PLACE = {letter: place for place, letter in enumerate(LETTERS)}
_RUN = re.compile("[0-9A-Za-z]+")


class CodeError(InputError):
    """The text holds no whole code of this course; the message says what to do."""


@dataclass(frozen=True)
class Layout:
    """The names that a chapter's codes can speak of."""

    case: str
    exercises: Mapping[str, Sequence[str]]  # name: the names of its slips
    verdicts: Sequence[str]
    decisions: Mapping[str, Sequence[str]]  # name: the choices, as the record writes them
    questions: Sequence[str]  # of the quiz
    runs: Sequence[str] = ()  # whose rounds a code carries

    def names(self, kind: str) -> Iterable[str]:
        """The items that an entry of this kind can be about."""
        match kind:
            case "right" | "slip":
                return self.exercises
            case "verdict" | "reveal":
                return self.verdicts
            case "decision":
                return self.decisions
            case "round":
                return self.runs
            case _:
                return self.questions


@dataclass
class Decoded:
    """What a code held: records, oldest first, and how many entries no item is known for."""

    records: list[Record] = field(default_factory=list)
    unknown: int = 0


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


def mark(name: str, marks: int) -> int:
    """The short hash that stands for a name, below `marks`."""
    return zlib.crc32(name.encode()) % marks


def encode(records: Iterable[Record], layouts: Iterable[Layout], *, slips: bool = False) -> str:
    """The code for a record; what was not done takes no room.

    `slips` adds the last slip of each exercise, which an instructor wants to know and a trainee
    has no need to bring back.
    """
    kept, entries = list(records), list[tuple[str, str, Record]]()
    for layout in layouts:
        mine = [record for record in kept if record["case"] == layout.case]
        found = list(_entries(mine, layout, slips))
        if found:
            entries.append(("case", layout.case, {}))
        entries += [(kind, record["item"], record) for kind, record in found]
    version = VERSION if any(kind == "round" for kind, *_ in entries) else "2"
    digits = Digits()
    for kind, name, record in entries:
        _push(digits, kind, name, record, ROOM[version])
    packed = digits.number.to_bytes((digits.number.bit_length() + 7) // 8, "big")
    checked = zlib.crc32(packed).to_bytes(4, "big") + packed
    body = _letters(int.from_bytes(b"\1" + checked, "big"))  # the 1 keeps zeros that lead
    return f"{PREFIX}{version}{_letters(len(body)).rjust(2, LETTERS[0])}{body}"


def decode(text: str, layouts: Iterable[Layout]) -> Decoded:
    """The record in a code, whatever spaces, line breaks or words stand around it.

    What speaks of items that these layouts don't have is counted. Raises CodeError when there is no
    code, or one that is cut short, altered, or of another version.
    """
    found = find_codes(text)
    if found:
        return read_code(found[0].code, layouts)
    if PREFIX in text:
        raise CodeError(words.code_cut_short.format(prefix=PREFIX))
    raise CodeError(words.no_code.format(prefix=PREFIX))


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
        _packed(code)
    except CodeError:
        return False
    return True


def _packed(code: str) -> bytes:
    """The entries, packed, once the checksum holds."""
    version, length, body = code[len(PREFIX) :][:1], code[_HEAD - 2 : _HEAD], code[_HEAD:]
    if version.isdecimal() and version > VERSION:
        raise CodeError(words.later_code)
    if version.isdecimal() and version not in ROOM:
        raise CodeError(words.earlier_code)
    try:
        wanted, value = _number(length), _number(body)
    except ValueError:
        raise CodeError(words.code_altered) from None
    if len(length) < 2 or len(body) < wanted:
        raise CodeError(words.code_cut_short.format(prefix=PREFIX))
    checked = value.to_bytes((value.bit_length() + 7) // 8, "big")[1:]
    if zlib.crc32(checked[4:]).to_bytes(4, "big") != checked[:4]:
        raise CodeError(words.code_altered)
    return checked[4:]


def read_code(code: str, layouts: Iterable[Layout]) -> Decoded:
    """The record in a code as `find_codes` gives it; raises CodeError as `decode` does."""
    known = {mark(layout.case, OTHERS): layout for layout in layouts}
    digits = Digits(int.from_bytes(_packed(code), "big"))
    room = ROOM[code[len(PREFIX)]]
    found, layout = Decoded(), None
    while digits.number:
        kind = _pop_kind(digits, room)
        if kind == "case":
            layout = known.get(digits.pop(OTHERS))
            continue
        item, fields = digits.pop(ITEMS), _pop_fields(digits, kind)
        records = list(_records(layout, kind, item, fields)) if layout else []
        found.unknown += not records
        found.records += records
    return found


# Entries ------------------------------------------------------------------------------------


def _entries(
    records: list[Record], layout: Layout, with_slips: bool
) -> Iterator[tuple[str, Record]]:
    """What counts of a chapter's records: of each item the last word, of a decision the first."""
    for name, slips in layout.exercises.items():
        checks = _of(records, "check", name)
        slipped = [check for check in checks if check.get("slip") in slips]
        if slipped and with_slips:
            yield "slip", slipped[-1]
        if name in done(checks):
            yield "right", checks[-1]
    for name in layout.verdicts:
        reveals, ranges = _of(records, "reveal", name), _of(records, "verdict", name)
        last = (reveals or ranges or [{}])[-1]
        if {"low", "high"} <= last.keys():
            yield last["kind"], last
    for name, choices in layout.decisions.items():
        for made in _of(records, "decision", name)[:1]:
            if made.get("choice") in choices:
                yield "decision", made
    for name in layout.questions:
        for answer in _of(records, "quiz", name)[-1:]:
            if answer.get("choice") in range(PLACES):
                yield "quiz", answer
    for name in layout.runs:
        if rounds := accepted(records, name):
            yield "round", {**rounds, "item": name}


def _of(records: list[Record], kind: str, name: str) -> list[Record]:
    return [record for record in records if record["kind"] == kind and record["item"] == name]


def _push(digits: Digits, kind: str, name: str, record: Record, room: int) -> None:
    digits.push(ENTRIES.index(kind) + 1, room)
    digits.push(mark(name, marks := OTHERS if kind == "case" else ITEMS), marks)
    match kind:
        case "slip":
            digits.push(mark(record["slip"], OTHERS), OTHERS)
        case "verdict" | "reveal":
            _push_number(digits, record["low"])
            _push_number(digits, record["high"])
        case "decision":
            digits.push(mark(record["choice"], OTHERS), OTHERS)
        case "quiz":
            digits.push(record["choice"], PLACES)
        case "round":
            history = record["history"]
            digits.push(rounds_in(history), ROUNDS)
            digits.push(int(history, 16), 16 ** len(history))


def _pop_kind(digits: Digits, room: int) -> str:
    place = digits.pop(room)
    # 0 is never written, so that no entry is lost among the zeros that lead a number.
    if place not in range(1, len(ENTRIES) + 1):
        raise CodeError(words.code_altered)
    return ENTRIES[place - 1]


def _pop_fields(digits: Digits, kind: str) -> dict[str, Any]:
    match kind:
        case "slip" | "decision":
            return {"mark": digits.pop(OTHERS)}
        case "verdict" | "reveal":
            low, high = _pop_number(digits), _pop_number(digits)
            if low > high:
                raise CodeError(words.code_altered)
            return {"low": low, "high": high}
        case "quiz":
            return {"choice": digits.pop(PLACES)}
        case "round":
            signs = HEAD + MOVE * digits.pop(ROUNDS)
            return {"history": f"{digits.pop(16**signs):0{signs}x}"}
    return {}


def _records(layout: Layout, kind: str, item: int, fields: dict[str, Any]) -> Iterator[Record]:
    """The records that an entry stands for; none if this edition knows no such item."""
    name = _marked(item, layout.names(kind), ITEMS)
    if name is None:
        return
    about = {"case": layout.case, "item": name}
    match kind:
        case "right":
            yield {"kind": "check", **about, "status": "right", "slip": ""}
        case "slip":
            if slip := _marked(fields["mark"], layout.exercises[name], OTHERS):
                yield {"kind": "check", **about, "status": "slip", "slip": slip}
        case "decision":
            if choice := _marked(fields["mark"], layout.decisions[name], OTHERS):
                yield {"kind": "decision", **about, "choice": choice}
        case "reveal":
            yield {"kind": "verdict", **about, **fields}
            yield {"kind": "reveal", **about, **fields}
        case "round":
            rounds = rounds_in(fields["history"])
            yield {"kind": "round", **about, "item": f"{name}.{rounds}", **fields}
        case _:
            yield {"kind": kind, **about, **fields}


def _marked(wanted: int, names: Iterable[str], marks: int) -> str | None:
    return next((name for name in names if mark(name, marks) == wanted), None)


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
