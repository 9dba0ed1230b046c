"""The boards on the screen: paste what the class sent, look, reveal, export; and a timer."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pandas as pd

from course_utils.cases.case import Case
from course_utils.course import words
from course_utils.course.board import ClassRecord
from course_utils.course.names import excerpt
from course_utils.course.page import table, unbroken
from course_utils.course.polls import Poll
from course_utils.course.ranges import Ranges, asked
from course_utils.course.rounds import Guesses
from course_utils.course.steps import Steps
from course_utils.exercises.feedback import Feedback, inline
from course_utils.exercises.numerals import unit_in_words
from course_utils.exercises.workbook import Decision, VerdictQuestion
from course_utils.figures.picture import Picture
from course_utils.widgets.asleep import Bundle, stored_beside
from course_utils.widgets.callbacks import guarded
from course_utils.widgets.lab import Round

Export = Callable[[str, bytes], str]


class Board(widgets.VBox):
    """A place to paste, a timer, what came of it covered or revealed, and the export.

    `export` takes a file name and bytes and gives the HTML of a link.
    """

    text = words.board  # what it is, where no widgets are

    def __init__(
        self,
        export: Export,
        placeholder: str,
        above: Sequence[widgets.Widget] = (),
        sources: Sequence[widgets.Widget] = (),
        views: Sequence[widgets.Widget] = (),
    ) -> None:
        self._export = export
        self.paste = widgets.Textarea(placeholder=placeholder, rows=2)
        self.take = widgets.Button(description=words.take_in, button_style="primary")
        self.forget = widgets.Button(description=words.forget)
        self.new_class = widgets.Button(description=words.new_class)
        self.report = widgets.HTML()
        self.report.add_class("course-report")
        self.reveal = widgets.Checkbox(description=words.reveal, value=False, indent=False)
        self.save = widgets.Button(description=words.export)
        self.image = widgets.Image(format="png").add_class("course-figure")
        self.said = widgets.HTML()
        self.said.add_class("course-said")
        self.take.on_click(guarded(lambda _: self._take_in(), self.report))
        self.forget.on_click(guarded(lambda _: self._take_back(), self.report))
        self.new_class.on_click(guarded(lambda _: self._begin(), self.report))
        self.save.on_click(guarded(lambda _: self._write(), self.report))
        self.reveal.observe(guarded(lambda _: self.show(), self.report), "value")
        self.show()
        super().__init__(
            [
                *above,
                widgets.HBox([self.paste, *sources, self.take, self.forget, self.new_class]),
                widgets.HBox([*views, self.reveal, self.save, Timer()]),
                *(self.report, self.image, self.said),
            ]
        )
        self.add_class("course-board")

    @property
    def held(self) -> Steps:
        """What it has taken in."""
        raise NotImplementedError

    def read(self) -> str:
        """Take in what was pasted; a sentence says what came of it."""
        raise NotImplementedError

    def found(self) -> Picture | str:
        """A picture, or the HTML in its place, as it stands; covered unless revealed."""
        raise NotImplementedError

    def files(self) -> tuple[str, str, str]:
        """The table as text, its file's name, and the name of the picture's file."""
        raise NotImplementedError

    def _take_in(self) -> None:
        self.held.step()
        said = self.read()
        self.paste.value = ""
        self._tell(said)

    def _take_back(self) -> None:
        """Forget what came last, a paste or a new class."""
        self._tell(words.forgotten if self.held.take_back() else words.nothing_to_forget)

    def _begin(self) -> None:
        """Empty the board, and cover it, for the next class."""
        self.held.new_class()
        self.reveal.value = False
        self._tell(words.begun_anew)

    def _tell(self, said: str) -> None:
        self.show()
        self.report.value = Feedback("info", said).html()  # last: when it is there, all is

    def show(self) -> None:
        """Show what came of it."""
        found = self.found()
        html = found if isinstance(found, str) else f"<p>{escape(found.words)}</p>"
        self.image.layout.display = "none" if isinstance(found, str) else ""
        if isinstance(found, Picture):
            self.image.value = found.png
            self.image.width = found.width
        self.said.value = f'<div role="status">{html}</div>'

    def _write(self) -> None:
        """The class as a table, and the picture as it stands."""
        text, name, picture = self.files()
        links = [self._export(name, text.encode("utf-8-sig"))]  # or a spreadsheet guesses wrong
        if self.image.layout.display != "none":
            links.append(self._export(picture, self.image.value))
        self.report.value = f'<p role="status">{", ".join(links)}</p>'

    def _repr_mimebundle_(self, **kwargs: Any) -> Bundle:
        return stored_beside(super()._repr_mimebundle_(**kwargs), self.text)


class ClassBoard(Board):
    """What a class committed to in these chapters, out of its codes or a folder of saved work."""

    def __init__(self, cases: Sequence[Case], export: Export) -> None:
        self.record = ClassRecord(cases)
        self.folder = widgets.Text(description=words.folder)
        self.view = widgets.Dropdown(options=self._views(), description=words.show)
        super().__init__(export, words.paste_codes, sources=[self.folder], views=[self.view])
        # A new question begins covered: nobody should see a truth by leafing through.
        self.view.observe(guarded(lambda _: self._cover(), self.report), "value")

    def _views(self) -> list[tuple[str, str]]:
        asked = self.record.items.items()
        judged = [name for name, item in asked if isinstance(item, VerdictQuestion | Decision)]
        number, title = self.record.number, self.record.title
        views = [(f"{number(name)} {title(name)}", name) for name in judged]
        of_runs = [
            (view.title, f"{case.name} {name}")
            for case in self.record.cases
            for name, view in case.class_views.items()
        ]
        return [
            *views,
            *of_runs,
            (words.calibration_view, "calibration"),
            (words.slips, "slips"),
            (words.finished_view, "finished"),
        ]

    def _cover(self) -> None:
        if self.reveal.value:
            self.reveal.value = False  # which shows it, covered
        else:
            self.show()

    @property
    def held(self) -> ClassRecord:
        """What the class did."""
        return self.record

    def read(self) -> str:
        """Take in the codes that were pasted, and the folder if one is named."""
        pasted, named = self.paste.value, self.folder.value.strip()
        said = [self.record.read(pasted)] if pasted.strip() or not named else []
        if named:
            said.append(self._read_folder(named))
        return " ".join(said)

    def _read_folder(self, named: str) -> str:
        try:
            folder = Path(named).expanduser()
            if folder.is_dir():
                return self.record.read_folder(folder)
        except (OSError, RuntimeError, ValueError):  # such as a home of nobody, or no permission
            pass
        return words.no_folder.format(folder=excerpt(named))

    def found(self) -> Picture | str:
        """The picture or the table of the view that is chosen."""
        view, record, revealed = self.view.value, self.record, self.reveal.value
        if not record.trainees:
            return f"<p>{words.nobody}</p>"
        if view == "slips":
            rows = record.slips().astype(str).to_numpy().tolist()
            return table(words.slips_head, [[*map(inline, row)] for row in rows], wrap=True)
        if view == "finished":
            return self._finished()
        if view == "calibration":
            if not (record.judged() and revealed):
                return f"<p>{words.covered}</p>"
            return record.calibration_picture()
        for case in record.cases:
            if view.startswith(f"{case.name} "):
                drawn = case.class_views[view.partition(" ")[2]]
                found = drawn.show(record.histories(case), revealed)
                return found if isinstance(found, Picture) else f"<p>{escape(found)}</p>"
        if isinstance(record.items[view], Decision):
            return record.choices_picture(view, revealed=revealed)
        return record.verdict_picture(view, revealed=revealed)

    def _finished(self) -> str:
        """Who has done how much: a row for each count, so that a large class stays short."""
        of, done = len(self.record.items), self.record.finished()
        rows = []
        for count, who in done.groupby(done, sort=False):
            share = unbroken(words.of_all.format(done=count, all=of))
            rows.append([share, str(len(who)), escape(", ".join(who.index))])
        return table(words.finished_head, rows, wrap=True)

    def files(self) -> tuple[str, str, str]:
        """One row a trainee; the files are named after the chapter, if it is one, and the view."""
        first, *others = self.record.cases
        stem = "class" if others else f"class_{first.book.chapter}"
        return (
            _csv(self.record.table()),
            f"{stem}.csv",
            f"{stem}_{self.view.value.replace(' ', '_')}.png",
        )


class RoundBoard(Board):
    """A question about a lab's preset, the class's guesses, and what the lab says."""

    text = words.round

    def __init__(self, name: str, round: Round, export: Export) -> None:
        self.guesses = Guesses(round)
        self._name = name
        asked = f'<p class="course-ask"><b>{escape(round.ask)}</b> ({escape(round.unit)})</p>'
        super().__init__(export, words.paste_guesses, above=[widgets.HTML(asked)])

    @property
    def held(self) -> Guesses:
        """What the class guessed."""
        return self.guesses

    def read(self) -> str:
        """Take in the guesses that were pasted."""
        return self.guesses.read(self.paste.value)

    def found(self) -> Picture | str:
        """The guesses, once there are some; with the truth if it is revealed."""
        if len(self.guesses):
            return self.guesses.picture(revealed=self.reveal.value)
        if not self.reveal.value:
            return f"<p>{words.no_guess}</p>"
        return f"<p>{escape(self.guesses.outcome())}</p>"

    def files(self) -> tuple[str, str, str]:
        """One row a guess."""
        stem = f"round_{self._name}"
        return _csv(self.guesses.table()), f"{stem}.csv", f"{stem}.png"


class RangeBoard(Board):
    """A verdict, the class's ranges out of its chat, and the truth."""

    text = words.range_board

    def __init__(self, case: Case, name: str, export: Export) -> None:
        question = asked(case, name)
        self.ranges = Ranges(question)
        self._name = name
        title = f"<b>{escape(question.number)} {escape(question.title)}</b>"
        ask = f'<p class="course-ask">{title} ({escape(unit_in_words(question.unit))})</p>'
        super().__init__(export, words.paste_ranges, above=[widgets.HTML(ask)])

    @property
    def held(self) -> Ranges:
        """The class's ranges."""
        return self.ranges

    def read(self) -> str:
        """Take in the ranges that were pasted."""
        return self.ranges.read(self.paste.value)

    def found(self) -> Picture | str:
        """The ranges, and the slide's claim; with the truth if it is revealed."""
        if not len(self.ranges) and not self.reveal.value:
            return f"<p>{words.no_range_yet}</p>"
        return self.ranges.picture(revealed=self.reveal.value)

    def files(self) -> tuple[str, str, str]:
        """One row a range."""
        stem = f"ranges_{self._name}"
        return _csv(self.ranges.table()), f"{stem}.csv", f"{stem}.png"


