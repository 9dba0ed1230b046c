import random
import string
import time
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.record import codes
from course_utils.record.codes import CodeError, Layout, decode, encode, find_codes

PAGE = Layout(
    "page",
    exercises={"visits": (), "conversion": ("rows", "share"), "revenue": ("gross",)},
    verdicts=("effect", "profit"),
    decisions={"elements": ("old page", "new page", "reviews + button")},
    questions=("points", "mix"),
)
SHOP = Layout("shop", {"orders": ("net",)}, ("regulars",), {}, ("why",))
LAYOUTS = [PAGE, SHOP]


def check(item, slip="", case="page"):
    status = "slip" if slip else "right"
    return {"kind": "check", "case": case, "item": item, "status": status, "slip": slip}


def verdict(item, low, high, kind="verdict", case="page"):
    return {"kind": kind, "case": case, "item": item, "low": low, "high": high}


WORK = [
    check("conversion", slip="share"),
    check("conversion"),
    verdict("effect", -1.25, 4),
    verdict("effect", -1.25, 4, kind="reveal"),
    verdict("profit", 0, 1234.0),
    {"kind": "decision", "case": "page", "item": "elements", "choice": "reviews + button"},
    {"kind": "quiz", "case": "page", "item": "mix", "choice": 3},
    check("orders", slip="net", case="shop"),
]


def as_set(records):
    return {tuple(sorted(record.items())) for record in records}


def test_what_goes_in_comes_out() -> None:
    held = decode(encode(WORK, LAYOUTS, slips=True), LAYOUTS)
    assert as_set(held.records) == as_set(WORK)
    assert held.unknown == 0


def test_a_trainees_own_code_leaves_the_slips_out() -> None:
    held = decode(encode(WORK, LAYOUTS), LAYOUTS).records
    assert as_set(held) == as_set(record for record in WORK if not record.get("slip"))


def test_without_a_record_there_is_an_empty_code() -> None:
    assert decode(encode([], LAYOUTS), LAYOUTS).records == []


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
    work += [{"kind": "quiz", "case": "page", "item": "points", "choice": c} for c in choice]
    assert as_set(decode(encode(work, LAYOUTS), LAYOUTS).records) == as_set(work)


@given(st.text(" \n\t->•,;", max_size=6), st.text(string.ascii_letters + " .!", max_size=30))
def test_it_is_found_in_a_chat_whatever_breaks_it(between, around) -> None:
    code = encode(WORK, LAYOUTS)
    broken = between.join(code[i : i + 9] for i in range(0, len(code), 9))
    text = f"{around} {broken}\n{around}"
    assert decode(text, LAYOUTS) == decode(code, LAYOUTS)


def test_every_code_of_a_long_chat_is_found_with_what_stands_before_it() -> None:
    mine, yours = encode(WORK, LAYOUTS), encode(WORK[:3], LAYOUTS)
    broken = f"{yours[:20]}\n{yours[20:]}"
    chat = f"Li: {mine}\n> thanks!\n王伟：{broken} there you are, again {mine}"
    assert find_codes(chat) == [
        (mine, "Li: ", ""),
        (yours, "王伟:", "> thanks!"),
        (mine, " there you are, again ", ""),
    ]


def test_a_code_that_is_cut_short_does_not_swallow_the_next() -> None:
    mine, yours = encode(WORK, LAYOUTS), encode(WORK[:3], LAYOUTS)
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
    code = encode(WORK, LAYOUTS)
    *_, last = find_codes(text.format(cut=code[:-9], whole=code))
    assert (last.code, last.before) == (code, before)


def test_the_mere_word_is_no_code() -> None:
    assert find_codes("teacher: post your ECQ code, ECQfan! ECQ?") == []


def test_a_line_above_is_given_unless_a_code_stands_in_it() -> None:
    code = encode(WORK, LAYOUTS)
    found = find_codes(f"Li 10:02\n\n{code} at 10:03\n{code}\nWang 10:04\n@you {code}")
    assert [one.above for one in found] == ["Li 10:02", "", "Wang 10:04"]


def test_long_chats_of_codes_and_of_scraps_take_time_in_proportion() -> None:
    code = encode(WORK, LAYOUTS)
    begun = time.process_time()
    for piece in (f"Li: {code}\n", "ECQ2zz", f"Li: {code[:-1]}\n"):
        assert len(find_codes(5_000 * piece)) == 5_000
    assert time.process_time() - begun < 6  # it takes less than one; each scrap for itself, ten


def forged(entries: bytes) -> str:
    """A code with a right checksum around these bytes."""
    number = int.from_bytes(b"\1" + zlib.crc32(entries).to_bytes(4, "big") + entries, "big")
    body = ""
    while number:
        number, digit = divmod(number, 58)
        body = codes.LETTERS[digit] + body
    return f"ECQ2{codes.LETTERS[len(body) // 58]}{codes.LETTERS[len(body) % 58]}{body}"


