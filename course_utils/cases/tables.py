"""A case's tables on disk: written with a manifest, read with a check against it."""

import hashlib
import io
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

import pandas as pd

from course_utils.cases import words
from course_utils.errors import CourseError

DATA = Path(__file__).resolve().parents[2] / "data"
MANIFEST = "manifest.json"
REBUILD = f"python{'' if sys.platform == 'win32' else '3'} start.py data"


class Entry(TypedDict):
    """What the manifest says of a table's file."""

    bytes: int
    sha256: str


class TableError(CourseError):
    """A table can't be read; the message names the file and the command that rebuilds it."""


def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write each table as CSV, and a manifest of their sizes and checksums."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = {}
    for name, table in tables.items():
        data = table.to_csv(index=False, lineterminator="\n").encode()
        (folder / f"{name}.csv").write_bytes(data)
        manifest[name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    text = json.dumps(manifest, indent=1, sort_keys=True) + "\n"
    (folder / MANIFEST).write_bytes(text.encode())


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """Read one table, and see by its checksum that it is as the course made it.

    Raises `TableError` for an unknown name, a missing file, or one cut short or changed.
    """
    manifest = _manifest(folder)
    if name not in manifest:
        raise TableError(words.unknown_table.format(name=name, known=", ".join(manifest)))
    data = _verified(folder, name, manifest[name])
    try:
        return pd.read_csv(io.BytesIO(data))
    except ValueError:  # as it was made, but no table: a manifest by another hand
        raise TableError(_missing(folder, f"{name}.csv")) from None


def check_tables(folder: Path) -> tuple[int, list[str]]:
    """How many tables a case has, and the files that are missing or not as the course made them."""
    try:
        manifest = _manifest(folder)
    except TableError:
        return 0, [f"data/{folder.name}/{MANIFEST}"]
    bad = []
    for name, entry in manifest.items():
        try:
            _verified(folder, name, entry)
        except TableError:
            bad.append(f"data/{folder.name}/{name}.csv")
    return len(manifest), bad


def _verified(folder: Path, name: str, entry: Entry) -> bytes:
    """The bytes of one table, if they are those that the course made."""
    path = folder / f"{name}.csv"
    try:
        data = path.read_bytes()
    except (OSError, ValueError):  # or a name that no file can have
        raise TableError(_missing(folder, path.name)) from None
    if hashlib.sha256(data).hexdigest() != entry["sha256"]:
        said = {"found": len(data), "wanted": entry["bytes"], "command": REBUILD}
        file = f"data/{folder.name}/{path.name}"
        raise TableError(words.damaged_file.format(file=file, **said))
    return data


def _manifest(folder: Path) -> dict[str, Entry]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        manifest = None
    is_one = isinstance(manifest, dict) and all(map(_is_entry, manifest.values()))
    if not is_one or not manifest:
        raise TableError(_missing(folder, MANIFEST))
    return manifest


def _is_entry(entry: object) -> bool:
    match entry:
        case {"bytes": int(), "sha256": str()}:
            return True
    return False


def _missing(folder: Path, file: str) -> str:
    return words.missing_file.format(file=f"data/{folder.name}/{file}", command=REBUILD)
