"""Who wrote a line of a chat: nicknames, as they stand in what an instructor pasted.

A nickname is foreign text that goes on into tables, sentences and files. So signs that nobody sees
are dropped, and what a spreadsheet or a page would take for an order is no part of it.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from itertools import chain, count

from course_utils.course import words
from course_utils.record.codes import PREFIX

LONGEST = 24  # letters of a nickname on a board
EXCERPT = 40  # letters of a line that is shown because it could not be read
SHOWN = 30  # such lines
LINE = 300  # letters of a line in which a name is looked for
MARKS = " >|-–—•*_~`#\"'“”‘’()[]{}<>「」『』【】《》〈〉:;,.=/\\"
LEADING = MARKS + "+@"  # a spreadsheet begins a formula with these

# A chat puts a time, often with its date, before or after a name.
CLOCK = re.compile(
    r"\[?(?:\d{4}年)?(?:\d{1,2}月\d{1,2}日\s*)?(?:\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{1,4})?,?\s+)?"
    r"(?:(?:(?:昨天|今天|凌晨|早上|上午|中午|下午|晚上)\s*)+|\b)"
    r"\d{1,2}:\d{2}(?::\d{2})?\]?(?: ?[AaPp][Mm]\b)?"
)
# Beside a code, where no guess can be meant, a time may have dots and a date stand alone.
_DAY = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\[?\b\d{1,2}\.\d{2}(?:\.\d{2})?\b\]?(?: ?[AaPp][Mm]\b)?"
)
# A mention ends where its chat puts a sign of its own, or with its word, but before a code. Digits
# at its end belong to it only if the line has others.
_MENTION = re.compile(
    rf"(?<![^\s:：>])@(?:(?:(?!{PREFIX})[^\n@:：\u2005]){{1,40}}\u2005"
    rf"|[^\s:：]+?(?=[^\S\n]+[^\n]{{0,200}}\d|{PREFIX})"
    r"|[^\s:：\d+\-–—−－]++(?=[-–—−－+.,\d%％]*(?:\s|$)|\d+[^\x00-\x7f：]))"
)
_ZOOM = re.compile(r"From\s+(.+?)(?:\s+[Tt]o\s+.+)?")  # "From Li Wei to Everyone"
# What a person writes before a code or a guess, after the name or in its place.
_PHRASE = re.compile(
    r"""(?: (?: \b(?:here\ is|here's|this\ is)\s+ )? (?: \b(?:i|my|the|class|ecq)\s+ )*
            \b(?:guess|think|say|bet|answer|estimate|code)(?:\s+(?:is|it's|it\ is))?
          | \b(?:about|around|roughly|approx|maybe|perhaps|probably|sorry|change\ to|between)
          | (?:这是)?(?:我的?)?(?:代码|编码|答案)(?:是|为)?
          | 我(?:猜测?|觉得|认为|估计|想|选择?|改)(?:是|有|成|为)?
          | (?:^|(?<=\s)|(?<=[猜得为计是]))
            (?:猜|大概|大约|约|应该|差不多|可能|估计|选择?|改|更正)(?:是|有|成|为)?
        )\s*$""",
    re.IGNORECASE | re.VERBOSE,
)


def plain(text: str) -> str:
    """Text without mentions of others, each sign in its one plain form (full-width ones, too)."""
    return unicodedata.normalize("NFKC", _MENTION.sub(" ", text))


def visible(text: str) -> str:
    """Text on one line without the signs that nobody sees: controls, marks of direction, halves."""
    shown = (sign for sign in text if sign.isspace() or unicodedata.category(sign) not in _UNSEEN)
    return " ".join("".join(shown).split())


_UNSEEN = ("Cc", "Cf", "Cs")


def excerpt(line: str) -> str:
    """The beginning of a line, for a sentence about it; without the signs of stress and code."""
    line = visible(line).translate({ord("`"): None, ord("*"): None})
    return line if len(line) <= EXCERPT else f"{line[:EXCERPT]}…"


def shown(lines: Sequence[str]) -> str:
    """Lines that could not be read, in quotes."""
    listed = "; ".join(f"“{line}”" for line in lines[:SHOWN])
    more = len(lines) - SHOWN
    return words.and_more.format(names=listed, count=more) if more > 0 else listed


def nickname(before: str) -> str:
    """The name in what stands before a code or a guess; "" if there is none.

    It ends at a colon, and holds no time, quote or bullet, nor a phrase such as "my code is".
    """
    before = before.lstrip()[:LINE]
    name = trimmed(visible(_DAY.sub(" ", CLOCK.sub(" ", before))).partition(":")[0])
    if zoom := _ZOOM.fullmatch(name):
        name = zoom[1]
    while phrase := _PHRASE.search(name):
        name = trimmed(name[: phrase.start()])
    return name


def trimmed(name: str) -> str:
    """A name without the quotes, bullets and signs around it."""
    name = name.lstrip(LEADING).rstrip(MARKS)
    return f"{name})" if name.count("(") > name.count(")") else name  # "Li (Beijing)"


def heading(line: str) -> str:
    """The name in a line above a message: such a line holds a time, or ends with a colon."""
    without = CLOCK.sub(" ", line)
    heads = without != line or without.rstrip().endswith(":")
    return nickname(line) if heads else ""


def same(name: str) -> str:
    """What two spellings of one person's name have in common: "li wei" is "Li  Wei"."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def label(name: str, taken: Collection[str]) -> str:
    """The name as a board shows it: cut, and with a number if somebody else is called so.

    `taken` holds what `same` makes of every label there is.
    """
    short = name[:LONGEST].rstrip()
    numbered = (f"{short} ({number})" for number in count(2))
    return next(one for one in chain([short], numbered) if same(one) not in taken)
