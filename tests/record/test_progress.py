import errno
import json
import multiprocessing
import os
import sys
import tempfile
import zlib
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.errors import InputError
from course_utils.record import progress
from course_utils.record.progress import ProgressLog, progress_path

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "my_work" / "progress.jsonl"


def filled(path, count=5):
    """A log with items "0", "1", … on disk."""
    log = ProgressLog(path)
    for i in range(count):
        assert log.append("check", "page", str(i), value=i) == ""
    return log


def items(log):
    return [record["item"] for record in log.records()]


def line_of(body):
    """A line as the format says, written without the module: the checksum, then what it covers."""
    text = json.dumps(body, separators=(",", ":"))[1:].encode()
    return b'{"crc":"%08x",' % zlib.crc32(text) + text + b"\n"


# Keeping records


def test_a_record_comes_back_in_a_later_session(path):
    ProgressLog(path).append("verdict", "page", "3.7", low=1.5, high=4, note="复购率")
    assert ProgressLog(path).records() == [
        {"kind": "verdict", "case": "page", "item": "3.7", "low": 1.5, "high": 4, "note": "复购率"}
    ]


def test_records_are_in_order_and_chosen_by_kind_and_case(path):
    log = ProgressLog(path)
    log.append("check", "page", "1", right=True)
    log.append("verdict", "page", "2", low=1, high=2)
    log.append("check", "beauty", "1", right=False)
    assert [(r["kind"], r["case"]) for r in log.records()] == [
        ("check", "page"),
        ("verdict", "page"),
        ("check", "beauty"),
    ]
    assert [r["case"] for r in log.records("check")] == ["page", "beauty"]
    assert [r["kind"] for r in log.records(case="page")] == ["check", "verdict"]
    assert log.records("verdict", "beauty") == []


def test_the_latest_record_of_an_item_wins(path):
    log = ProgressLog(path)
    for low in (1, 2, 3):
        log.append("verdict", "page", "3.7", low=low, high=9)
    log.append("verdict", "page", "3.8", low=9, high=9)
    assert log.latest("verdict", "page", "3.7")["low"] == 3
    assert log.latest("check", "page", "3.7") is None


def test_a_rerun_does_not_grow_the_file_but_a_change_and_a_change_back_do(path):
    log = ProgressLog(path)
    for low in (1, 1, 2, 2, 1):
        log.append("verdict", "page", "3.7", low=low, high=9)
    ProgressLog(path).append("verdict", "page", "3.7", low=np.int64(1), high=9)
    assert [r["low"] for r in log.records()] == [1, 2, 1]
    assert path.read_bytes().count(b"\n") == 3


def test_two_sessions_see_each_others_records(path):
    one, other = ProgressLog(path), ProgressLog(path)
    one.append("check", "page", "1")
    assert items(other) == ["1"]
    other.append("check", "page", "2")
    assert items(one) == ["1", "2"]


def test_what_a_caller_does_to_a_record_changes_nothing(path):
    log = ProgressLog(path)
    log.append("check", "page", "1", tries=[1])
    log.records()[0]["tries"].append(2)
    log.latest("check", "page", "1")["tries"].append(2)
    assert log.latest("check", "page", "1")["tries"] == [1]


def test_nothing_is_ever_rewritten(path):
    log = filled(path)
    before = path.read_bytes()
    log.append("check", "page", "new")
    assert path.read_bytes().startswith(before)


def test_numpy_numbers_become_python_numbers(path):
    log = ProgressLog(path)
    log.append(
        "check", "page", "1", a=np.int64(3), b=np.float32(0.5), c=np.bool_(True), d=[np.float64(2)]
    )
    record = ProgressLog(path).records()[0]
    assert [type(record[name]) for name in "abc"] == [int, float, bool]
    assert (record["a"], record["b"], record["c"], record["d"]) == (3, 0.5, True, [2.0])
    assert log.records() == ProgressLog(path).records()


@pytest.mark.parametrize(
    "value",
    [float("nan"), np.float32("inf"), [1, -np.inf], {1, 2}, 1j, np.arange(3), object(), {(1,): 2}],
)
def test_a_value_without_a_json_form_is_refused_by_name_and_leaves_no_trace(path, value):
    log = ProgressLog(path)
    with pytest.raises(InputError, match="can't hold low = "):
        log.append("verdict", "page", "3.7", low=value)
    assert log.records() == []
    assert not path.exists()


# Where the file is


def test_the_record_is_kept_beside_the_notebooks_by_default(monkeypatch):
    monkeypatch.delenv("COURSE_PROGRESS", raising=False)
    assert progress_path() == REPOSITORY / "my_work" / "progress.jsonl"


