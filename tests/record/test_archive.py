import hashlib
import io
import json
import os
import random
import sys
import tempfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.record import archive
from course_utils.record.archive import ArchiveError, merge, pack, put, unpack, write_whole
from course_utils.record.progress import ProgressLog, written

BARE = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
NOTEBOOK = json.dumps(BARE).encode()
OWN = ["03_page-Copy1.ipynb", "03 mine.ipynb", "第三章.ipynb", "Untitled.ipynb"]
# What a full disk, a merge and other programs leave behind.
NO_NOTEBOOKS = [
    b"",
    NOTEBOOK[:-9],
    b"<<<<<<< HEAD\n" + NOTEBOOK,
    b"not JSON",
    b"[1]",
    b"[" * 100_000,
    json.dumps({**BARE, "cells": [1, 2]}).encode(),
    json.dumps({**BARE, "nbformat": 99}).encode(),
    json.dumps({**BARE, "nbformat_minor": "x"}).encode(),
]


@pytest.fixture
def work(tmp_path):
    """A record with two lines, and a folder with notebooks and something else."""
    log = ProgressLog(tmp_path / "my_work" / "progress.jsonl")
    log.append("check", "page", "3.2", status="right", slip="")
    log.append("verdict", "page", "3.4", low=1, high=2)
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    for name in ("03_page.ipynb", *OWN):
        (notebooks / name).write_bytes(NOTEBOOK)
    (notebooks / "notes.txt").write_bytes(b"mine")
    return log, notebooks


def made(files, /, how=zipfile.ZIP_DEFLATED, **changed):
    """An archive of these files, written by hand."""
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    listed = {"course": archive.COURSE, "format": 1, "files": sums} | changed
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", how) as packed:
        packed.writestr("contents.json", json.dumps(listed))
        for name, data in files.items():
            packed.writestr(name, data)
    return target.getvalue()


def test_the_record_and_the_notebooks_come_back(work, tmp_path) -> None:
    log, notebooks = work
    held = unpack(pack(log, notebooks))
    assert held.records == log.records()
    assert held.notebooks == dict.fromkeys(["03_page.ipynb", *OWN], NOTEBOOK)
    assert (held.left_out, held.unread) == ((), 0)


FILE_NAMES = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20
).filter(lambda name: sys.platform != "win32" or name.isalnum())
CONTROLS = [chr(code) for code in range(32)]
CONTENTS = st.one_of(st.just(NOTEBOOK), st.sampled_from(NO_NOTEBOOKS), st.binary(max_size=50))
RECORDS = st.lists(
    st.fixed_dictionaries(
        {"kind": st.sampled_from(["verdict", "check", "hologram"]), "item": st.text(max_size=5)},
        optional={"low": st.floats(), "high": st.floats(), "status": st.text(max_size=5)},
    )
)


@settings(max_examples=40)
@given(st.dictionaries(FILE_NAMES, CONTENTS, max_size=4), RECORDS)
def test_whatever_is_packed_can_be_brought_back(files, records) -> None:
    with tempfile.TemporaryDirectory() as folder:
        log, notebooks = ProgressLog(Path(folder) / "progress.jsonl"), Path(folder) / "notebooks"
        log.path.write_bytes(written({"case": "page", **record} for record in records))
        notebooks.mkdir()
        for stem, data in files.items():
            (notebooks / f"{stem}.ipynb").write_bytes(data)
        held = unpack(pack(log, notebooks))
        good = {f"{stem}.ipynb" for stem, data in files.items() if data == NOTEBOOK}
        assert (written(held.records), held.unread) == (written(log.records()), 0)
        assert held.left_out == ()
        # Neither hidden files nor what another system takes for a path.
        assert held.notebooks.keys() == {
            name for name in good if name[0] != "." and not {"\\", *CONTROLS}.intersection(name)
        }


@pytest.mark.parametrize("data", NO_NOTEBOOKS)
def test_a_notebook_that_is_none_costs_no_other_and_is_not_packed(work, data) -> None:
    log, notebooks = work
    (notebooks / "01_cut.ipynb").write_bytes(data)
    held = unpack(pack(log, notebooks))
    assert held.records == log.records()
    assert held.notebooks.keys() == {"03_page.ipynb", *OWN}


