"""One reader of chats: what a class answered comes out, exactly it, whichever program it used."""

import random

import pytest

from course_utils.course import chats
from course_utils.course.chats import Answer, Chat


def taken(text: str, read: chats.Reader = chats.number) -> chats.Taken:
    return Chat().take(text, read)


def answers(text: str, read: chats.Reader = chats.number) -> list[tuple[str, chats.Value]]:
    return [tuple(answer) for answer in taken(text, read).answers]


# Chats that were misread once ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "张伟:\n大概12%\n李娜:\n大概15%\n王明:\n大概 20",
            [("张伟", 12), ("李娜", 15), ("王明", 20)],
        ),
        (
            "10:02:33 From Zhang Wei to Everyone:\n\tabout 12\n"
            "10:02:40 From Li Na to Everyone:\n\tabout 15%",
            [("Zhang Wei", 12), ("Li Na", 15)],
        ),
        ("我猜25\n我猜30\n我猜 3\n大概5\n大概7", [("", n) for n in (25, 30, 3, 5, 7)]),
        ("张伟\n下午7:03\n12", [("张伟", 12)]),
        ("张伟 下午7:03\n12", [("张伟", 12)]),
        ("张伟 11月25日\n12", [("张伟", 12)]),
        ("张伟 昨天 下午7:03\n12", [("张伟", 12)]),
        ("张伟 11月25日 19:02\n12", [("张伟", 12)]),
        ("小红2号 19:04\n10", [("小红2号", 10)]),
        ("小红2号\n下午7:04\n10", [("小红2号", 10)]),
        ("王小明-市场2部 11-25 19:02:20\n8", [("王小明-市场2部", 8)]),
        ("张伟(12345678) 2026/11/25 19:02:11\n12", [("张伟", 12)]),
        ("2026/11/25 19:02:11 张伟(12345678)\n12", [("张伟", 12)]),
        ("老师: 还有2分钟\n还有30秒\n张伟: 12", [("张伟", 12)]),
        ("张伟: 12\n「李娜：15%」", [("张伟", 12)]),
        ("张伟 19:02\n「李娜：15%」\n- - - - - - - - -\n12", [("张伟", 12)]),
        ("张伟 19:02\n「李娜：15%\n或者 20」\n12", [("张伟", 12)]),
        ("张伟 19:02\n回复 李娜：15%\n12", [("张伟", 12)]),
        ("Anna,20", [("Anna", 20)]),
        ("负3\n–4\n张伟：−5", [("", -3), ("", -4), ("张伟", -5)]),
        (
            "#接龙\n你猜 100 个里有几个？\n\n1. 张伟 12%\n2. 李娜：15\n3、王明 20",
            [("张伟", 12), ("李娜", 15), ("王明", 20)],
        ),
        ("老师 19:02\n#接龙\n1. 张伟 12%", [("张伟", 12)]),
        ("张伟 19:02\n12\n不对，改 15", [("张伟", 12), ("张伟", 15)]),
        ("王芳 19:02\n答案：12", [("王芳", 12)]),
        ("王芳\t12\t10:02", [("王芳", 12)]),
        ("", []),
        ("https://example.com/?x=12", []),
    ],
)
def test_who_answered_what(text, wanted):
    assert answers(text) == wanted


@pytest.mark.parametrize(
    "phrase", ["大概", "约", "我猜", "我觉得", "选", "改", "about ", "maybe ", "我改成"]
)
def test_a_phrase_is_no_name(phrase):
    assert answers(f"{phrase}12") == [("", 12)]
    assert answers(f"张伟 {phrase}12") == [("张伟", 12)]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        *[("１２", 12), ("12%", 12), ("１２．５％", 12.5), ("负 3", -3), ("–4", -4), ("−4", -4)],
        *[("3万", 30_000), ("1.5万", 15_000), ("5千", 5_000), ("15k", 15_000), ("1,200", 1_200)],
        *[("三十", 30), ("二十五", 25), ("十二", 12), ("一百零五", 105), ("两千", 2_000)],
        *[("一万二", 12_000), ("一百五", 150), ("三点五", 3.5), ("百分之三十", 30), ("三", 3)],
        *[("三十%左右", 30), ("负三", -3), ("12个吧", 12), ("大概三十", 30)],
    ],
)
def test_a_number_in_any_form(said, value):
    assert answers(f"张伟: {said}") == [("张伟", value)]
    assert answers(said) == [("", value)]


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        *[("3-5", (3, 5)), ("3到5", (3, 5)), ("3~5", (3, 5)), ("３～５", (3, 5)), ("3–5", (3, 5))],
        *[("3 ± 1", (2, 4)), ("3 to 5%", (3, 5)), ("3%-5%", (3, 5)), ("-3 - -1", (-3, -1))],
        *[("3-5万", (30_000, 50_000)), ("3 至 5", (3, 5)), ("between 3 and 5", (3, 5))],
        *[("负3到5", (-3, 5)), ("0.5 - 1.5", (0.5, 1.5))],
    ],
)
def test_a_range_in_any_form(said, ends):
    assert answers(f"张伟: {said}", chats.interval) == [("张伟", ends)]
    assert answers(f"张伟 19:02\n我猜{said}", chats.interval) == [("张伟", ends)]
    assert not answers(f"张伟: {said}")  # where one number is asked for


