"""Every word that people read stands in a file of words: another language is such files."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from unittest.mock import ANY

import pytest

from course_utils.authoring.guide import sections
from course_utils.course import course
from course_utils.course.chapters import Chapter
from course_utils.course.editions import read_source, trainee
from course_utils.language import read_words
from tests.every_word import LANGUAGE, Walk, marked, units, write_language

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def language(tmp_path_factory):
    """A function that runs Python where every word of every file of words is another one."""
    folder = tmp_path_factory.mktemp("language")
    write_language(folder / "words", set(units(chapter.case() for chapter in course.chapters)))
    (folder / "notebooks").mkdir()
    chosen = {"COURSE_LANGUAGE": LANGUAGE, "COURSE_WORDS": str(folder / "words")}
    variables = {**os.environ, **chosen, "COURSE_PROGRESS": str(folder / "my_work")}

    def said(*arguments):
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, check=True)
        return done.stdout.decode()

    said.folder = folder
    return said


def test_no_word_stands_in_the_code(language):
    assert json.loads(language("-m", "tests.every_word", language.folder)) == {}


def test_start_speaks_the_language_too(language):
    assert marked(read_words(ROOT, "start")["what_it_does"]) in language("start.py", "--help")


def test_the_walk_hears_a_word_that_is_in_no_file():
    walk = Walk({"month 1, small"})
    walk.hear("check", "Ŕíğĥť. `code` month 1, small: <b>the answer</b> of case.check(1)")
    assert walk.found == {"check": dict.fromkeys(("the", "answer", "of"), ANY)}


IN_CHINESE = """# 第3章 · 三倍转化率的页面

*转化 Conversion：家电品牌的新页面上线。课堂75分钟，自学90分钟。*

**学完之后你能做什么**

1. **拆开**一个数字。
2. 做一次公平的比较。

```{code-cell}
from course_utils.cases.appliance_page import case
```

```{code-cell}
case.check("old_conversion", ____)
```

+++ {"tags": ["instructor"]}

**讲师 · 页面 · 8 分钟。** 让大家先猜。
"""


def test_a_chapters_text_is_read_in_the_language_where_there_is_one(tmp_path, monkeypatch):
    source = tmp_path / "03_page.md"
    source.write_text((ROOT / "notebooks/source/03_appliance_page_redesign.md").read_text("utf-8"))
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / source.name).write_text(IN_CHINESE, "utf-8")
    assert Chapter(source).title == "The page that tripled conversion"
    monkeypatch.setenv("COURSE_LANGUAGE", "zh")
    chapter = Chapter(source)
    assert chapter.title == "三倍转化率的页面"
    assert chapter.subject == "转化 Conversion"
    assert (chapter.minutes_in_class, chapter.minutes) == ("75", "90")
    assert chapter.objectives == ["拆开一个数字。", "做一次公平的比较。"]
    assert [(part.name, part.minutes) for part in sections(source)] == [("页面", 8)]
    assert trainee(read_source(source)).cells[-1].source.startswith("# 3.2\n")
    monkeypatch.setenv("COURSE_LANGUAGE", "fr")  # not translated: in English
    assert Chapter(source).title == "The page that tripled conversion"


# Where the walk doesn't come -------------------------------------------------------------------

ENGINE = ["exercises", "record", "widgets", "kernel", "course", "figures", "shop"]
NO_WORDS_FOR_A_READER = {
    "truth value of a": "of pandas, by which its error is known",
    "none of them": "a choice, as the record keeps it in every language",
    "e-commerce operations, audited": "how an archive says that it is the course's",
    "DejaVu Sans": "a font",
    "offset points": "matplotlib's",
    "axes fraction": "matplotlib's",
    " start.py data": "a command",
    "start.py present": "a command",
    "import matplotlib.font_manager": "a line of Python",
    "Long Path": "what pip says",
    "No matching distribution found": "what pip says",
    "The course needs Python 3.11 or later and this is Python %d.%d. "
    "Install a newer one, then start again with it.": "an older one reads no file of words",
    "A live figure needs fixed margins: use subplots_adjust, not a layout": "for an author",
    " moves but isn't in this figure: leave it out or add it": "for an author",
    "The level must lie between 0 and 1, such as 0.90; it is ": "for an author",
    "The profit of ": "for an author",
    "The truth": "for an author",
    " is no digit of base ": "for an author",
    " has no JSON form": "for an author",
    " blanks and ": "for an author",
    " values in:\n": "for an author",
    "Nothing in this chapter is called ": "for an author",
    "within days": "how `repurchase_rate` calls a definition",
    "next window": "another",
    "the course, ": "a repr, as Python's are",
    "the case ": "a repr, as Python's are",
}
# Tags, marks of the sources, patterns, places in a figure, and lines of Python or of a file.
OTHER = re.compile(
    r"<[^>]*>?|^\\\*.*|^(?:upper|lower) \w+$|^from course_utils|.*\w\|\w.*"
    r"|(?s:^# What Binder.*)|^\*\*Binder.*|course-[\w-]+"
)


def sentences(path):
    """The texts of a module that could be a sentence's."""
    tree = ast.parse(path.read_text("utf-8"))
    left_out = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert | ast.Expr):  # an author reads those, and docstrings
            inside = ast.walk(node) if isinstance(node, ast.Assert) else [node.value]
            left_out |= {id(part) for part in inside}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            said = OTHER.sub("", node.value)
            if id(node) not in left_out and re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}|[a-z] $", said):
                yield node.value


def test_no_sentence_stands_in_the_engine():
    files = [path for room in ENGINE for path in (ROOT / "course_utils" / room).glob("*.py")]
    files += (ROOT / "course_utils/cases").glob("*.py")
    files.append(ROOT / "start.py")
    found = {said for path in files for said in sentences(path)}
    assert found - NO_WORDS_FOR_A_READER.keys() == set()
    assert NO_WORDS_FOR_A_READER.keys() - found == set()


IN_THE_BROWSER = {
    "Slides: the Notes in a Window": "in JupyterLab's list of commands, which is in English",
    "Slides: to the Notebook and Back": "in that list, too",
}


def test_no_sentence_stands_in_the_extension_of_jupyterlab():
    code = "".join(path.read_text("utf-8") for path in (ROOT / "jupyter").rglob("*.js"))
    texts = re.findall(r"'([^'\n]*)'|\"([^\"\n]*)\"|`([^`]*)`", re.sub(r"//.*", "", code))
    said = {"".join(text) for text in texts}
    found = {text for text in said if re.search(r"[A-Za-z]{2,} [a-z]{2,} [A-Za-z]", text)}
    assert found == IN_THE_BROWSER.keys()
