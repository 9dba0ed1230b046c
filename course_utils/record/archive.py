"""One file with a trainee's whole work: the record, and the notebooks as they were left.

An archive is a ZIP file with a list of its contents and their checksums. Nothing in it is
trusted: it is read, held against the list and against limits, and only then touches the disk. What
is packed can be brought back: the same rules say what goes in and what comes out, and one part that
is bad costs no other.
"""

import hashlib
import io
import json
import os
import re
import tempfile
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from course_utils.errors import InputError
from course_utils.record import words
from course_utils.record.progress import (
    ProgressLog,
    Record,
    make_folder,
    read_records,
    written,
)

COURSE = "e-commerce operations, audited"
FORMAT = 1
LIST = "contents.json"
RECORD = "progress.jsonl"
FOLDER = "notebooks/"
ADDED_UP = ("check", "round")  # kinds of records of which there may be several about one item
ODD = re.compile(r"[/\\\0-\x1f\ud800-\udfff]")  # makes a path of a name, or is no letter
FORBIDDEN = frozenset('<>:"|?*' if os.name == "nt" else "")  # in the names of files here
LARGEST = 50_000_000  # bytes of an archive, and of what it unpacks to
ROOM = 45_000_000  # bytes for the record and the notebooks: the list of them takes some, too


class ArchiveError(InputError):
    """This is no archive that can be brought back; nothing was changed."""


@dataclass(frozen=True)
class Work:
    """What an archive holds: the record, and the notebooks' bytes by file name.

    `left_out` names what was in it and is no use: damaged, or no notebook; `unread` counts the
    lines of its record that hold none.
    """

    records: list[Record]
    notebooks: Mapping[str, bytes]
    left_out: tuple[str, ...] = ()
    unread: int = 0


def pack(log: ProgressLog, notebooks: Path) -> bytes:
    """Make an archive of a record and of a folder's notebooks; the same work, the same bytes.

    What could not be brought back is left out: a file that is no whole notebook, or too large.
    """
    files = {RECORD: written(log.records())}
    room = ROOM - len(files[RECORD])
    for path in sorted(notebooks.glob("*.ipynb")):
        data = _read(path, room)
        if _is_name(path.name) and is_notebook(data):
            files[FOLDER + path.name] = data
            room -= len(data)
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    contents = {"course": COURSE, "format": FORMAT, "files": sums}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {LIST: json.dumps(contents, indent=1).encode(), **files}.items():
            # A date of its own would make each archive different.
            archive.writestr(
                zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED
            )
    return target.getvalue()


def _read(path: Path, room: int) -> bytes:
    """A file's bytes; none if it can't be read or is larger than this."""
    try:
        return path.read_bytes() if path.is_file() and path.stat().st_size <= room else b""
    except OSError:
        return b""


def unpack(data: bytes) -> Work:
    """Read an archive; of one that is damaged in a part, the others.

    Raises
    ------
    ArchiveError
        If it is cut short, foreign or too large, or no part of it is whole.
    """
    files = _files(data)
    sums = _sums(files.pop(LIST, b""))
    if sums.keys() != files.keys():
        raise ArchiveError(words.damaged_archive)
    odd = [name for name in files if name != RECORD and not _is_part(name)]
    if odd:
        raise ArchiveError(words.odd_part.format(name=odd[0][:60]))
    whole = {
        name: data for name, data in files.items() if hashlib.sha256(data).hexdigest() == sums[name]
    }
    if files and not whole:
        raise ArchiveError(words.damaged_archive)
    used = {
        name
        for name, data in whole.items()
        if name == RECORD or (is_notebook(data) and not FORBIDDEN.intersection(name))
    }
    record = whole.get(RECORD, b"")
    records = read_records(record)
    lines = [line for line in record.splitlines() if line.strip(b" \t\0")]
    return Work(
        records,
        {name.removeprefix(FOLDER): whole[name] for name in sorted(used - {RECORD})},
        left_out=tuple(sorted(name.removeprefix(FOLDER) for name in files.keys() - used)),
        unread=len(lines) - len(records),
    )


