"""A file as text: which bytes it holds, where its header stands, and whose export it is."""

import codecs
import csv
import io
import re
from dataclasses import dataclass

import pandas as pd

from course_utils.errors import InputError
from course_utils.shop import words
from course_utils.shop.profiles import Profile, recognised
from course_utils.shop.workbooks import workbook_as_csv

LARGEST_FILE = 1_500_000_000  # bytes
LINES_ABOVE = 12  # in which the header may stand
SPARE = 3  # columns for rows that are broken and hold too many
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # Excel's, new and old
# What is no table, by how it begins.
OTHER_KINDS = {
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"GIF8": "picture",
    b"%PDF": "picture",
}
# UTF-8 goes before GB18030, as its bytes decode as that without an error.
ENCODINGS = ("utf-8", "gb18030")
MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True)
class Table:
    """The columns of a file that its profile reads, each cell as text.

    `cells` has a column for each role, of a sum several (discount, discount 2, ...); `first` is
    the file's first column, `broken` is where a row has too many cells.
    `inside` counts lines that lie in a cell: breaks in a note, or all that a lost quote swallowed.
    """

    profile: Profile
    cells: pd.DataFrame
    first: pd.Series
    broken: pd.Series
    inside: int
    above: int  # lines above the header, and headers below it


def read_table(name: str, data: bytes) -> Table:
    """Read a file's bytes; raise `InputError` with a sentence for what is no known export."""
    text = _decoded(name, data)
    lines = text.split("\n", LINES_ABOVE)[:LINES_ABOVE]
    for above, line in enumerate(lines):
        for mark in "\t,;":
            header = next(csv.reader([line.rstrip("\r")], delimiter=mark), [])
            found = recognised(header)
            if found:
                body = text.split("\n", above + 1)
                return _parsed(name, body[-1] if len(body) > above + 1 else "", mark, header, above)
    shown = next((line for line in lines if line.strip()), "")
    raise InputError(words.unknown_file.format(file=name, header=_short(shown)))


def _short(line: str) -> str:
    """The beginning of a line that holds names of columns."""
    return ", ".join(cell.strip() for cell in line.replace("\t", ",").split(","))[:120]


def _decoded(name: str, data: bytes) -> str:
    if not data.strip():
        raise InputError(words.empty_file.format(file=name))
    if len(data) > LARGEST_FILE:
        raise InputError(words.large_file.format(file=name))
    if data.startswith(WORKBOOKS):
        return workbook_as_csv(name, data)
    for start, kind in OTHER_KINDS.items():
        if data.startswith(start):
            raise InputError(words.other_kinds[kind].format(file=name))
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise InputError(words.other_kinds["html"].format(file=name))
    marked = next((code for mark, code in MARKS.items() if data.startswith(mark)), None)
    for encoding in [marked] if marked else ENCODINGS:
        try:
            text = data.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise InputError(words.no_text.format(file=name))


def _parsed(name: str, body: str, mark: str, header: list[str], above: int) -> Table:
    found = recognised(header)
    assert found is not None
    profile, places = found
    wide = len(header) + SPARE
    wanted = sorted({0, *range(len(header), wide), *(at for ats in places.values() for at in ats)})
    widest = mark * (wide - 1) + "\n"  # a first row that tells the parser how many cells may come
    try:
        table = pd.read_csv(
            io.BytesIO((widest + body).encode()),  # a third of the memory of a StringIO
            sep=mark,
            header=None,
            names=list(range(wide)),
            usecols=wanted,
            index_col=False,
            dtype="str",
            keep_default_na=False,
            skip_blank_lines=True,
        )
    except pd.errors.ParserError:
        raise InputError(words.broken_file.format(file=name)) from None
    table = table.iloc[1:].fillna("")
    if table.empty:
        raise InputError(words.header_only.format(file=name))
    lines = len(re.findall(r"[^\n]+", body))
    cells = {}
    for role, ats in places.items():
        for number, at in enumerate(ats, 1):
            cells[role if number == 1 else f"{role} {number}"] = table[at]
    spare = table[list(range(len(header) + 1, wide))]  # one more is a mark at the line's end
    broken = (spare != "").any(axis=1) | (table[len(header)].str.strip() != "")
    again = table[places["order"][0]].str.strip() == header[places["order"][0]].strip()
    return Table(
        profile,
        pd.DataFrame(cells)[~again],
        table[0][~again],
        broken[~again],
        max(lines - len(table), 0),
        above + int(again.sum()),
    )
