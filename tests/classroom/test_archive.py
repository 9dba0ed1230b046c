import hashlib
import io
import json
import os
import zipfile

import pytest

from course_utils.classroom import archive
from course_utils.classroom.archive import ArchiveError, merge, pack, put, unpack, write_whole
from course_utils.classroom.progress import ProgressLog

NOTEBOOK = json.dumps({"cells": [], "nbformat": 4}).encode()


@pytest.fixture
def work(tmp_path):
    """A record with two lines, and a folder with one notebook and something else."""
    log = ProgressLog(tmp_path / "my_work" / "progress.jsonl")
    log.append("check", "page", "3.2", status="right", slip="")
    log.append("verdict", "page", "3.4", low=1, high=2)
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    (notebooks / "03_page.ipynb").write_bytes(NOTEBOOK)
    (notebooks / "Untitled.ipynb").write_bytes(b"mine")
    return log, notebooks


def made(files, /, **changed):
    """An archive of these files, written by hand."""
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    listed = {"course": archive.COURSE, "format": 1, "files": sums} | changed
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("contents.json", json.dumps(listed))
        for name, data in files.items():
            packed.writestr(name, data)
    return target.getvalue()


def test_the_record_and_the_notebooks_come_back(work, tmp_path) -> None:
    log, notebooks = work
    held = unpack(pack(log, notebooks))
    assert held.records == log.records()
    assert held.notebooks == {"03_page.ipynb": NOTEBOOK}


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


def test_with_any_byte_altered_it_is_refused_or_the_same(work) -> None:
    data = bytearray(pack(*work))
    whole = unpack(bytes(data))
    for place in range(0, len(data), 11):
        other = bytearray(data)
        other[place] ^= 0xFF
        try:
            assert unpack(bytes(other)) == whole  # a date or the like
        except ArchiveError:
            continue


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
        (made({"notebooks/03_page.ipynb": b"not JSON"}), "damaged"),
        (made({"notebooks/03_page.ipynb": b"[" * 100_000}), "damaged"),
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
    with pytest.raises(ArchiveError, match="saved to"):
        merge(log, [{"kind": "check", "case": "page", "item": "1", "status": "right"}])


def test_what_a_file_replaces_is_kept_under_a_name_of_its_own(tmp_path) -> None:
    path, kept = tmp_path / "03_page.ipynb", tmp_path / "kept"
    assert put(path, b"one", kept) is None
    assert put(path, b"one", kept) is None
    first, second = put(path, b"two", kept), put(path, b"three", kept)
    assert path.read_bytes() == b"three"
    assert first.read_bytes() == b"one"
    assert second.read_bytes() == b"two"
    assert len(list(kept.iterdir())) == 2


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