@pytest.mark.parametrize("said", ["5", "5-3", "3-5-7", "3-5 or 8", "3-5 分钟"])
def test_what_is_no_range_is_shown(said):
    found = taken(f"张伟: {said}", chats.interval)
    assert not found.answers
    assert found.refused == [f"张伟: {said}"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("张伟: B", [("张伟", "B")]),
        ("张伟 19:02\n我选b", [("张伟", "B")]),
        ("张伟 C\n李娜Ａ\nd", [("张伟", "C"), ("李娜", "A"), ("", "D")]),
        ("#接龙\n1. 张伟 A\n2. 李娜 B", [("张伟", "A"), ("李娜", "B")]),
        ("张伟: A or B", []),
        ("张伟: thanks, I am done", []),
    ],
)
def test_a_letter_is_a_vote(text, wanted):
    assert answers(text, chats.letter) == wanted


# The same chat again ------------------------------------------------------------------------


def test_a_late_paste_adds_only_what_is_new():
    chat = Chat()
    assert len(chat.take("3\n5\n7", chats.number).answers) == 3
    later = chat.take("3\n5\n7\n9", chats.number)
    assert later.answers == [Answer("", 9)]
    assert later.old == 3


def test_an_earlier_part_of_the_chat_does_not_bring_back_an_earlier_answer():
    chat = Chat()
    chat.take("张伟: 3\n李娜: 5\n张伟: 4", chats.number)
    assert chat.take("张伟: 3\n李娜: 5", chats.number).answers == []


def test_lines_typed_one_by_one_count_one_by_one():
    chat = Chat()
    assert [len(chat.take("12", chats.number).answers) for _ in range(3)] == [1, 1, 1]


# Chats of every program ---------------------------------------------------------------------

FORMS = {
    "WeChat": "{name} 下午7:{minute}\n{said}",
    "WeChat on two lines": "{name}\n下午7:{minute}\n{said}",
    "WeChat of yesterday": "{name} 昨天 19:{minute}\n{said}",
    "WeChat, copied": "{name}:\n{said}",
    "DingTalk": "{name} 11-25 19:{minute}:20\n{said}",
    "Feishu": "{name} 11月25日 上午10:{minute}\n{said}",
    "Feishu, the day": "{name} 11月25日\n{said}",
    "Tencent Meeting": "{name} 19:{minute}:11\n{said}",
    "QQ": "{name}(12345678) 2026/11/25 19:{minute}:11\n{said}",
    "QQ, exported": "2026-11-25 19:{minute}:11 {name}(12345678)\n{said}",
    "Zoom": "10:{minute}:33\t From {name} to Everyone:\n\t{said}",
    "Zoom, on one line": "10:{minute}:33 From {name} to Everyone : {said}",
    "Zoom, new": "{name} to Everyone 10:{minute} AM\n{said}",
    "Teams": "{name}  10:{minute} AM\n{said}",
    "Teams of yesterday": "[Yesterday 10:{minute} AM] {name}\n{said}",
    "Slack": "{name}  [10:{minute} AM]\n{said}",
    "WhatsApp": "[22/11/2026, 10:{minute}:33] {name}: {said}",
    "by hand": "{name}：{said}",
}
PEOPLE = (
    "张伟",
    "李娜",
    "王小明-市场2部",
    "小红2号",
    "欧阳娜娜",
    "Li Wei",
    "Zoë",
    "👩🏻小李",
    "O'Neil",
    "Ana2",
)
BEFORE = ("", "我猜", "大概", "我觉得 ", "about ", "@刘老师 ", "改 ", "选")
BETWEEN = ("", "thanks!", "> 李娜: 15", "「李娜：15%」", "回复 李娜：15", "👍")
SAID = {
    chats.number: {
        "12": 12.0, "12%": 12.0, "１２": 12.0, "-3": -3.0, "负3": -3.0, "−4.5": -4.5,
        "3万": 30_000.0,
        "三十": 30.0, "1,200": 1_200.0, "15左右": 15.0, "12个": 12.0, "5千": 5_000.0,
    },
    chats.interval: {
        "3-5": (3.0, 5.0), "3到5": (3.0, 5.0), "3~5%": (3.0, 5.0), "3 ± 1": (2.0, 4.0),
        "-3至2": (-3.0, 2.0), "1-2万": (10_000.0, 20_000.0),
    },
    chats.letter: {"A": "A", "B": "B", "Ｃ": "C", "D。": "D"},
}  # fmt: skip


@pytest.mark.parametrize("read", SAID)
def test_what_is_put_into_a_chat_of_any_program_comes_out(read):
    for seed in range(300):
        rng = random.Random(seed)
        form = rng.choice([*FORMS])
        wanted, lines, quoted = [], [], 0
        for name in rng.choices(PEOPLE, k=rng.randrange(1, 9)):
            said = rng.choice([*SAID[read]])
            wanted.append(Answer(name, SAID[read][said]))
            minute = f"{rng.randrange(60):02}"
            told = rng.choice(BEFORE) + said
            lines.append(FORMS[form].format(name=name, minute=minute, said=told))
            lines.append(rng.choice(BETWEEN))
        chat = Chat()
        whole = "\n".join(lines)
        found = chat.take(whole, read)
        assert found.answers == wanted, (form, whole)
        assert all("李娜" in line and "15" in line for line in found.refused), (form, whole)
        quoted = sum("15" in line and "李娜" in line and "左右" not in line for line in lines)
        assert read is chats.letter or len(found.refused) <= quoted
        # The same again, longer by one line: only this is new.
        last = FORMS[form].format(name="Newcomer", minute="59", said=rng.choice([*SAID[read]]))
        again = chat.take(f"{whole}\n{last}", read)
        assert [answer.name for answer in again.answers] == ["Newcomer"], (form, whole)
