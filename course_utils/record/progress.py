"""The trainee's record on disk: a log of JSON lines that only ever grows.

Answers, verdicts and decisions are appended, one record a line, and nothing is rewritten. So a
crash, a rerun, two open notebooks or a damaged file can cost at most the lines they touch. Each
line carries a checksum of its own text: a reader recognises a damaged line and goes on. Nor is a
whole line trusted: a record that nobody could work with is passed over where it is read, so that
no reader has to look twice, wherever the record comes from.
"""

import copy
import errno
import json
import os
import re
import reprlib
import tomllib
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

import numpy as np
from filelock import FileLock, Timeout

from course_utils.errors import InputError
from course_utils.exercises.feedback import Status
from course_utils.exercises.verdicts import VerdictError, read_interval
from course_utils.record import words

VERSION = 2  # 1 is the first edition's, which called an item by its number
DONE = ("right", "noted")  # what a check may say of an exercise that is done
FILE_NAME = "progress.jsonl"
PATIENCE = 3.0  # seconds to wait for another notebook that is writing
BRIEFLY = 0.1  # seconds, where waiting again and again would hold somebody up
LINE = re.compile(rb'^[ \t]*\{"crc":"([0-9a-f]{8})",(.*\})[ \t]*$', re.MULTILINE)
# What an editor puts around the lines, which are ASCII without controls: the marks of UTF-8 and
# UTF-16, a second byte for each letter, the line ends of another system.
ADDED = {b"\xef\xbb\xbf": b"", b"\xff\xfe": b"", b"\xfe\xff": b"", b"\0": b"", b"\r": b"\n"}
KINDS = ("check", "verdict", "reveal", "decision", "quiz")  # those whose fields are read
STATUSES = get_args(Status)
# The names of what the first edition asked, by case and by number.
FIRST_EDITION: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("first_edition.toml").read_text("utf-8")
)
DEEPEST = 20  # lists within lists that a record of a later version may have
# What a disk says that can't lock files, as some network drives can't; not every system has all.
NO_LOCKS = {
    getattr(errno, name)
    for name in ("ENOSYS", "ENOLCK", "ENOTSUP", "EOPNOTSUPP")
    if hasattr(errno, name)
}

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

    A record is a dict of `kind` ("verdict", "check", …), `case`, `item` ("old_conversion"), and
    fields of its own. It holds no time of day: the order of the lines is the order of events.
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
        is_new = record != self.latest(kind, case, item)
        warning = self.extend([record] if is_new else [])
        if not warning or self._warned:
            return ""
        self._warned = True
        return warning

    def extend(self, records: Iterable[Record]) -> str:
        """Add records as they are, all in one write; "", or each time why they can't be saved."""
        # After a failed write only knock: waiting again and again would hold up every check.
        patience = BRIEFLY if self._unsaved else PATIENCE
        self._unsaved += records
        return self._try_to_write(patience) if self._unsaved else ""

    def obstacle(self) -> str:
        """Why nothing can be saved at this moment, as a sentence; "" if all is well."""
        return self._try_to_write(BRIEFLY)

    def records(self, kind: str | None = None, case: str | None = None) -> list[Record]:
        """All readable records, oldest first, of one kind and one case if these are given."""
        return [
            _copy(record)
            for record in self._all()
            if kind in (None, record["kind"]) and case in (None, record["case"])
        ]

    def latest(self, kind: str, case: str, item: str) -> Record | None:
        """The last record of this kind for this item, or None."""
        wanted = {"kind": kind, "case": case, "item": item}
        return next(
            (_copy(r) for r in reversed(self._all()) if wanted.items() <= r.items()),
            None,
        )

    def _all(self) -> list[Record]:
        self._read_if_changed()
        return self._on_disk + self._unsaved

    def _read_if_changed(self) -> None:
        try:
            self._refuse_what_is_no_file()
            with self.path.open("rb") as log:
                stat = os.fstat(log.fileno())
                seen = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
                if seen != self._seen:
                    self._on_disk = read_records(log.read())
                    self._seen = seen
        except OSError:
            self._on_disk, self._seen = [], None

    def _refuse_what_is_no_file(self) -> None:
        """Whoever opens a pipe waits for ever, and some devices never end."""
        if self.path.exists() and not self.path.is_file():
            raise OSError(errno.EINVAL, words.no_file)

    def _try_to_write(self, patience: float) -> str:
        try:
            self._write_unsaved(patience)
        except OSError as error:
            return self._said(error)
        return ""

    def _write_unsaved(self, patience: float) -> None:
        make_folder(self.path.parent)
        self._refuse_what_is_no_file()
        if not self.path.exists():
            self.path.touch(0o600)  # its owner's alone
        with self._locked(patience), self.path.open("a+b", buffering=0) as log:
            if not _ends_with_newline(log):  # a torn write: leave it, start a line of our own
                os.write(log.fileno(), b"\n")
            lines = b"".join(map(_line, self._unsaved))
            there = lines[: os.write(log.fileno(), lines)]
            del self._unsaved[: there.count(b"\n")]
            if len(there) < len(lines):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(log.fileno())

    @contextmanager
    def _locked(self, patience: float) -> Iterator[None]:
        """Hold the file for oneself, on a disk that has locks; on another one just go on."""
        name, mode = f"{self.path}.lock", 0o600
        lock = FileLock(name, patience, mode, poll_interval=0.01, fallback_to_soft=False)
        try:
            lock.acquire()
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise
        try:
            yield
        finally:
            lock.release()

    def _said(self, error: OSError) -> str:
        reason = str(error.strerror or error).lower()
        if isinstance(error, Timeout):
            reason = words.held_by_another
        where = f"{self.path.parent.name}/{self.path.name}"
        return str(words.not_saved.format(file=where, reason=reason))


