"""Walks through everything that a person reads and finds words that are in no file of words.

Run as `python -m tests.every_word FOLDER` in a language in which each word of every `*.en.toml` is
marked, as `write_language` makes it. It works in the folder, and prints as JSON each word that is
not marked, by the place where it stood and with the text in which it stood.
"""

import json
import re
import sys
import tomllib
from functools import cache
from html import unescape
from pathlib import Path

ROOT = Path(__file__).parents[1]
LANGUAGE = "xx"
PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
MARKED = "áƀćđéƒğĥíĵķĺɱńóƥɋŕśťúѵŵẋýźÁƁĆĐÉƑĞĤÍĴĶĹṀŃÓƤɊŔŚŤÚѴŴẊÝŹ"
MARK = str.maketrans(PLAIN, MARKED)
# What is no word in any language: fields, code, tags, addresses, calls.
NO_WORD = re.compile(r"\{[^{}]*\}|`[^`]*`|case\.\w+\([^)]*\)|course\.\w+\([^)]*\)|<[^>]+>|&\w+;")


def marked(value):
    """The value with every word in it marked."""
    if isinstance(value, dict):
        return {key: marked(one) for key, one in value.items()}
    if isinstance(value, list):
        return [marked(one) for one in value]
    if not isinstance(value, str):
        return value
    kept = NO_WORD.findall(value)
    parts = [part.translate(MARK) for part in NO_WORD.split(value)]
    return "".join(part + code for part, code in zip(parts, [*kept, ""], strict=True))


def as_toml(table, head=""):
    """A table of words as TOML."""
    plain = {key: one for key, one in table.items() if not isinstance(one, dict)}
    lines = [f"{json.dumps(key)} = {_value(one)}" for key, one in plain.items()]
    for key, one in table.items():
        if isinstance(one, dict):
            name = f"{head}{json.dumps(key)}"
            lines += [f"[{name}]", *as_toml(one, f"{name}.")]
    return lines


