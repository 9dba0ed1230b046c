"""The place for files on the page: it reads what was chosen, says so, and writes nothing."""

from datetime import UTC, datetime

import pytest

from course_utils.cases.your_shop import sample
from course_utils.shop import memo_of, read_shop, shop_box
from course_utils.shop.audits import AUDITS


@pytest.fixture
def box(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "my_work"))
    monkeypatch.chdir(tmp_path)
    return shop_box()


def choose(box, *files):
    """Choose files, as an upload gives them."""
    box.files.value = tuple(
        {"name": name, "type": "", "size": len(data), "content": memoryview(data),
         "last_modified": datetime(2026, 1, 1, tzinfo=UTC)}
        for name, data in files
    )  # fmt: skip


def test_a_file_is_read_and_its_memo_can_be_taken_along(box, tmp_path):
    choose(box, ("mine.csv", sample("orders_2025").read_bytes()))
    box.button.click()
    assert "mine.csv" in box.reply.value
    assert "The back office should show" in box.reply.value
    assert 'download="memo.html"' in box.reply.value
    assert box.files.value == ()
    assert box.bar.value == box.bar.max
    assert box.shop is not None and len(box.shop.orders) > 1_000
    written = [path.name for path in tmp_path.rglob("*") if path.is_file()]
    assert [name for name in written if "salt" not in name] == []


def test_nothing_chosen_and_no_export_are_said(box):
    box.button.click()
    assert "No file has arrived" in box.reply.value
    choose(box, ("a.png", b"\x89PNG and more"), ("b.csv", b""))
    box.button.click()
    assert "a.png" in box.reply.value and "b.csv is empty" in box.reply.value
    assert "Traceback" not in box.reply.value


def test_no_phone_number_is_in_the_report_or_the_memo(box):
    choose(box, ("mine.csv", sample("orders_2025").read_bytes()))
    box.button.click()
    shop = read_shop(sample("orders_2025"))
    for text in (box.reply.value, memo_of(shop).html, memo_of(shop).text):
        assert "用户" not in text
        assert "10000000" not in text


def test_on_binder_a_warning_stands_first(monkeypatch, box):
    assert "Binder" not in str([getattr(one, "value", "") for one in box.children])
    monkeypatch.setenv("BINDER_LAUNCH_HOST", "x")
    assert "You are on Binder" in shop_box().children[0].value


def test_the_bar_takes_a_step_for_each_audit(box):
    assert box.bar.max == 2 + len(AUDITS)