def _is_part(name: str) -> bool:
    return name.startswith(FOLDER) and _is_name(name.removeprefix(FOLDER))


def _is_name(name: str) -> bool:
    """Whether it is a notebook's plain name, which leads into no other folder."""
    return name.endswith(".ipynb") and name[0] != "." and not ODD.search(name)


def is_notebook(data: bytes) -> bool:
    """Whether JupyterLab can open it: a notebook of format 4, as nbformat's rules have it."""
    import nbformat  # only here: it is slow to import

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cells without a name of their own are no trouble
        try:
            notebook = json.loads(data)
            nbformat.validate(notebook, version=4, relax_add_props=True)
        except Exception:  # of whatever sort: what the rules can't even be held against is none
            return False
    return notebook.get("nbformat") == 4


def _files(data: bytes) -> dict[str, bytes]:
    """What a ZIP file holds, unpacked in memory and within the limits; b"" for a damaged part."""
    if len(data) > LARGEST:
        raise ArchiveError(words.too_large.format(mb=len(data) / 1e6))
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except Exception:  # zipfile has a dozen sorts of them for bytes that are cut or altered
        raise ArchiveError(words.damaged_archive) from None
    size = sum(entry.file_size for entry in archive.infolist())
    if size > LARGEST:
        raise ArchiveError(words.unpacks_too_large.format(mb=size / 1e6))
    return {entry.filename: _unpacked(archive, entry) for entry in archive.infolist()}


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """One part of an archive, never more of it than it says to hold; b"" for a damaged one."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return b""  # not ours
    try:
        with archive.open(entry) as part:
            return part.read(entry.file_size)
    except Exception:  # as above
        return b""


def _sums(contents: bytes) -> dict[str, str]:
    """The list of an archive, once it is known to be one of ours."""
    try:
        found = json.loads(contents)
        course, format, sums = found["course"], found["format"], found["files"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ArchiveError(words.no_archive) from None
    if course != COURSE:
        raise ArchiveError(words.other_course)
    if not isinstance(format, int) or format > FORMAT:
        raise ArchiveError(words.later_archive)
    if not isinstance(sums, dict):
        raise ArchiveError(words.damaged_archive)
    return sums


# Bringing it back ---------------------------------------------------------------------------


def merge(log: ProgressLog, records: list[Record]) -> int:
    """Add what a log lacks; how many records that were.

    Answers and rounds add up: which rounds count, a journal says. A verdict, a decision or a quiz
    answer that the log has already stays as it is there, since it is final or newer.
    """
    here = log.records()
    settled = {_key(record) for record in here if record["kind"] not in ADDED_UP}
    known = {written([record]) for record in here}
    missing = [r for r in records if _key(r) not in settled and written([r]) not in known]
    if warning := log.extend(missing):
        raise ArchiveError(warning)
    return len(missing)


def _key(record: Record) -> tuple[str, str, str]:
    return record["kind"], record["case"], record["item"]


def put(path: Path, data: bytes, kept: Path) -> Path | None:
    """Write a file whole or not at all; what stood there goes to the folder `kept` first.

    Returns where the older file is now, or None if there was none or it was the same.
    """
    older = path.read_bytes() if path.exists() else data
    moved = None
    if older != data:
        make_folder(kept)
        moved = _free_name(kept / path.name)
        write_whole(moved, older)
    write_whole(path, data)
    return moved


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a crash or a full disk leaves the old one or the new one, no half.

    A new file is its owner's alone; one that was there is for whom it was.
    """
    make_folder(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            Path(name).chmod(path.stat().st_mode & 0o777)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _free_name(path: Path) -> Path:
    """The name itself, or with a number where the folder has it already."""
    if not path.exists():
        return path
    numbered = (path.with_stem(f"{path.stem} ({number})") for number in range(2, 10_000))
    return next(name for name in numbered if not name.exists())