@given(st.sampled_from([None, "page", "shop"]), st.integers(0, 1 << 160))
def test_a_forged_code_is_refused_or_holds_what_a_record_can_hold(case, number) -> None:
    if case:  # what follows is read as entries of this chapter
        kinds = len(codes.ENTRIES) + 1
        number = 1 + kinds * (codes.mark(case, codes.OTHERS) + codes.OTHERS * number)
    packed = number.to_bytes((number.bit_length() + 7) // 8, "big")
    try:
        held = decode(forged(packed), LAYOUTS).records
    except CodeError:
        return
    known = {name for layout in LAYOUTS for name in layout.exercises | layout.decisions}
    known |= {name for layout in LAYOUTS for name in (*layout.verdicts, *layout.questions)}
    assert {record["item"] for record in held} <= known
    assert all(record.get("low", 0) <= record.get("high", 0) for record in held)


RUNS = Layout("brand", {}, (), {}, (), runs=("first",))
HISTORY = "0100abc" + "0123abcd" + "00000000" + "7fffffff"


def rounds(history, item="first.3"):
    return {"kind": "round", "case": "brand", "item": item, "history": history}


def test_a_code_carries_the_rounds_of_a_run() -> None:
    work = [rounds(HISTORY[:15], "first.1"), *WORK, rounds(HISTORY), rounds(HISTORY, "practice.3")]
    held = decode(encode(work, [*LAYOUTS, RUNS], slips=True), [*LAYOUTS, RUNS])
    assert as_set(held.records) == as_set([*WORK, rounds(HISTORY)])


def test_a_run_of_nothing_but_zeros_comes_back_whole() -> None:
    history = "0" * 7 + "0" * 8 * 12
    [record] = decode(encode([rounds(history, "first.12")], [RUNS]), [RUNS]).records
    assert record["history"] == history


def test_a_year_of_rounds_is_still_short_enough_for_a_chat() -> None:
    history = "01fffff" + "7fffffff" * 12
    assert len(encode([rounds(history, "first.12")], [RUNS])) < 100


def test_a_code_without_rounds_is_one_that_older_versions_read() -> None:
    assert encode(WORK, [*LAYOUTS, RUNS])[:4] == "ECQ2"
    assert encode([rounds(HISTORY)], [RUNS])[:4] == "ECQ3"


def test_an_entry_of_no_kind_is_refused() -> None:
    with pytest.raises(CodeError, match="wrong or missing"):
        decode(forged(bytes([8 * 5])), LAYOUTS)


def test_every_single_wrong_sign_is_noticed() -> None:
    code = encode(WORK, LAYOUTS)
    rng = random.Random(1)
    for place in range(4, len(code)):
        other = rng.choice([sign for sign in "23456789ABCabcxyz" if sign != code[place]])
        with pytest.raises(CodeError):
            decode(code[:place] + other + code[place + 1 :], LAYOUTS)


def test_every_cut_is_noticed() -> None:
    code = encode(WORK, LAYOUTS)
    for length in range(3, len(code)):
        with pytest.raises(CodeError, match=r"cut short|wrong or missing"):
            decode(code[:length], LAYOUTS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no code in this text"),
        ("see you at nine", "no code in this text"),
        ("ECQ4" + encode(WORK, LAYOUTS)[4:], "later version"),
        ("ECQ1" + encode(WORK, LAYOUTS)[4:], "earlier edition"),
        ("ECQ", "cut short"),
        ("ECQ2", "cut short"),
        ("ECQ2" + "0" * 20, "wrong or missing"),
    ],
)
def test_a_text_without_a_whole_code_gets_a_sentence(text, said) -> None:
    with pytest.raises(CodeError, match=said):
        decode(text, LAYOUTS)


CHANGED = {
    "an exercise put in front": {"exercises": {"funnel": (), **PAGE.exercises}},
    "slips added": {"exercises": {n: ("carts", *slips) for n, slips in PAGE.exercises.items()}},
    "another order": {
        "exercises": dict(reversed(PAGE.exercises.items())),
        "verdicts": PAGE.verdicts[::-1],
        "decisions": {n: choices[::-1] for n, choices in PAGE.decisions.items()},
        "questions": PAGE.questions[::-1],
    },
    "questions put in": {"verdicts": ("kept", *PAGE.verdicts), "questions": ("a", *PAGE.questions)},
}


@pytest.mark.parametrize("change", CHANGED.values(), ids=list(CHANGED))
@pytest.mark.parametrize("slips", [False, True])
def test_a_code_outlives_changes_of_its_chapter(change, slips) -> None:
    code = encode(WORK, LAYOUTS, slips=slips)
    held = decode(code, [SHOP, replace(PAGE, **change)])
    assert as_set(held.records) == as_set(decode(code, LAYOUTS).records)
    assert held.unknown == 0


def test_what_is_no_longer_asked_is_counted_and_costs_nothing_else() -> None:
    code = encode(WORK, LAYOUTS, slips=True)
    fewer = replace(PAGE, exercises={"conversion": ("rows",)}, verdicts=("profit",))
    held = decode(code, [fewer, SHOP])
    kept = [r for r in WORK if r["item"] != "effect" and r.get("slip") != "share"]
    assert (as_set(held.records), held.unknown) == (as_set(kept), 2)
    assert decode(code, [SHOP]).unknown == 6


def test_what_the_layout_does_not_know_takes_no_room() -> None:
    odd = [
        check("9.9"),
        {"kind": "quiz", "case": "page", "item": "points", "choice": 77},
        {"kind": "decision", "case": "page", "item": "elements", "choice": "a page of gold"},
        {"kind": "verdict", "case": "page", "item": "effect"},  # of a later version
    ]
    assert decode(encode(odd, LAYOUTS), LAYOUTS).records == []


def test_numbers_beyond_every_shop_stay_numbers() -> None:
    held = decode(encode([verdict("effect", 1e-12, 1e25)], LAYOUTS), LAYOUTS).records
    assert (held[0]["low"], held[0]["high"]) == (0, 9.999e9)
