import random
import string
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.classroom import codes
from course_utils.classroom.codes import CodeError, Shape, decode, encode, find_codes

PAGE = Shape(
    3,
    "page",
    exercises={"3.1": (), "3.2": ("rows", "share"), "3.3": ("gross",)},
    verdicts=("3.4", "3.5"),
    decisions={"3.6": ("old page", "new page", "reviews + button")},
    questions=(3, 4),
)
SHOP = Shape(7, "shop", {"7.1": ("net",)}, ("7.2",), {}, (2,))
SHAPES = [PAGE, SHOP]


def check(item, slip="", case="page"):
    status = "slip" if slip else "right"
    return {"kind": "check", "case": case, "item": item, "status": status, "slip": slip}


def verdict(item, low, high, kind="verdict", case="page"):
    return {"kind": kind, "case": case, "item": item, "low": low, "high": high}


WORK = [
    check("3.2", slip="share"),
    check("3.2"),
    verdict("3.4", -1.25, 4),
    verdict("3.4", -1.25, 4, kind="reveal"),
    verdict("3.5", 0, 1234.0),
    {"kind": "decision", "case": "page", "item": "3.6", "choice": "reviews + button"},
    {"kind": "quiz", "case": "page", "item": "2", "choice": 3},
    check("7.1", slip="net", case="shop"),
]


def as_set(records):
    return {tuple(sorted(record.items())) for record in records}


def test_what_goes_in_comes_out() -> None:
    held = decode(encode(WORK, SHAPES, slips=True), SHAPES)
    assert as_set(held.records) == as_set(WORK)
    assert held.left_out == []


def test_a_trainees_own_code_leaves_the_slips_out() -> None:
    held = decode(encode(WORK, SHAPES), SHAPES).records
    assert as_set(held) == as_set(record for record in WORK if not record.get("slip"))


def test_without_a_record_there_is_an_empty_code() -> None:
    assert decode(encode([], SHAPES), SHAPES).records == []


numbers = st.floats(-9.99e8, 9.99e8).map(lambda x: float(f"{x:.3e}"))
ends = numbers.filter(lambda end: end == 0 or abs(end) > 1e-5)
ranges = st.tuples(ends, ends).map(sorted)


@given(
    st.dictionaries(st.sampled_from(PAGE.verdicts), st.tuples(ranges, st.booleans())),
    st.lists(st.sampled_from(list(PAGE.exercises)), unique=True),
    st.lists(st.integers(0, 2), max_size=1),
)
def test_any_work_comes_back_to_four_digits(verdicts, done, choice) -> None:
    work = [check(item) for item in done]
    for item, ((low, high), shown) in verdicts.items():
        work.append(verdict(item, low, high))
        work += [verdict(item, low, high, kind="reveal")] if shown else []
    work += [{"kind": "quiz", "case": "page", "item": "1", "choice": c} for c in choice]
    assert as_set(decode(encode(work, SHAPES), SHAPES).records) == as_set(work)


@given(st.text(" \n\t->•,;", max_size=6), st.text(string.ascii_letters + " .!", max_size=30))
def test_it_is_found_in_a_chat_whatever_breaks_it(between, around) -> None:
    code = encode(WORK, SHAPES)
    broken = between.join(code[i : i + 9] for i in range(0, len(code), 9))
    text = f"{around} {broken}\n{around}"
    assert decode(text, SHAPES) == decode(code, SHAPES)


def test_every_code_of_a_long_chat_is_found_with_what_stands_before_it() -> None:
    mine, yours = encode(WORK, SHAPES), encode(WORK[:3], SHAPES)
    broken = f"{yours[:20]}\n{yours[20:]}"
    chat = f"Li: {mine}\n> thanks!\n王伟：{broken} there you are, again {mine}"
    assert find_codes(chat) == [
        (mine, "Li: ", ""),
        (yours, "王伟:", "> thanks!"),
        (mine, " there you are, again ", ""),
    ]


def test_a_code_that_is_cut_short_does_not_swallow_the_next() -> None:
    mine, yours = encode(WORK, SHAPES), encode(WORK[:3], SHAPES)
    found = find_codes(f"{mine[:-9]} {yours}")
    assert [one.code for one in found] == [mine[:-9], yours]


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("Ann: {cut}\nBob: {whole}", "Bob: "),
        ("Ann: {cut} Bob: {whole}", " Bob: "),
        ("teacher: post your ECQ code please\nBob: {whole}", "Bob: "),
        ("ECQfan: {whole}", "ECQfan: "),
        ("Bob, my ECQ code: {whole}", "Bob, my ECQ code: "),
    ],
)
def test_a_damaged_code_or_the_mere_word_takes_no_words_from_the_next(text, before) -> None:
    code = encode(WORK, SHAPES)
    *_, last = find_codes(text.format(cut=code[:-9], whole=code))
    assert (last.code, last.before) == (code, before)


