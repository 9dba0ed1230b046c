import hashlib
import json

import pandas as pd
import pytest

from course_utils.cases.tables import TableError, check_tables, read_table, write_tables

CARTS = pd.DataFrame({"cart": [1, 2], "label": ["尺码", None], "price": [0.1, 2.5]})
COSTS = pd.DataFrame({"item": ["margin"], "yuan": [160]})


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "data" / "shop"
    write_tables(folder, {"carts": CARTS, "costs": COSTS})
    return folder


def sentence(folder, name):
    """What a trainee reads: one sentence, in place of a traceback."""
    with pytest.raises(TableError) as error:
        read_table(folder, name)
    (line,) = error.value._render_traceback_()
    assert line == str(error.value)
    assert "\n" not in line
    return line


def assert_named(said, file):
    assert f"data/shop/{file}" in said
    assert "`python3 start.py data`" in said
    assert "your answers are not touched" in said


def test_tables_come_back_as_they_were(folder):
    pd.testing.assert_frame_equal(read_table(folder, "carts"), CARTS)
    pd.testing.assert_frame_equal(read_table(folder, "costs"), COSTS)


def test_the_same_tables_are_the_same_bytes(folder, tmp_path):
    write_tables(tmp_path / "again", {"carts": CARTS, "costs": COSTS})
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert files == {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()}
    assert files.keys() == {"carts.csv", "costs.csv", "manifest.json"}
    assert b"\r" not in b"".join(files.values())


def test_a_missing_file(folder):
    (folder / "carts.csv").unlink()
    assert_named(sentence(folder, "carts"), "carts.csv")
    assert len(read_table(folder, "costs")) == 1


@pytest.mark.parametrize("length", [0, 1, 10, -1])
def test_a_file_cut_short(folder, length):
    path = folder / "carts.csv"
    whole = path.read_bytes()
    path.write_bytes(whole[:length])
    said = sentence(folder, "carts")
    assert_named(said, "carts.csv")
    assert f"{len(whole):,} bytes" in said or f"be {len(whole):,}" in said


def test_a_file_changed_in_a_spreadsheet(folder):
    path = folder / "carts.csv"
    path.write_bytes(path.read_bytes().replace(b"2.5", b"2.6"))
    assert_named(sentence(folder, "carts"), "carts.csv")


def test_a_folder_in_place_of_a_file(folder):
    (folder / "carts.csv").unlink()
    (folder / "carts.csv").mkdir()
    assert_named(sentence(folder, "carts"), "carts.csv")


@pytest.mark.parametrize(
    "text",
    [
        *(
            None,
            "",
            '{"carts": {"byt',
            "\x00\xff",
            "[" * 100_000,
            "{}",
            "[]",
            "3",
            '"carts"',
            "null",
        ),
        '{"carts": {"bytes": 3}, "costs": {"bytes": 3}}',
        '{"carts": {"sha256": "a"}}',
        '{"carts": {"bytes": "3", "sha256": "a"}}',
        '{"carts": {"bytes": 3, "sha256": 4}}',
        '{"carts": 7}',
    ],
)
def test_a_manifest_that_is_missing_or_damaged(folder, text):
    path = folder / "manifest.json"
    path.unlink()
    if text is not None:
        path.write_text(text, encoding="latin-1")
    assert_named(sentence(folder, "carts"), "manifest.json")
    assert check_tables(folder) == (0, ["data/shop/manifest.json"])


@pytest.mark.parametrize("data", [b"", b"\n", b"a,b\n1,2,3\n1,2,3,4\n", b"\xff\xfe\x00"])
def test_a_file_that_is_no_table_though_its_checksum_is_right(folder, data):
    (folder / "carts.csv").write_bytes(data)
    entry = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (folder / "manifest.json").write_text(json.dumps({"carts": entry}))
    assert_named(sentence(folder, "carts"), "carts.csv")


def test_a_check_counts_the_tables_and_names_what_is_not_as_it_was_made(folder):
    assert check_tables(folder) == (2, [])
    carts = folder / "carts.csv"
    whole = carts.read_bytes()
    for changed in (b"", whole[:-1], whole.replace(b"\n", b"\r\n"), whole.replace(b"2.5", b"2.6")):
        carts.write_bytes(changed)
        assert check_tables(folder) == (2, ["data/shop/carts.csv"])
    carts.unlink()
    (folder / "costs.csv").write_bytes(b"")
    assert check_tables(folder) == (2, ["data/shop/carts.csv", "data/shop/costs.csv"])


def test_a_missing_folder(tmp_path):
    assert_named(sentence(tmp_path / "shop", "carts"), "manifest.json")


def test_an_unknown_name_gets_the_list(folder):
    assert sentence(folder, "cart") == (
        "There is no table 'cart' in this chapter. There are: carts, costs."
    )
    assert "no table None" in sentence(folder, None)


def test_a_name_cannot_leave_the_folder(folder):
    (folder.parent / "secret.csv").write_text("a\n1\n")
    assert "no table" in sentence(folder, "../secret")


def test_the_manifest_says_size_and_checksum(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    assert {name: entry["bytes"] for name, entry in manifest.items()} == {
        name: (folder / f"{name}.csv").stat().st_size for name in ("carts", "costs")
    }
