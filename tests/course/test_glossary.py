"""The glossary says what the chapters say, says it plainly, and is found."""

import re
from html import unescape

import pytest

from course_utils.course import course
from course_utils.course.glossary import SHOWN, Glossary, terms

ALL = terms(course.chapters)
HAN = "\u4e00-\u9fff"
IN_BRACKETS = re.compile(rf"\(([^()]*[{HAN}][^()]*)\)")
FOR_INSTRUCTORS = re.compile(
    r'\+\+\+ \{"tags": \["instructor"\]\}.*?(?=^\+\+\+|^```|\Z)', re.S | re.M
)

# Chinese in brackets that is no term to be looked up, and why.
NO_TERMS = {
    "术语表": "the glossary itself",
    "快时尚+高性价比": "the deck's slogan, chapter 1",
    "月销10万件": "the deck's headline",
    "年营收5000万元": "the deck's headline",
    "三步看产品": "the slide's name of the new page, chapter 3",
    "立即购买": "what stands on a button",
    "页面转化": "the slide's promise, a page that sells",
    "信任": "the slide's promise, trust",
    "手机": "a word of every day, phone",
    "电脑": "a word of every day, computer",
    "尺码": "a word of every day, size",
}


@pytest.fixture
def glossary():
    return Glossary(ALL)


def on_one_line(text):
    """A source without its marks of stress and of quotation."""
    return " ".join(re.sub(r"^> ?|\*", "", text, flags=re.M).split())


def read_by_trainees(chapter):
    return on_one_line(FOR_INSTRUCTORS.sub("", chapter.text))


def in_brackets(chapter):
    """Each Chinese term that the chapter gives in brackets: (CAC, 获客成本) gives one."""
    found = IN_BRACKETS.findall(on_one_line(chapter.text))
    parts = [part.strip() for said in found for part in re.split("[,;，；]", said)]
    return [part for part in parts if re.search(f"[{HAN}]", part)]


def names(term):
    return f"{term.name} {term.chinese}".casefold()


def shown(glossary):
    """What the field's list says, a row a term."""
    return [unescape(re.sub("<[^>]+>", " ", row)) for row in glossary.list.value.split("<tr>")[1:]]


every_chapter = pytest.mark.parametrize("chapter", course.chapters, ids=lambda c: c.case_name)


# What it says


def test_a_term_stands_in_its_chapter_in_both_languages():
    texts = {chapter.number: read_by_trainees(chapter) for chapter in course.chapters}
    for term in ALL:
        text = texts[term.chapter.number]
        assert re.search(rf"(?<!\w){re.escape(term.name)}s?(?!\w)", text, re.IGNORECASE), term
        assert term.chinese in text, term


@every_chapter
def test_a_chapters_chinese_is_in_the_glossary(glossary, chapter):
    unknown = [said for said in in_brackets(chapter) if not glossary.matching(said)]
    assert set(unknown) <= NO_TERMS.keys()


@every_chapter
def test_a_chapter_teaches_terms(chapter):
    assert [term for term in ALL if term.chapter == chapter]


def test_a_name_has_one_meaning_in_the_course():
    for said in ([term.name.casefold() for term in ALL], [term.chinese for term in ALL]):
        assert sorted(said) == sorted(set(said))


def test_what_is_no_term_is_not_defined():
    assert NO_TERMS.keys().isdisjoint(term.chinese for term in ALL)


def test_a_definition_is_one_sentence_without_the_term():
    for term in ALL:
        words = set(re.findall(r"[\w-]+", term.meaning.casefold()))
        assert re.fullmatch(r"[A-Z][^.]*\.", term.meaning), term
        assert not set(term.name.casefold().split()) <= words, term


# How it is found


def test_a_term_is_found_by_either_name_and_by_its_meaning(glossary):
    for term in ALL:
        longest_word = max(re.findall(r"\w+", term.meaning), key=len)
        for word in (term.name, term.chinese, longest_word):
            for searched in (word, word.upper(), f" {word.lower()} "):
                assert term in glossary.matching(searched), (term, searched)


def test_what_is_called_so_comes_before_what_only_mentions_it(glossary):
    for term in ALL:
        found = glossary.matching(term.name)
        called = [term.name.casefold() in names(other) for other in found]
        assert called == sorted(called, reverse=True), term


def test_some_searches_find_both_kinds():
    # Else the order above would be tested on nothing.
    assert any(
        term.says(other.name) and other.name.casefold() not in names(term)
        for term in ALL
        for other in ALL
    )


def test_the_list_follows_the_field(glossary):
    assert len(shown(glossary)) == SHOWN
    assert f"the first {SHOWN} shown" in glossary.count.value
    glossary.field.value = "双重差分"
    [row] = shown(glossary)
    term = next(term for term in ALL if term.chinese == "双重差分")
    assert [part in row for part in (term.name, term.chinese, term.meaning)] == [True] * 3
    assert f'href="{term.chapter.notebook}"' in glossary.list.value
    assert f"1 of {len(ALL)} terms" in glossary.count.value
    glossary.field.value = ""
    assert len(shown(glossary)) == SHOWN


@every_chapter
def test_a_chapters_terms_are_found_by_its_number(glossary, chapter):
    own = {term.name for term in ALL if term.chapter == chapter}
    assert {term.name for term in glossary.matching(f"chapter {chapter.number}")} == own


@pytest.mark.parametrize("unknown", ["flibbertigibbet", "<b>", ".*", "鳄鱼"])
def test_an_unknown_word_finds_none_and_says_so(glossary, unknown):
    glossary.field.value = unknown
    assert glossary.matching(unknown) == []
    assert shown(glossary) == []
    assert f"0 of {len(ALL)} terms" in glossary.count.value


def test_the_course_shows_every_term_as_text_too():
    shown = course.glossary()
    text = shown._repr_mimebundle_()[0]["text/plain"]
    assert shown.terms == ALL
    assert all(part in text for term in ALL for part in (term.name, term.chinese, term.meaning))