def _value(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def write_language(folder, units):
    """Write the marked language: a file beside each English one, and a name for every unit."""
    for path in [ROOT / "start.en.toml", *(ROOT / "course_utils").rglob("*.en.toml")]:
        said = marked(tomllib.loads(path.read_text("utf-8")))
        if "units" in said:
            said["units"] = {unit: unit.translate(MARK) for unit in units}
        package = ROOT / "course_utils"
        place = folder / path.relative_to(package if path.is_relative_to(package) else ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        name = path.name.replace(".en.", f".{LANGUAGE}.")
        place.with_name(name).write_text("\n".join(as_toml(said)) + "\n", "utf-8")


def units(cases):
    """What the code calls the units of all that is asked for."""
    for case in cases:
        for item in case.book.items.values():
            yield getattr(item, "unit", "")
            yield getattr(getattr(item, "kind", None), "unit", "")
        for lab in case.words.get("lab", {}).values():
            yield from (one["unit"] for one in lab.get("rounds", {}).values())
        yield from (one.get("unit", "") for one in case.words.get("quiz", {}).values())


# The walk ----------------------------------------------------------------------------------


# What may stay as it is, in any language.
CODE = re.compile(
    r"`[^`]*`|<code>.*?</code>|<pre.*?</pre>|<[^>]+>|\$[^$]*\$"  # code, tags, powers of ten
    r"|[\w./-]+\.(?:jsonl|ipynb|zip|html|csv|png)\b|ECQ\d?\w*|ecq\d\w*"  # files and codes
    r"|(?:case|course)\.\w+\([^)]*\)|\b\w+_\w+\b",  # calls and names of the course
    re.DOTALL,
)
PYTHON = {"True", "NaN", "nan", "None", "object", "list", "dict", "float", "text"}  # what was given
GIVEN = {"nonsense", "Ann", "Bob", "nobody", "much", "three", "nothing", "or"}  # by this walk


class Walk:
    """What was read and is in no file of words, by where it stood.

    Left out are code, what the walk itself hands in, and `known`: what stands in the tables and in
    the sources of the notebooks, which have files of their own in another language.
    """

    def __init__(self, known):
        longest_first = sorted(known | PYTHON | GIVEN, key=len, reverse=True)
        self.known = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
        self.found = {}
        self.kinds = set()  # of answers that odd ones were given to

    def hear(self, place, *texts):
        for text in map(str, texts):
            left = self.known.sub(" ", unescape(CODE.sub(" ", text)))
            for word in re.findall(r"[A-Za-z]{2,}", left):
                self.found.setdefault(place, {}).setdefault(word, text[:300])

    def hear_figure(self, figure):
        from matplotlib.text import Text

        texts = [text.get_text() for text in figure.findobj(Text) if text.get_visible()]
        self.hear("figure", *texts)


def texts_of(widget):
    """Every word of a widget and of those in it."""
    import ipywidgets as widgets

    for name in ("description", "placeholder", "tooltip"):
        yield getattr(widget, name, None) or ""
    for option in getattr(widget, "options", ()):
        yield option[0] if isinstance(option, tuple) else option
    if isinstance(widget, widgets.HTML):
        yield widget.value
    for child in getattr(widget, "children", ()):
        yield from texts_of(child)


ODD = (None, "text", float("nan"), [1, 2, 3], True, object(), {}, 1e40)


def walk_case(walk, case):
    from course_utils.exercises.blank import ____
    from course_utils.exercises.kinds import Drawing
    from course_utils.exercises.workbook import Decision, Exercise
    from course_utils.record.progress import ProgressLog

    log = case.log
    for name, item in case.book.items.items():
        walk.hear("title", case.title(name))
        if isinstance(item, Exercise):
            case.log = ProgressLog(log.path.with_name(f"{name}.jsonl"))  # a short one is fast
            for _ in range(5):
                walk.hear("hint", case.hint(name).text)
            walk.hear("check", case.check(name, ____))
            if type(item.kind) not in walk.kinds:
                walk.kinds.add(type(item.kind))
                walk.hear("check", *(case.check(name, odd) for odd in ODD))
            if isinstance(item.kind, Drawing):
                walk.hear("target", case.target(name).words)
            else:
                values = [case._wanted(item, item.answer)]  # as a check computes them, once
                values += [
                    case._wanted(item, slip, answer=values[0]) for slip in item.slips.values()
                ]
                for value in values:
                    walk.hear("check", case.check(name, value))
                    for factor in (1.37, 0.01, 1000):
                        try:
                            walk.hear("check", case.check(name, value * factor))
                        except TypeError:
                            break
            walk.hear("solution", case.solution(name).text)
            case.log = log
        elif isinstance(item, Decision):
            for choice in (____, *ODD, *map(item.kind.read, item.choices()), 1e9):
                walk.hear("decision", case.decide(name, choice))
        else:
            walk.hear("verdict", case.reveal(name))
            truth = case.truth(name)
            for low, high in ((____, ____), ("a", 1), (2, 1), (truth, truth), (0.01, 0.02)):
                walk.hear("verdict", case.verdict(name, low, high))
            walk.hear("verdict", case.verdict(name, 1e8, 1e9))
            for shift in (0.5, 1.5, -1.5, 40):
                width = abs(truth) or 1
                low, high = truth + shift * width - width, truth + shift * width + width
                case.verdict(name, low, high)
                case.verdict(name, low, high)
            walk.hear("reveal", case.reveal(name), case.reveal(name).picture().words)
            walk.hear("verdict", case.verdict(name, 0, 1), case.check(name, 1))
    for ask in (case.check, case.decide):
        walk.hear("check", ask("nonsense", 1), ask(next(iter(case.book.items)), 1))
    walk.hear("check", case.verdict("nonsense", 1, 2), case.hint("nonsense"), case.lab("nonsense"))
    try:
        case.load("nonsense")
    except Exception as error:
        walk.hear("table", error)
    walk.hear("progress", case.progress().text)
    for name in case.labs:
        lab = case.lab(name)
        for button in lab.buttons.values():
            button.click()
            walk.hear("lab", lab.text, lab.figure.live.alt, *texts_of(lab))
        for one in lab.rounds().values():
            walk.hear("round", one.ask, one.said, one.preset)
    if "quiz" in case.words:
        walk_quiz(walk, case.quiz())


def walk_brand(walk):
    from course_utils.cases.one_brand import brand
    from course_utils.cases.one_brand.reports import REPORTS
    from course_utils.cases.one_brand.runs import DEBRIEFS
    from course_utils.exercises.blank import ____

    walk.hear("brand", brand, brand.join(____), brand.join(5), brand.join("T"), brand.debrief())
    for given in ({"price": 5}, {"page": 3}, {"tests": ["price"] * 2}, {"tests": "none"}):
        walk.hear("brand", brand.run(1, **given))
    walk.hear("brand", brand.run(____), brand.run(7), brand.run(99))
    walk.hear("brand", brand.expect(____, 1, 2), brand.expect(5, 1, 2), brand.expect(4, 1, 2))
    desk = brand.rehearsal.desk()
    desk.controls["membership"].value = (200, 20)
    desk.controls["recall"].value = (60, 10)
    for _ in range(3):
        walk.hear("desk", desk.text, *texts_of(desk))
        desk.button.click()
    walk.hear("desk", desk.text, *texts_of(desk))
    for month in range(1, 13):
        tests = ("recall", "membership") if month == 2 else ()
        walk.hear("brand", brand.run(month, price=30 + month, page="new", tests=tests))
    walk.hear("brand", brand.expect("my share", 1, 2), brand.expect("best link", 1, 2))
    desk = brand.desk()
    for report in REPORTS:
        desk.view.value = report
        walk.hear("desk", *texts_of(desk))
    for part in (*DEBRIEFS, "?"):
        said = brand.debrief(part)
        walk.hear("debrief", getattr(said, "words", None) or getattr(said, "text", ""))


def walk_quiz(walk, quiz):
    walk.hear("quiz", repr(quiz._repr_mimebundle_()[0]["text/plain"]), *texts_of(quiz))
    for answer, question in zip(quiz.answers, quiz.questions, strict=True):
        for place in range(len(question.get("choices", question.get("ranges")))):
            answer.value = place
            walk.hear("quiz", *texts_of(quiz))
        if hasattr(answer, "field"):
            answer.field.value = "much"
            walk.hear("quiz", *texts_of(quiz))


def walk_course(walk, course):
    from course_utils.exercises.feedback import Feedback

    walk.hear("course", course.check_setup(), course.calibration_picture(), course.summary())
    walk.hear("panel", course.progress())
    for chapter in course.chapters:
        walk_case(walk, chapter.case())
    walk_brand(walk)
    walk.hear("panel", course.progress(), course.calibration_picture(), course.progress().html)
    walk.hear("summary", course.summary())
    page = (course.folder / "my_summary.html").read_text("utf-8")
    walk.hear("summary", page.partition("</head>")[2])
    glossary = course.glossary()
    walk.hear("glossary", glossary._repr_mimebundle_()[0]["text/plain"], *texts_of(glossary))
    save, back = course.save(), course.bring_back()
    save.button.click()
    back.button.click()
    walk.hear("work", *texts_of(save), *texts_of(back))
    for code in ("", "ECQ2", "ECQ2xx", "ECQ3abc", course.code(), course.code()[:-3], "ECQ1abc"):
        walk.hear("work", course.bring_back_code(code))
    for data in (b"", b"PK", (course.folder / "my_course.zip").read_bytes()):
        walk.hear("work", course.bring_back_file(data))
    for number in (0, 9, "three"):
        found = [course.reset(number), course.board(number), course.round(number)]
        found += [course.ranges(number), course.poll(number)]
        walk.hear("work", *(one for one in found if isinstance(one, Feedback)))
    for number in (0, 3, 5, 6):  # each kind of view is in one of them
        walk_board(walk, course, course.chapters[number])


def walk_board(walk, course, chapter):
    case = chapter.case()
    board = course.board(chapter.number)
    walk.hear("board", board.text, *texts_of(board))
    board.paste.value = f"Ann {case.class_code()}\nBob {case.class_code()}\nECQ2 nothing"
    board.take.click()
    for _, view in board.view.options:
        board.view.value = view
        board.reveal.value = True
        walk.hear("board", *texts_of(board))
    board.save.click()
    walk.hear("board", *texts_of(board))
    board.paste.value = f"Ann: {case.class_code().lower()}"
    board.take.click()
    walk.hear("board", *texts_of(board))
    for button in (board.new_class, board.forget, board.forget, board.forget, board.forget):
        button.click()
        walk.hear("board", *texts_of(board))
    for name in case.rounds:
        board = course.round(chapter.number, name)
        walk.hear("round", board.text, *texts_of(board))
        for said in ("", "Ann: 3\nBob 5 percent\nnobody\n9e99", "Ann 4"):
            board.paste.value = said
            board.take.click()
            board.reveal.value = not board.reveal.value
            walk.hear("round", *texts_of(board))

    for name in case.verdicts:
        board = course.ranges(chapter.number, name)
        walk.hear("round", board.text, *texts_of(board))
        for said in ("", "Ann: 3-5\nBob 5", "Ann 4-6"):
            board.paste.value = said
            board.take.click()
            board.reveal.value = not board.reveal.value
            walk.hear("round", *texts_of(board))

    for name in case.words.get("quiz", {}):
        board = course.poll(chapter.number, name)
        if not hasattr(board, "vote"):  # it asks for a number
            continue
        walk.hear("round", board.text, *texts_of(board))
        for second, said in enumerate(("Ann: A\nBob: A or B", "Ann: B")):
            board.paste.value = said
            board.vote.value = bool(second)
            board.reveal.value = not board.reveal.value
            walk.hear("round", *texts_of(board))
            board.take.click()
            walk.hear("round", *texts_of(board))


def walk_pages(walk, course):
    from course_utils.authoring.data import dictionary
    from course_utils.authoring.guide import guide
    from course_utils.authoring.slides import slides
    from course_utils.course.editions import read_source

    for chapter in course.chapters:
        case = chapter.case()
        walk.hear("dictionary", dictionary(case.name, tables_of(case)))
        source, stored = read_source(chapter.source), read_source(chapter.source)
        own = " ".join(" ".join(cell.source for cell in source.cells).split())
        told = re.sub(r"```.*?```", "", guide(chapter.source), flags=re.DOTALL)
        for line in told.splitlines():
            said = " ".join(re.sub(r"^(?:> ?|- |\*\*[\w ]+\.\*\* )+", "", line).split())
            if said not in own:
                walk.hear("guide", line)
        for cell in slides(source, stored).cells:
            said = " ".join(re.sub(r"</?div[^>]*>", "", cell.source).split())
            if cell.cell_type == "markdown" and said not in own:
                walk.hear("slides", said)


@cache
def tables_of(case):
    """Every table of a case, by name."""
    return {path.stem: case._table(path.stem) for path in (ROOT / "data" / case.name).glob("*.csv")}


def known(course):
    """What a translator meets elsewhere: the tables' values, choices, the sources' words."""
    from course_utils.authoring.guide import HEADING, sections
    from course_utils.cases.one_brand.runs import DEBRIEFS, LINK, SHARE
    from course_utils.cases.one_brand.year import LEDGER
    from course_utils.exercises.workbook import Decision

    yield from (*DEBRIEFS, LINK, SHARE, *LEDGER)

    for chapter in course.chapters:
        yield from (chapter.title, chapter.subject, *chapter.objectives)
        case = chapter.case()
        yield case.name
        yield from (*case.book.items, *case.labs)
        for lab in case.words.get("lab", {}).values():
            yield from lab.get("rounds", {})
        yield from chapter.words.get("glossary", ())  # a term's English name, beside the other one
        yield from HEADING.findall(chapter.text)
        yield from (part.name[0].upper() + part.name[1:] for part in sections(chapter.source))
        for item in case.book.items.values():
            yield from item.choices() if isinstance(item, Decision) else ()
        for name, table in tables_of(case).items():
            yield from (name, *table.columns)
            for column in table.select_dtypes(["object", "str"]):
                if table[column].head(1_000).nunique() < 100:  # no dates, no names of people
                    yield from map(str, table[column].dropna().unique())


def main(folder):
    import matplotlib

    matplotlib.use("agg")
    from course_utils.course.the_course import Course
    from course_utils.figures import picture
    from course_utils.figures.live import LiveFigure

    course = Course(folder / "notebooks")
    walk = Walk({words for words in known(course) if re.search("[A-Za-z]{2}", words)})

    def read(figure):  # in place of drawing it
        walk.hear_figure(figure)
        return b""

    def live(self, figure, *rest, make=LiveFigure.__init__, **more):
        walk.hear_figure(figure)
        make(self, figure, *rest, **more)

    picture._drawn, LiveFigure.__init__ = read, live
    walk_course(walk, course)
    walk_pages(walk, course)
    json.dump(walk.found, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