def test_the_environment_names_a_file_or_a_folder(monkeypatch, tmp_path):
    (tmp_path / "a.folder").mkdir()
    for chosen, expected in {
        "mine.jsonl": "mine.jsonl",
        "new_folder": "new_folder/progress.jsonl",
        "a.folder": "a.folder/progress.jsonl",
    }.items():
        monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / chosen))
        assert ProgressLog().path == tmp_path / expected
        assert ProgressLog().append("check", "page", "1") == ""
        assert (tmp_path / expected).is_file()


# Damage


@settings(deadline=None)  # each example waits for the disk
@given(st.data())
def test_a_changed_byte_costs_at_most_the_lines_it_touches(data):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "progress.jsonl"
        filled(path)
        text = bytearray(path.read_bytes())
        at = data.draw(st.integers(0, len(text) - 1))
        line = bytes(text[:at]).count(b"\n")
        touched = {str(line), str(line + 1)} if text[at] == ord("\n") else {str(line)}
        text[at] = data.draw(st.integers(0, 255))
        path.write_bytes(text)
        log = ProgressLog(path)
        survivors = [item for item in items(log) if item not in touched]
        assert survivors == [str(i) for i in range(5) if str(i) not in touched]
        assert all(record["value"] == int(record["item"]) for record in log.records())


@settings(deadline=None)  # each example waits for the disk
@given(st.integers(0, 10_000))
def test_a_file_cut_anywhere_keeps_its_whole_lines_and_takes_new_ones(length):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "progress.jsonl"
        filled(path)
        whole = path.read_bytes()
        path.write_bytes(whole[: length % (len(whole) + 1)])
        before = items(ProgressLog(path))
        assert before == [str(i) for i in range(len(before))]
        assert len(before) >= path.read_bytes().count(b"\n")
        ProgressLog(path).append("check", "page", "new")
        assert items(ProgressLog(path)) == [*before, "new"]


@settings(deadline=None)  # each example waits for the disk
@given(st.binary(max_size=200))
def test_garbage_between_lines_is_skipped(garbage):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "progress.jsonl"
        filled(path, 2)
        first, second = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(first + garbage + b"\n" + second)
        assert items(ProgressLog(path)) == ["0", "1"]


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\n\n",
        b"\xff\xfe\x00\x00",
        b'{"crc":"00000000",}',
        b"[" * 100_000,
        b"\x00" * 10_000_000,
        b'{"crc":"00000000",' + b"{" * 10_000_000,
    ],
    ids=["empty", "blank", "not text", "bad checksum", "deep", "10 MB", "10 MB that looks right"],
)
def test_a_file_of_garbage_reads_as_empty_and_takes_new_records(path, garbage):
    path.parent.mkdir()
    path.write_bytes(garbage)
    log = ProgressLog(path)
    assert log.records() == []
    assert log.append("check", "page", "1") == ""
    assert items(ProgressLog(path)) == ["1"]


def test_a_whole_line_that_is_no_record_is_skipped(path):
    filled(path, 1)
    deep = b'"record":' + b"[" * 100_000 + b"}"
    strange = [line_of(body) for body in ({"version": 1}, {"version": 1, "record": [1]})]
    strange.append(line_of({"version": 1, "record": {"kind": "check", "item": "no case"}}))
    strange.append(b'{"crc":"%08x",%b\n' % (zlib.crc32(deep), deep))
    with path.open("ab") as file:
        file.writelines(strange)
    assert items(ProgressLog(path)) == ["0"]


def test_a_record_of_the_first_edition_is_about_the_item_that_had_this_number(path):
    path.parent.mkdir()
    old = [
        {"kind": "check", "case": "appliance_page", "item": "3.2", "status": "right", "slip": ""},
        {"kind": "quiz", "case": "appliance_page", "item": "2", "choice": 3, "right": True},
        {"kind": "check", "case": "appliance_page", "item": "3.99", "status": "right", "slip": ""},
        {"kind": "check", "case": "nobodys", "item": "3.2", "status": "right", "slip": ""},
    ]
    path.write_bytes(b"".join(line_of({"version": 1, "record": record}) for record in old))
    assert items(ProgressLog(path)) == ["old_conversion", "points_and_percent", "3.99", "3.2"]
    # One that is written now is taken as it is.
    ProgressLog(path).append("check", "appliance_page", "3.3", status="right", slip="")
    assert items(ProgressLog(path))[-1] == "3.3"