def test_a_notebook_that_is_too_large_costs_no_other(work) -> None:
    log, notebooks = work
    with (notebooks / "01_loop.ipynb").open("wb") as file:
        file.truncate(84_000_000)
    assert unpack(pack(log, notebooks)).notebooks.keys() == {"03_page.ipynb", *OWN}


def test_a_folder_or_a_link_to_nowhere_costs_no_notebook(work, tmp_path) -> None:
    log, notebooks = work
    (notebooks / "01_folder.ipynb").mkdir()
    if sys.platform != "win32":  # where it takes a right of its own
        (notebooks / "02_link.ipynb").symlink_to(tmp_path / "nowhere")
    assert unpack(pack(log, notebooks)).notebooks.keys() == {"03_page.ipynb", *OWN}


@pytest.mark.parametrize("data", NO_NOTEBOOKS)
def test_of_an_archive_with_a_bad_notebook_the_rest_comes_back(data) -> None:
    names = {"notebooks/01_cut.ipynb": data, "notebooks/03_page.ipynb": NOTEBOOK}
    held = unpack(made(names))
    assert held.notebooks == {"03_page.ipynb": NOTEBOOK}
    assert held.left_out == ("01_cut.ipynb",)


def test_lines_that_hold_no_record_are_counted(work) -> None:
    log, _ = work
    odd = {"kind": "decision", "case": "page", "item": "3.9", "choice": ["tea"], "regret": 1}
    lines = log.path.read_bytes() + written([odd]) + b"\n{torn\n"
    held = unpack(made({"progress.jsonl": lines}))
    assert (held.records, held.unread) == (log.records(), 2)


def test_the_same_work_gives_the_same_bytes(work) -> None:
    assert pack(*work) == pack(*work)


def test_it_is_a_zip_file_that_any_program_opens(work) -> None:
    with zipfile.ZipFile(io.BytesIO(pack(*work))) as packed:
        assert packed.testzip() is None
        assert "progress.jsonl" in packed.namelist()


def test_cut_short_anywhere_it_is_refused(work) -> None:
    data = pack(*work)
    for length in range(0, len(data), 37):
        with pytest.raises(ArchiveError):
            unpack(data[:length])


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_with_bytes_altered_each_part_is_the_same_or_named(work, how) -> None:
    whole = unpack(pack(*work))
    names = {f"notebooks/{name}": data for name, data in whole.notebooks.items()}
    data = made({"progress.jsonl": written(whole.records), **names}, how)
    chance = random.Random(1)
    for _ in range(2_000):
        other = bytearray(data)
        for _ in range(chance.randint(1, 3)):
            other[chance.randrange(len(data))] ^= chance.randint(1, 255)
        try:
            held = unpack(bytes(other))
        except ArchiveError:
            continue
        assert held.notebooks.items() <= whole.notebooks.items()
        assert whole.notebooks.keys() - held.notebooks.keys() == {*held.left_out} - {archive.RECORD}
        assert held.records == ([] if archive.RECORD in held.left_out else whole.records)


@pytest.mark.parametrize("how", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_other_compressions_are_not_the_courses(how) -> None:
    with pytest.raises(ArchiveError):
        unpack(made({"notebooks/03_page.ipynb": NOTEBOOK}, how))


def test_a_part_that_says_to_be_small_is_not_unpacked_further() -> None:
    size, said = 40_000_000, 1_000
    data = made({"progress.jsonl": bytes(size)})
    data = data.replace(size.to_bytes(4, "little"), said.to_bytes(4, "little"))
    tracemalloc.start()
    with pytest.raises(ArchiveError):
        unpack(data)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < size / 10


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "damaged"),
        (b"hello", "damaged"),
        (made({}, course="another"), "another course"),
        (made({}, format=99), "later version"),
        (made({}, format="new"), "later version"),
        (made({}, files=["a"]), "damaged"),
        (made({"../../evil.ipynb": NOTEBOOK}), "no part of the course"),
        (made({"/etc/passwd": b"x"}), "no part of the course"),
        (made({"notebooks/../03_page.ipynb": NOTEBOOK}), "no part of the course"),
        (made({"notebooks/start.py": b"x"}), "no part of the course"),
        (made({"notebooks/..\\03_page.ipynb": NOTEBOOK}), "no part of the course"),
        (made({"notebooks/.hidden.ipynb": NOTEBOOK}), "no part of the course"),
        (made({"notebooks/03\n.ipynb": NOTEBOOK}), "no part of the course"),
        (made({"notebooks/03_page.ipynb": NOTEBOOK}, files={}), "damaged"),
        (made({"progress.jsonl": b"0" * 100_000_000}), "unpacks to 100 MB"),
    ],
)
def test_what_is_no_archive_of_ours_gets_a_sentence(data, said) -> None:
    with pytest.raises(ArchiveError, match=said):
        unpack(data)


