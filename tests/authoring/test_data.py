import csv
import json
import re
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from course_utils import cases
from course_utils.authoring.data import build_data, case_names, dictionary
from course_utils.cases.tables import DATA, read_table

CASES = Path(cases.__file__).parent


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A fresh build of every table."""
    folder = tmp_path_factory.mktemp("built")
    build_data(folder)
    return folder


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def words_of(name):
    return tomllib.loads((CASES / name / "tables.en.toml").read_text(encoding="utf-8"))


every_case = pytest.mark.parametrize("name", case_names())


def test_the_committed_data_are_what_the_worlds_make_to_the_byte(built):
    made, kept = files(built), files(DATA)
    assert made.keys() == kept.keys()
    assert [name for name in made if made[name] != kept[name]] == [], "run `python3 start.py data`"


def test_no_table_is_larger_than_5_mb_nor_all_of_them_than_20():
    sizes = {name: len(data) for name, data in files(DATA).items()}
    assert sizes
    assert max(sizes.values()) <= 5e6
    assert sum(sizes.values()) <= 20e6


def test_the_cases_with_a_world_are_those_with_data():
    assert case_names() == sorted(path.name for path in DATA.iterdir() if path.is_dir())
    assert {"start_here", "appliance_page"} <= set(case_names())


@every_case
def test_every_table_reads_back_and_opens_in_a_spreadsheet(name):
    manifest = json.loads((DATA / name / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest) == {path.stem for path in (DATA / name).glob("*.csv")}
    for table in manifest:
        frame = read_table(DATA / name, table)
        assert len(frame)
        with (DATA / name / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert rows[0] == list(frame.columns)
        assert len(rows) == len(frame) + 1
        assert {len(row) for row in rows} == {len(frame.columns)}


@every_case
def test_the_dictionary_says_what_every_row_and_column_is(name):
    page = (DATA / "README.md").read_text(encoding="utf-8")
    words = words_of(name)
    manifest = json.loads((DATA / name / "manifest.json").read_text(encoding="utf-8"))
    assert words.keys() == {"title", *manifest}, "words for every table, and for no other"
    assert words["title"] in page
    # Cases may give a table the same name, so each is looked up in its own case's part.
    chapter = page.split(f"## `{name}/`")[1].split("\n## ")[0]
    for table in manifest:
        frame = read_table(DATA / name, table)
        assert words[table].keys() == {"row", "columns"}
        assert words[table]["columns"].keys() == set(frame.columns)
        part = chapter.split(f"### `{table}.csv`")[1].split("###")[0]
        assert f"{words[table]['row']} {len(frame):,} rows." in part
        listed = re.findall(r"^\| `([^`]+)` \| (.*) \| (.*) \| (.+) \|$", part, re.MULTILINE)
        assert [row[0] for row in listed] == list(frame.columns)
        for column, meaning, unit, values in listed:
            assert [meaning, unit] == words[table]["columns"][column]
            assert meaning.strip()
            assert values.strip()


@pytest.fixture
def tiny_words(monkeypatch, tmp_path):
    """A case with words for one small table, in place of the course's own."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "tables.en.toml").write_text(
        'title = "a shop"\n[carts]\nrow = "One row is one cart."\n[carts.columns]\n'
        'price = ["what it cost", "yuan"]\nkind = ["which kind", ""]\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(cases, "__file__", str(tmp_path / "__init__.py"))


def test_a_range_names_few_values_ends_and_what_is_missing(tiny_words):
    frame = pd.DataFrame({"price": [7.5, None, *range(1, 9)], "kind": ["b", "a"] * 5})
    page = dictionary("shop", {"carts": frame})
    assert "| `price` | what it cost | yuan | 1.0 to 8.0; 1 missing |" in page
    assert "| `kind` | which kind |  | a, b |" in page
    assert "One row is one cart. 10 rows." in page


def test_a_column_without_words_stops_the_build(tiny_words):
    with pytest.raises(KeyError, match="colour"):
        dictionary("shop", {"carts": pd.DataFrame({"colour": ["red"]})})
    with pytest.raises(KeyError, match="orders"):
        dictionary("shop", {"orders": pd.DataFrame({"price": [1]})})