def test_a_later_courses_record_is_read_and_stays(path):
    later = {"kind": "hologram", "case": "page", "item": "9.9", "depth": {"x": 1}}
    filled(path, 1)
    with path.open("ab") as file:
        file.write(line_of({"version": 99, "signed": "yes", "record": later}))
    log = ProgressLog(path)
    log.append("check", "page", "new")
    assert log.records("hologram") == [later]
    assert items(log) == ["0", "9.9", "new"]


@pytest.mark.parametrize(
    "edited",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.replace("\n", "\r\n").encode("utf-16"),
        lambda text: "".join(f"\t  {line} \n" for line in text.splitlines()).encode(),
    ],
    ids=["CRLF", "CR", "UTF-8 with a mark", "UTF-16", "big-endian", "UTF-16 CRLF", "indented"],
)
def test_what_an_editor_does_to_the_file_costs_nothing(path, edited):
    filled(path, 3)
    path.write_bytes(edited(path.read_text("utf-8")))
    assert items(ProgressLog(path)) == ["0", "1", "2"]
    ProgressLog(path).append("check", "page", "new")
    assert items(ProgressLog(path)) == ["0", "1", "2", "new"]


# Records that nobody could work with


SOUND = [
    {"kind": "check", "case": "page", "item": "3.1", "status": "right", "slip": ""},
    {"kind": "verdict", "case": "page", "item": "3.2", "low": -1, "high": 2.5},
    {"kind": "reveal", "case": "page", "item": "3.2", "low": 1, "high": 1, "truth": 0.5},
    {"kind": "decision", "case": "page", "item": "3.3", "choice": "tea + 茶", "regret": 120},
    {"kind": "quiz", "case": "page", "item": "1", "choice": 0, "right": False},
    {"kind": "solution", "case": "page", "item": "3.1"},
]
NO_TEXT = [None, 1, ["a"], {"a": 1}, "\ud800", "a\nb"]
NO_NUMBER = [None, True, "1", [1], float("nan"), float("inf"), 1e31, 10**400]
ODD = {
    "kind": NO_TEXT,
    "case": NO_TEXT,
    "item": NO_TEXT,
    "status": ["splendid", ["right"], 1, None],
    "slip": NO_TEXT,
    "low": [*NO_NUMBER, 3],
    "high": [*NO_NUMBER, -2],
    "truth": NO_NUMBER,
    "regret": [*NO_NUMBER, 0.5],
    "right": [1, "yes", None],
}


def odd_records():
    """Sound records with one field odd or missing, and some with lists deep in one another."""
    for record in SOUND:
        for name in record:
            numbered = name == "choice" and record["kind"] == "quiz"
            odd = [*NO_NUMBER, 0.5, -1] if numbered else ODD.get(name, NO_TEXT)
            yield from ({**record, name: value} for value in odd)
            if name not in ("status", "slip"):  # a check may do without
                yield {key: value for key, value in record.items() if key != name}
        yield {**record, "deep": deep(400)}
        yield {**record, "kind": "hologram", "deep": {"er": deep(400)}}


def deep(levels):
    found = []
    for _ in range(levels):
        found = [found]
    return found


def test_records_that_nobody_could_work_with_are_passed_over(path):
    path.parent.mkdir()
    odd = list(odd_records())
    assert len(odd) > 150
    path.write_bytes(progress.written([*odd, *SOUND, *odd]))
    assert ProgressLog(path).records() == SOUND


# When nothing can be saved


def assert_goes_on_unsaved(log, reason):
    """One sentence, once, and everything still there in this session."""
    sentence = log.append("check", "page", "1")
    assert "can't be saved" in sentence
    assert reason in sentence
    assert "goes on in this session" in sentence
    assert "\n" not in sentence
    assert log.append("check", "page", "2") == ""
    assert log.append("check", "page", "2") == ""
    assert items(log) == ["1", "2"]
    assert log.latest("check", "page", "2") is not None


@contextmanager
def ordinary_user():
    """Give up the administrator's rights for a while: nothing is read-only for those."""
    administrator = os.geteuid() == 0
    if administrator:
        os.seteuid(65534)
    try:
        yield
    finally:
        if administrator:
            os.seteuid(0)


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes and no such locks there")
@pytest.mark.parametrize("error", [errno.ENOSYS, errno.ENOLCK, errno.ENOTSUP])
def test_a_disk_without_locks_is_written_without_one(path, monkeypatch, recwarn, error):
    def unknown(descriptor, operation):
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr("fcntl.flock", unknown)
    assert items(filled(path)) == ["0", "1", "2", "3", "4"]
    assert items(ProgressLog(path)) == ["0", "1", "2", "3", "4"]
    assert [str(warning.message) for warning in recwarn] == []


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes and no such locks there")
def test_a_pipe_in_place_of_the_file_holds_nobody_up(path):
    path.parent.mkdir()
    os.mkfifo(path)
    assert ProgressLog(path).records() == []
    assert_goes_on_unsaved(ProgressLog(path), "this is no file")


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/full"])
@pytest.mark.skipif(sys.platform == "win32", reason="no such devices there")
def test_a_device_in_place_of_the_file_holds_nobody_up(path, device):
    path.parent.mkdir()
    path.symlink_to(device)
    assert ProgressLog(path).records() == []
    assert_goes_on_unsaved(ProgressLog(path), "this is no file")