class PollBoard(Board):
    """A quiz question with lettered choices, the class's two votes, and the answer."""

    text = words.poll_board

    def __init__(self, name: str, question: Mapping[str, Any], export: Export) -> None:
        self.poll = Poll(question)
        self._name = name
        self.vote = widgets.Dropdown(
            options=[(words.first_vote, False), (words.second_vote, True)],
            description=words.vote,
        )
        listed = [f"<b>{at}</b> {inline(one['text'])}" for at, one in self.poll.choices.items()]
        ask = f'<p class="course-ask"><b>{inline(self.poll.ask)}</b></p>'
        shown = widgets.HTML(f"{ask}<p>{'<br>'.join(listed)}</p>")
        super().__init__(export, words.paste_votes, above=[shown], views=[self.vote])

    @property
    def held(self) -> Poll:
        """The class's votes."""
        return self.poll

    def read(self) -> str:
        """Take in the letters that were pasted, as the vote that is chosen."""
        return self.poll.read(self.paste.value, second=self.vote.value)

    def found(self) -> Picture | str:
        """The votes, once there are some; with the right letter if it is revealed."""
        if len(self.poll):
            return self.poll.picture(revealed=self.reveal.value)
        said = inline(self.poll.outcome()) if self.reveal.value else words.no_vote
        return f"<p>{said}</p>"

    def files(self) -> tuple[str, str, str]:
        """One row a person."""
        stem = f"poll_{self._name}"
        return _csv(self.poll.table()), f"{stem}.csv", f"{stem}.png"


