"""One file with a trainee's whole work: the record, and the notebooks as they were left.

An archive is a ZIP file with a list of its contents and their checksums. Nothing in it is
trusted: it is read, held against the list and against limits, and only then touches the disk.
"""

import hashlib
import io
import json
import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from course_utils.classroom.progress import ProgressLog, Record, read_records, written
from course_utils.errors import InputError

COURSE = "e-commerce operations, audited"
FORMAT = 1
LIST = "contents.json"
RECORD = "progress.jsonl"
NOTEBOOK = re.compile(r"notebooks/(\d\d_\w+\.ipynb)")
LARGEST = 50_000_000  # bytes of an archive, and of what it unpacks to


class ArchiveError(InputError):
    """This is no archive that can be brought back; nothing was changed."""


@dataclass(frozen=True)
class Work:
    """What an archive holds: the record, and the notebooks' bytes by file name."""

    records: list[Record]
    notebooks: Mapping[str, bytes]


def pack(log: ProgressLog, notebooks: Path) -> bytes:
    """Make an archive of a record and of a folder's notebooks; the same work, the same bytes."""
    files = {RECORD: written(log.records())}
    for path in sorted(notebooks.glob("*.ipynb")):
        if NOTEBOOK.fullmatch(f"notebooks/{path.name}"):
            files[f"notebooks/{path.name}"] = path.read_bytes()
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


def unpack(data: bytes) -> Work:
    """Read an archive, and refuse with an ArchiveError what is damaged, foreign or too large."""
    files = _files(data)
    sums = _sums(files.pop(LIST, b""))
    if sums.keys() != files.keys() or any(
        hashlib.sha256(data).hexdigest() != sums[name] for name, data in files.items()
    ):
        raise ArchiveError(_DAMAGED)
    odd = [name for name in files if name != RECORD and not NOTEBOOK.fullmatch(name)]
    if odd:
        raise ArchiveError(f"This archive holds {odd[0][:60]!r}, which is no part of the course.")
    return Work(
        read_records(files.pop(RECORD, b"")),
        {name.removeprefix("notebooks/"): _checked(data) for name, data in files.items()},
    )


_DAMAGED = (
    "This file is damaged, or no archive of the course: download it again, then try once more."
)
# What zipfile raises on bytes that are cut or altered.
_UNZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


def _files(data: bytes) -> dict[str, bytes]:
    """What a ZIP file holds, unpacked in memory and within the limits."""
    if len(data) > LARGEST:
        raise ArchiveError(f"This file has {len(data) / 1e6:,.0f} MB; no work of the course has.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        size = sum(entry.file_size for entry in archive.infolist())
        if size <= LARGEST:
            return {entry.filename: archive.read(entry) for entry in archive.infolist()}
    except _UNZIP_ERRORS:
        raise ArchiveError(_DAMAGED) from None
    raise ArchiveError(f"This file unpacks to {size / 1e6:,.0f} MB; no work of the course does.")


def _sums(contents: bytes) -> dict[str, str]:
    """The list of an archive, once it is known to be one of ours."""
    try:
        found = json.loads(contents)
        course, format, sums = found["course"], found["format"], found["files"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ArchiveError("This is not an archive that the course has made.") from None
    if course != COURSE:
        raise ArchiveError("This archive comes from another course.")
    if not isinstance(format, int) or format > FORMAT:
        raise ArchiveError("This archive was made by a later version of the course: use that one.")
    if not isinstance(sums, dict):
        raise ArchiveError(_DAMAGED)
    return sums


def _checked(notebook: bytes) -> bytes:
    try:
        is_notebook = isinstance(json.loads(notebook)["cells"], list)
    except (ValueError, KeyError, TypeError, RecursionError):
        is_notebook = False
    if not is_notebook:
        raise ArchiveError(_DAMAGED)
    return notebook


# Bringing it back ---------------------------------------------------------------------------


def merge(log: ProgressLog, records: list[Record]) -> int:
    """Add what a log lacks; how many records that were.

    Answers add up. A verdict, a decision or a quiz answer that the log has already stays as it
    is there, since it is final or newer.
    """
    here = log.records()
    settled = {_key(record) for record in here if record["kind"] != "check"}
    missing = [r for r in records if _key(r) not in settled and r not in here]
    for record in missing:
        if warning := log.append(**record):
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
        kept.mkdir(parents=True, exist_ok=True)
        moved = _free_name(kept / path.name)
        write_whole(moved, older)
    write_whole(path, data)
    return moved


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a crash or a full disk leaves the old one or the new one, no half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
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