def make_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing, for its owner alone."""
    for folder in (*reversed(path.parents), path):
        if not folder.is_dir():
            folder.mkdir(0o700, exist_ok=True)


def _copy(record: Record) -> Record:
    """A record that a caller may change; few hold anything that needs more than a look."""
    return {
        name: copy.deepcopy(value) if isinstance(value, list | dict) else value
        for name, value in record.items()
    }


def _line(record: Record) -> bytes:
    """One line of the log. ASCII only, so that no editor's guess at an encoding can harm it."""
    envelope = json.dumps({"version": VERSION, "record": record}, separators=(",", ":"))
    text = envelope[1:].encode("ascii")
    return b'{"crc":"%08x",%b\n' % (zlib.crc32(text), text)


def written(records: Iterable[Record]) -> bytes:
    """Records as a log's file has them."""
    return b"".join(map(_line, records))


def read_records(data: bytes) -> list[Record]:
    """The sound records of all undamaged lines, those of a later version's kinds included.

    A record is sound if whoever reads it finds what its kind must have: for a range two finite
    ends in their order, for a decision its choice and regret, and so on.
    """
    for added, plain in ADDED.items():
        data = data.replace(added, plain)
    texts = (text for crc, text in LINE.findall(data) if int(crc, 16) == zlib.crc32(text))
    return [record for text in texts if (record := _record(text)) is not None]


def _record(text: bytes) -> Record | None:
    try:
        envelope = json.loads(b"{" + text)
    except (ValueError, RecursionError):  # a whole line, but not one that this version can read
        return None
    record = envelope.get("record")
    if not isinstance(record, dict) or not _is_sound(record):
        return None
    return renamed(record) if envelope.get("version") == 1 else record


def renamed(record: Record) -> Record:
    """A record of the first edition, its item called by the name that it has had since then."""
    names = FIRST_EDITION.get(record["case"], {})
    numbers = names.get("quiz", {}) if record["kind"] == "quiz" else names
    name = numbers.get(record["item"])
    return {**record, "item": name} if isinstance(name, str) else record


def _is_sound(record: Record) -> bool:
    names = (record.get(name) for name in ("kind", "case", "item"))
    if not all(map(_is_text, names)) or not _is_flat(record, DEEPEST):
        return False
    match record:
        case {"kind": "check"}:
            value = record.get("value", 0)  # a guess's
            known = record.get("status", "info") in STATUSES and _is_text(record.get("slip", ""))
            return known and _is_range(value, value)
        case {"kind": "verdict", "low": low, "high": high}:
            return _is_range(low, high)
        case {"kind": "reveal", "low": low, "high": high, "truth": truth}:
            return _is_range(low, high) and _is_range(truth, truth)
        case {"kind": "decision", "choice": choice, "regret": int(regret)}:
            return _is_text(choice) and _is_range(regret, regret)
        case {"kind": "quiz", "choice": int(choice), "right": bool()}:
            return _is_range(0, choice)
    return record["kind"] not in KINDS


def _is_text(value: object) -> bool:
    """Whether it is words for a page: half a letter or a control would break what shows it."""
    return isinstance(value, str) and value.isprintable()


def _is_range(low: object, high: object) -> bool:
    try:
        read_interval(low, high)
    except VerdictError:
        return False
    return True


def _is_flat(value: object, levels: int) -> bool:
    """Whether lists and dicts lie in one another this deep at most; no copy of it can fail then."""
    if not isinstance(value, list | dict):
        return True
    parts = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_is_flat(part, levels - 1) for part in parts)


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
            said = words.no_field.format(name=name, value=reprlib.repr(value))
            raise InputError(said) from error
    return plain


def _python_number(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} has no JSON form")
