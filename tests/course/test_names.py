"""Nicknames out of a chat: who is named, and that nothing else is."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.course.names import LONGEST, heading, label, nickname, plain, same


def named(before: str) -> str:
    return nickname(plain(before))


@pytest.mark.parametrize(
    ("before", "name"),
    [
        ("Li Wei: ", "Li Wei"),
        ("[10:02] Li Wei: ", "Li Wei"),
        ("[22.11.26, 10:02:33] Li Wei: ", "Li Wei"),
        ("22/11/2026, 10:02 - Li Wei: ", "Li Wei"),
        ("2026年11月22日 下午3:05 王芳：", "王芳"),
        ("王芳 昨天 10:02", "王芳"),
        ("10:02:33 From Zhang San to Everyone: ", "Zhang San"),
        ("10:02:33\t From  Zhang San : ", "Zhang San"),
        ("From Zhang San To Everyone(Direct Message): ", "Zhang San"),
        ("> **Ann**: `", "Ann"),
        ("「王芳：", "王芳"),
        ("Li Wei (Beijing) ", "Li Wei (Beijing)"),
        ("+cmd|'/C calc'!A0: ", "cmd|'/C calc'!A0"),
        ("=1+1: ", "1+1"),
        ("\u202eLi\u200b\x00 Wei\ud800: ", "Li Wei"),
        ("Ｌｉ　Ｗｅｉ：", "Li Wei"),
        # Not the name
        ("@刘老师 ", ""),
        ("@刘老师", ""),
        ("@Liu Laoshi\u2005", ""),
        ("王芳：@刘老师 ", "王芳"),
        ("@刘老师 王芳 ", "王芳"),
        ("我的代码 ", ""),
        ("王芳 我的代码是：", "王芳"),
        ("code: ", ""),
        ("Li: my code is ", "Li"),
        ("Li, here is my code: ", "Li"),
        ("My ECQ code: ", ""),
        ("10:02 ", ""),
        ("> ", ""),
        # Names that look like something else
        ("My: ", "My"),
        ("Barcode: ", "Barcode"),
        ("李约 ", "李约"),
        ("@Li: ", "Li"),
        ("li@home: ", "li@home"),
        ("👍 ", "👍"),
    ],
)
def test_the_name_before_a_code(before, name):
    assert named(before) == name


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Li Wei 10:02", "Li Wei"),
        ("Li Wei:", "Li Wei"),
        ("王芳 2026-11-22 10:02:33", "王芳"),
        ("10:02 Li Wei: hello", "Li Wei"),
        ("10:02:33 From Zhang San to Everyone:", "Zhang San"),
        ("thanks", ""),
        ("Li Wei: hello", ""),
        ("", ""),
    ],
)
def test_a_line_above_names_the_writer_if_it_has_a_time_or_ends_with_a_colon(line, name):
    assert heading(plain(line)) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [("li wei", "Li  Wei"), ("ＬＩ ＷＥＩ", "Li Wei"), ("Straße", "STRASSE"), ("王　芳", "王 芳")],
)
def test_two_spellings_are_one_name(one, other):
    assert same(one) == same(other)


@given(st.text())
def test_a_name_is_fit_for_a_table_and_a_page(text):
    name = named(text)
    assert not name.startswith(("=", "+", "-", "@"))
    assert not {unicodedata.category(sign) for sign in name} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert nickname(name) == name or len(nickname(name)) < len(name)


@given(st.lists(st.sampled_from(["Ann", "ANN", "A" * 30, "A" * 30 + "b", "Ann (2)"]), max_size=9))
def test_labels_are_short_and_no_two_alike(names):
    called = []
    for name in names:
        called.append(label(name, {same(one) for one in called}))
    assert len({same(one) for one in called}) == len(names)
    assert all(len(one) <= LONGEST + len(" (9)") for one in called)
    assert {one[0] for one in called} <= {"A"}  # cut at the end, not at the beginning
