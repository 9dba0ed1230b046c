"""The data from the worlds: every case's tables, their manifest, and the dictionary."""

import importlib
from pathlib import Path
from typing import Any

import pandas as pd

from course_utils import cases
from course_utils.authoring import words
from course_utils.cases.tables import DATA, write_tables
from course_utils.language import read_words


def case_names() -> list[str]:
    """The cases that have a world."""
    return sorted(path.parent.name for path in Path(cases.__file__).parent.glob("*/world.py"))


def build_data(folder: Path = DATA) -> None:
    """Make every table of every case, and the dictionary of them all."""
    pages = [words.dictionary]
    for name in case_names():
        tables = importlib.import_module(f"course_utils.cases.{name}.world").simulate().tables
        write_tables(folder / name, tables)
        pages.append(dictionary(name, tables))
    (folder / "README.md").write_bytes("\n".join(pages).encode())


def dictionary(name: str, tables: dict[str, pd.DataFrame]) -> str:
    """One case's part of the dictionary. A column without its words is a KeyError."""
    said = read_words(Path(cases.__file__).parent / name, "tables")
    lines = [f"## `{name}/` — {said['title']}", ""]
    for table, frame in tables.items():
        about = said[table]
        lines += [
            f"### `{table}.csv`",
            "",
            words.rows.format(row=about["row"], count=len(frame)),
            "",
        ]
        lines += [words.columns, "|---|---|---|---|"]
        for column in frame.columns:
            meaning, unit = about["columns"][column]
            lines.append(f"| `{column}` | {meaning} | {unit} | {_range(frame[column])} |")
        lines.append("")
    return "\n".join(lines)


def _range(column: pd.Series) -> str:
    """The values of a column in a few words; how many are missing, if any."""
    values: Any = column.dropna()
    few = sorted(values.unique()) if values.nunique() <= 6 else []
    ends = words.from_to.format(low=values.min(), high=values.max())
    shown = ", ".join(str(value) for value in few) or ends
    missing = column.isna().sum()
    return words.some_missing.format(values=shown, count=missing) if missing else shown