@pytest.mark.skipif(sys.platform == "win32", reason="files have no such rights there")
def test_a_record_is_its_owners_alone(tmp_path):
    path = tmp_path / "a" / "my_work" / "progress.jsonl"
    filled(path)
    modes = {file: file.stat().st_mode & 0o777 for file in path.parent.parent.rglob("*")}
    assert modes.pop(path.parent) == 0o700
    assert modes == {path: 0o600, path.with_name("progress.jsonl.lock"): 0o600}


def test_what_stands_in_the_way_is_told_before_anything_is_lost(path):
    log = ProgressLog(path)
    assert log.obstacle() == ""
    assert log.records() == []
    path.with_name("progress.jsonl.lock").unlink(missing_ok=True)
    path.with_name("progress.jsonl.lock").mkdir()
    assert "can't be saved to my_work/progress.jsonl" in log.obstacle()
    assert "can't be saved to my_work/progress.jsonl" in log.obstacle()


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no read-only mode there")
def test_a_read_only_folder():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        with ordinary_user():
            assert_goes_on_unsaved(ProgressLog(Path(folder) / "a.jsonl"), "permission denied")
            new_folder = Path(folder) / "new" / "a.jsonl"
            assert_goes_on_unsaved(ProgressLog(new_folder), "permission denied")
        Path(folder).chmod(0o755)


def test_a_folder_in_place_of_the_file(path):
    path.mkdir(parents=True)
    assert_goes_on_unsaved(ProgressLog(path), "my_work/progress.jsonl")


def test_a_file_in_place_of_the_folder(path):
    path.parent.write_text("not a folder")
    assert_goes_on_unsaved(ProgressLog(path), "my_work/progress.jsonl")


def test_a_full_disk_and_then_room_again(path, monkeypatch):
    def full(descriptor, data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    log = filled(path, 1)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        assert "no space left" in log.append("check", "page", "1")
        assert log.append("check", "page", "2") == ""
        assert items(log) == ["0", "1", "2"]
    assert items(ProgressLog(path)) == ["0"]
    log.append("check", "page", "3")
    assert items(ProgressLog(path)) == items(log) == ["0", "1", "2", "3"]


def test_a_disk_that_fails_to_flush_is_told(path, monkeypatch):
    def broken(descriptor):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    assert_goes_on_unsaved(ProgressLog(path), "input/output error")


def test_a_rerun_is_enough_to_save_what_was_left(path, monkeypatch):
    log = ProgressLog(path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda descriptor, data: 0)
        log.append("check", "page", "1")
    log.append("check", "page", "1")
    assert items(ProgressLog(path)) == ["1"]


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_a_torn_write_is_mended_by_the_next(path, monkeypatch, share):
    write = os.write
    log = filled(path, 1)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda fd, data: write(fd, data[: int(share * len(data))]))
        assert "can't be saved" in log.append("check", "page", "1")
        assert items(log) == ["0", "1"]
    assert items(ProgressLog(path)) == ["0"]
    log.append("check", "page", "2")
    assert items(ProgressLog(path)) == items(log) == ["0", "1", "2"]


def test_a_file_that_another_session_holds(path, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    log = filled(path, 1)
    with FileLock(f"{path}.lock"):
        sentence = log.append("check", "page", "1")
        assert "another notebook" in sentence
        assert items(log) == ["0", "1"]
    log.append("check", "page", "2")
    assert items(ProgressLog(path)) == ["0", "1", "2"]


# Two sessions at once


def write_many(path, name, count, together):
    log = ProgressLog(path)
    together.wait()
    for i in range(count):
        log.append("check", name, str(i))


def test_of_200_records_written_by_two_sessions_at_once_none_is_lost(path):
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(2)
    writers = [
        context.Process(target=write_many, args=(path, name, 100, together)) for name in "ab"
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=60)
        assert writer.exitcode == 0
    log = ProgressLog(path)
    for name in "ab":
        assert [r["item"] for r in log.records(case=name)] == [str(i) for i in range(100)]
    assert path.read_bytes().count(b"\n") == 200
