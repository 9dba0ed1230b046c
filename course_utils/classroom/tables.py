"""A case's tables on disk: written with a manifest, read with a check against it."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from course_utils.classroom import words
from course_utils.errors import CourseError

DATA = Path(__file__).resolve().parents[2] / "data"


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
    (folder / "manifest.json").write_bytes(text.encode())


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """Read one table, and see by its checksum that it is as the course made it.

    Raises `TableError` for an unknown name, a missing file, or one cut short or changed.
    """
    manifest = _manifest(folder)
    if name not in manifest:
        raise TableError(words.UNKNOWN_TABLE.format(name=name, known=", ".join(manifest)))
    path = folder / f"{name}.csv"
    shown = f"data/{folder.name}/{path.name}"
    try:
        data = path.read_bytes()
    except OSError:
        raise TableError(words.MISSING_FILE.format(file=shown, command=words.REBUILD)) from None
    if hashlib.sha256(data).hexdigest() != manifest[name]["sha256"]:
        raise TableError(
            words.DAMAGED_FILE.format(
                file=shown, found=len(data), wanted=manifest[name]["bytes"], command=words.REBUILD
            )
        )
    return pd.read_csv(path)


def _manifest(folder: Path) -> dict[str, dict[str, int | str]]:
    path = folder / "manifest.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        shown = f"data/{folder.name}/{path.name}"
        raise TableError(words.MISSING_FILE.format(file=shown, command=words.REBUILD)) from None