def _csv(found: pd.DataFrame) -> str:
    """A table for a spreadsheet, which would take a cell that begins so for a formula."""
    formula = ("=", "+", "-", "@", "\t", "\r")
    return found.map(
        lambda cell: f"'{cell}" if isinstance(cell, str) and cell.startswith(formula) else cell
    ).to_csv(index=False)


class Timer(widgets.HBox):
    """A bar that runs down while the class thinks. The browser moves it; the kernel is free."""

    def __init__(self) -> None:
        self.minutes = widgets.BoundedFloatText(
            value=2, min=0.5, max=30, step=0.5, description=words.minutes
        )
        self.start = widgets.Button(description=words.start_timer)
        self.bar = widgets.HTML()
        self._runs = 0
        self.start.on_click(guarded(lambda _: self._run(), self.bar))
        super().__init__([self.minutes, self.start, self.bar])
        self.add_class("course-timer")

    def _run(self) -> None:
        seconds = round(60 * self.minutes.value)
        # Other words each time, or the bar would not begin anew.
        self._runs += 1
        self.bar.value = (
            f'<div role="timer" aria-label="{self.minutes.value:g} {words.minutes}" '
            f'class="course-bar" data-run="{self._runs}">'
            f'<div style="animation-duration:{seconds}s;--course-seconds:{seconds}"></div></div>'
        )