def test_the_mere_word_is_no_code() -> None:
    assert find_codes("teacher: post your ECQ code, ECQfan! ECQ?") == []


def test_a_line_above_is_given_unless_a_code_stands_in_it() -> None:
    code = encode(WORK, SHAPES)
    found = find_codes(f"Li 10:02\n\n{code} at 10:03\n{code}\nWang 10:04\n@you {code}")
    assert [one.above for one in found] == ["Li 10:02", "", "Wang 10:04"]


def test_long_chats_of_codes_and_of_scraps_take_time_in_proportion() -> None:
    code = encode(WORK, SHAPES)
    begun = time.process_time()
    for piece in (f"Li: {code}\n", "ECQ1zz", f"Li: {code[:-1]}\n"):
        assert len(find_codes(5_000 * piece)) == 5_000
    assert time.process_time() - begun < 6  # it takes less than one; each scrap for itself, ten


ITEMS = ("3.4", "3.5", "3.6")


def forged(sections: bytes) -> str:
    """A code with a right checksum around these bytes."""
    number = int.from_bytes(b"\1" + zlib.crc32(sections).to_bytes(4, "big") + sections, "big")
    body = ""
    while number:
        number, digit = divmod(number, 58)
        body = codes.LETTERS[digit] + body
    return f"ECQ1{codes.LETTERS[len(body) // 58]}{codes.LETTERS[len(body) % 58]}{body}"


@given(st.binary(max_size=20))
def test_a_forged_code_is_refused_or_holds_what_a_record_can_hold(tail) -> None:
    head = (PAGE.number << 16 | PAGE.mark()).to_bytes(3, "big")
    for sections in (tail, head + tail, head + bytes([len(tail)]) + tail):
        try:
            held = decode(forged(sections), SHAPES).records
        except CodeError:
            continue
        assert {record["item"] for record in held} <= {*PAGE.exercises, *ITEMS, "1", "2"}
        assert all(record.get("low", 0) <= record.get("high", 0) for record in held)


@pytest.mark.parametrize("sections", [b"\3", b"\3\0\0", b"\3\0\0\7abc"])
def test_a_forged_section_that_is_short_is_refused(sections) -> None:
    with pytest.raises(CodeError, match="wrong or missing"):
        decode(forged(sections), SHAPES)


def test_every_single_wrong_sign_is_noticed() -> None:
    code = encode(WORK, SHAPES)
    rng = random.Random(1)
    for place in range(4, len(code)):
        other = rng.choice([sign for sign in "23456789ABCabcxyz" if sign != code[place]])
        with pytest.raises(CodeError):
            decode(code[:place] + other + code[place + 1 :], SHAPES)


def test_every_cut_is_noticed() -> None:
    code = encode(WORK, SHAPES)
    for length in range(3, len(code)):
        with pytest.raises(CodeError, match=r"cut short|wrong or missing"):
            decode(code[:length], SHAPES)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no code in this text"),
        ("see you at nine", "no code in this text"),
        ("ECQ2" + encode(WORK, SHAPES)[4:], "later version"),
        ("ECQ", "cut short"),
        ("ECQ1", "cut short"),
        ("ECQ1" + "0" * 20, "wrong or missing"),
    ],
)
def test_a_text_without_a_whole_code_gets_a_sentence(text, said) -> None:
    with pytest.raises(CodeError, match=said):
        decode(text, SHAPES)


def test_a_chapter_that_has_changed_is_left_out_and_the_others_come_back() -> None:
    code = encode(WORK, SHAPES, slips=True)
    longer = Shape(
        3, "page", {**PAGE.exercises, "3.9": ()}, PAGE.verdicts, PAGE.decisions, PAGE.questions
    )
    held = decode(code, [longer, SHOP])
    assert held.left_out == [3]
    assert held.records == [WORK[-1]]


def test_what_the_shape_does_not_know_takes_no_room() -> None:
    odd = [
        check("9.9"),
        {"kind": "quiz", "case": "page", "item": "1", "choice": 77},
        {"kind": "decision", "case": "page", "item": "3.6", "choice": "a page of gold"},
        {"kind": "verdict", "case": "page", "item": "3.4"},  # of a later version
    ]
    assert decode(encode(odd, SHAPES), SHAPES).records == []


def test_numbers_beyond_every_shop_stay_numbers() -> None:
    held = decode(encode([verdict("3.4", 1e-12, 1e25)], SHAPES), SHAPES).records
    assert (held[0]["low"], held[0]["high"]) == (0, 9.999e9)