def test_a_hundred_megabytes_are_refused_unread() -> None:
    with pytest.raises(ArchiveError, match="105 MB"):
        unpack(bytes(105_000_000))


def test_a_zip_file_of_other_things_is_not_the_courses() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr("holiday.jpg", b"x")
    with pytest.raises(ArchiveError, match="not an archive that the course has made"):
        unpack(target.getvalue())


def test_merging_adds_what_is_missing_and_leaves_what_is_settled(tmp_path) -> None:
    here, there = (ProgressLog(tmp_path / name / "progress.jsonl") for name in "ab")
    here.append("verdict", "page", "3.4", low=1, high=2)
    here.append("check", "page", "3.2", status="slip", slip="rows")
    there.append("verdict", "page", "3.4", low=5, high=6)
    there.append("verdict", "page", "3.5", low=7, high=8)
    there.append("check", "page", "3.2", status="right", slip="")
    assert merge(here, there.records()) == 2
    assert here.latest("verdict", "page", "3.4")["low"] == 1
    assert here.latest("verdict", "page", "3.5")["low"] == 7
    assert [r["status"] for r in here.records("check")] == ["slip", "right"]
    assert merge(here, there.records()) == 0


def test_merging_into_a_folder_that_cannot_be_written_says_so(tmp_path, monkeypatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    log = ProgressLog(blocked / "progress.jsonl")
    for _ in range(2):
        with pytest.raises(ArchiveError, match="saved to"):
            merge(log, [{"kind": "check", "case": "page", "item": "1", "status": "right"}])


def test_two_thousand_records_are_merged_in_one_write(tmp_path, monkeypatch) -> None:
    flushed, fsync = [], os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (flushed.append(handle), fsync(handle)))
    log = ProgressLog(tmp_path / "progress.jsonl")
    new = [{"kind": "check", "case": "page", "item": str(i), "slip": ""} for i in range(2_000)]
    assert merge(log, new) == 2_000
    assert merge(log, new) == 0
    assert ProgressLog(log.path).records() == new
    assert len(flushed) == 1


def test_what_a_file_replaces_is_kept_under_a_name_of_its_own(tmp_path) -> None:
    path, kept = tmp_path / "03_page.ipynb", tmp_path / "kept"
    assert put(path, b"one", kept) is None
    assert put(path, b"one", kept) is None
    first, second = put(path, b"two", kept), put(path, b"three", kept)
    assert path.read_bytes() == b"three"
    assert first.read_bytes() == b"one"
    assert second.read_bytes() == b"two"
    assert len(list(kept.iterdir())) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="files have no such rights there")
def test_what_is_new_is_its_owners_alone_and_a_notebook_is_for_whom_it_was(tmp_path) -> None:
    path = tmp_path / "03_page.ipynb"
    path.write_bytes(b"one")
    path.chmod(0o644)
    moved = put(path, b"two", tmp_path / "my_work" / "kept")
    assert path.stat().st_mode & 0o777 == 0o644
    assert moved.stat().st_mode & 0o777 == 0o600
    assert {f.stat().st_mode & 0o777 for f in (moved.parent, tmp_path / "my_work")} == {0o700}


def test_a_disk_that_is_full_leaves_the_old_file(tmp_path, monkeypatch) -> None:
    path = tmp_path / "work.zip"
    write_whole(path, b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["work.zip"]
