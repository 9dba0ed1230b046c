"""The trainee's record on disk: a log of JSON lines that only ever grows.

Answers, verdicts and decisions are appended, one record a line, and nothing is rewritten. So a
crash, a rerun, two open notebooks or a damaged file can cost at most the lines they touch. Each
line carries a checksum of its own text: a reader recognises a damaged line and goes on.
"""

import copy
import errno
import json
import os
import re
import reprlib
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from course_utils.errors import InputError

VERSION = 1
DONE = ("right", "noted")  # what a check may say of an exercise that is done
FILE_NAME = "progress.jsonl"
PATIENCE = 3.0  # seconds to wait for another notebook that is writing
LINE = re.compile(rb'^\{"crc":"([0-9a-f]{8})",(.*\})\r?$', re.MULTILINE)

Record = dict[str, Any]


def done(records: Iterable[Record]) -> set[str]:
    """The ids of what is done: right or noted, a range revealed, a decision made."""
    final = ("reveal", "decision")
    return {r["item"] for r in records if r["kind"] in final or r.get("status") in DONE}


def progress_path() -> Path:
    """Where the record is kept: `COURSE_PROGRESS` if set, else `my_work/` beside `notebooks/`.

    `COURSE_PROGRESS` names a file, or a folder: one that exists, or a name without a suffix.
    """
    chosen = os.environ.get("COURSE_PROGRESS")
    if not chosen:
        return Path(__file__).resolve().parents[2] / "my_work" / FILE_NAME
    path = Path(chosen).expanduser().absolute()
    return path / FILE_NAME if path.is_dir() or not path.suffix else path


class ProgressLog:
    """The records of one trainee, oldest first.

    A record is a dict of `kind` ("verdict", "check", …), `case`, `item` ("3.7") and fields of its
    own. It holds no time of day: the order of the lines is the order of events.
    """

    def __init__(self, path: Path | str | None = None) -> None:
        self.path = progress_path() if path is None else Path(path)
        self._unsaved: list[Record] = []
        self._warned = False
        self._seen: tuple[int, int, int] | None = None
        self._on_disk: list[Record] = []

    def append(self, kind: str, case: str, item: str, **fields: object) -> str:
        """Add a record, unless it repeats the latest one of the same kind, case and item.

        Returns "", or, once for each log object, a sentence saying why nothing can be saved. What
        could not be written stays in memory and is tried again with the next record. Raises
        InputError for a field that JSON can't hold, NaN and infinity among them.
        """
        record = {"kind": kind, "case": case, "item": item, **_plain(fields)}
        # After a failed write only knock: waiting again and again would hold up every check.
        patience = 0.1 if self._unsaved else PATIENCE
        if record != self.latest(kind, case, item):
            self._unsaved.append(record)
        if not self._unsaved:
            return ""
        try:
            self._write_unsaved(patience)
        except OSError as error:
            return self._warn_once(error)
        return ""

    def records(self, kind: str | None = None, case: str | None = None) -> list[Record]:
        """All readable records, oldest first, of one kind and one case if these are given."""
        return [
            copy.deepcopy(record)
            for record in self._all()
            if kind in (None, record["kind"]) and case in (None, record["case"])
        ]

    def latest(self, kind: str, case: str, item: str) -> Record | None:
        """The last record of this kind for this item, or None."""
        wanted = {"kind": kind, "case": case, "item": item}
        return next(
            (copy.deepcopy(r) for r in reversed(self._all()) if wanted.items() <= r.items()),
            None,
        )

    def _all(self) -> list[Record]:
        self._read_if_changed()
        return self._on_disk + self._unsaved

    def _read_if_changed(self) -> None:
        try:
            with self.path.open("rb") as log:
                stat = os.fstat(log.fileno())
                seen = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
                if seen != self._seen:
                    self._on_disk = read_records(log.read())
                    self._seen = seen
        except OSError:
            self._on_disk, self._seen = [], None

    def _write_unsaved(self, patience: float) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(f"{self.path}.lock", timeout=patience, poll_interval=0.01)
        with lock, self.path.open("a+b", buffering=0) as log:
            while self._unsaved:
                line = _line(self._unsaved[0])
                if not _ends_with_newline(log):  # a torn write: leave it, start a line of our own
                    line = b"\n" + line
                if os.write(log.fileno(), line) < len(line):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                del self._unsaved[0]
            os.fsync(log.fileno())

    def _warn_once(self, error: OSError) -> str:
        if self._warned:
            return ""
        self._warned = True
        reason = str(error.strerror or error).lower()
        if isinstance(error, Timeout):
            reason = "another notebook is holding the file"
        return (
            f"Your work can't be saved to {self.path.parent.name}/{self.path.name} ({reason}); "
            "it goes on in this session, and saving is tried again with every answer."
        )


def _line(record: Record) -> bytes:
    """One line of the log. ASCII only, so that no editor's guess at an encoding can harm it."""
    envelope = json.dumps({"version": VERSION, "record": record}, separators=(",", ":"))
    text = envelope[1:].encode("ascii")
    return b'{"crc":"%08x",%b\n' % (zlib.crc32(text), text)


def written(records: Iterable[Record]) -> bytes:
    """Records as a log's file has them."""
    return b"".join(map(_line, records))


def read_records(data: bytes) -> list[Record]:
    """The records of all undamaged lines, those of a later version of the course included."""
    texts = (text for crc, text in LINE.findall(data) if int(crc, 16) == zlib.crc32(text))
    return [record for text in texts if (record := _record(text)) is not None]


def _record(text: bytes) -> Record | None:
    try:
        record = json.loads(b"{" + text).get("record")
    except (ValueError, RecursionError):  # a whole line, but not one that this version can read
        return None
    is_record = isinstance(record, dict) and {"kind", "case", "item"} <= record.keys()
    return record if is_record else None


def _ends_with_newline(log: Any) -> bool:
    """Whether the next write starts a line: the file is empty or its last line is complete."""
    if log.seek(0, os.SEEK_END) == 0:
        return True
    log.seek(-1, os.SEEK_END)
    return log.read(1) == b"\n"


def _plain(fields: dict[str, object]) -> Record:
    """The fields as they will be read back: Python numbers, text, lists and dicts."""
    plain = {}
    for name, value in fields.items():
        try:
            plain[name] = json.loads(json.dumps(value, allow_nan=False, default=_python_number))
        except (TypeError, ValueError, RecursionError) as error:
            raise InputError(
                f"The progress record can't hold {name} = {reprlib.repr(value)}: give finite "
                "numbers, text, True, False, None, or lists and dicts of these."
            ) from error
    return plain


def _python_number(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} has no JSON form")
