"""The noun of the start page: the whole course."""

import importlib.util
import reprlib
from collections.abc import Mapping
from datetime import date
from html import escape
from itertools import groupby
from numbers import Real
from pathlib import Path

from course_utils.cases.case import calibration_of, revealed
from course_utils.cases.tables import DATA, REBUILD, check_tables
from course_utils.course import words
from course_utils.course.chapters import NOTEBOOKS, Chapter, chapters
from course_utils.course.class_board import ClassBoard, PollBoard, RangeBoard, RoundBoard
from course_utils.course.glossary import Glossary, terms
from course_utils.course.page import Page, download, link, listed
from course_utils.course.polls import can_be_polled
from course_utils.course.standing import calibration_picture, numbers, panel
from course_utils.course.summary import summary
from course_utils.course.work import BringBackBox, SaveBox, saved
from course_utils.errors import CourseError
from course_utils.exercises import verdicts
from course_utils.exercises.feedback import Feedback
from course_utils.figures.picture import Picture
from course_utils.record import archive, codes
from course_utils.record.archive import write_whole
from course_utils.record.progress import ProgressLog, Record

NEEDED = ("IPython", "ipywidgets", "matplotlib", "numpy", "pandas", "scipy", "statsmodels")
ARCHIVE = "my_course.zip"
SUMMARY = "my_summary.html"


class Course:
    """All chapters, and the one record of the trainee's work in them.

    `notebooks` is the folder that the trainee works in.
    """

    def __init__(self, notebooks: Path = NOTEBOOKS) -> None:
        self.notebooks = notebooks
        self.chapters = chapters()
        self.log = ProgressLog()
        self._boards: dict[int | None, ClassBoard] = {}
        self._rounds: dict[tuple[int, str], RoundBoard] = {}
        self._polls: dict[tuple[int, str], PollBoard] = {}
        self._ranges: dict[tuple[int, str], RangeBoard] = {}

    def __repr__(self) -> str:
        return f"the course, {len(self.chapters) - 1} chapters"

    @property
    def folder(self) -> Path:
        """Where the trainee's own files are kept."""
        return self.log.path.parent

    # Where you are -------------------------------------------------------------------------

    def check_setup(self) -> Feedback:
        """Say in one line that everything is in place, or what to do."""
        tables, bad = self._tables()
        problems = [*self._problems()]
        if bad:
            problems.append(words.bad_files.format(files=listed(bad), command=REBUILD))
        if problems:
            return Feedback("unreadable", words.not_ready.format(problems=" ".join(problems)))
        return Feedback("info", words.ready.format(tables=tables))

    def _tables(self) -> tuple[int, list[str]]:
        """How many tables there are, and the files that are not as the course made them."""
        found = [check_tables(DATA / chapter.case_name) for chapter in self.chapters]
        return sum(count for count, _ in found), [file for _, bad in found for file in bad]

    def _problems(self) -> list[str]:
        missing = [name for name in NEEDED if not importlib.util.find_spec(name)]
        found = [words.lacks.format(name=name) for name in missing]
        try:
            write_whole(self.folder / ".try", b"")
            (self.folder / ".try").unlink()
        except OSError as error:
            said = {"folder": self.folder.name, "reason": _reason(error)}
            return [*found, words.no_saving.format(**said)]
        if obstacle := self.log.obstacle():
            found.append(words.no_record.format(obstacle=obstacle, file=self.log.path.name))
        return found

    def progress(self) -> Page:
        """Chapters, exercises done, calibration so far, yuan given up, and the next step."""
        return panel(self.chapters, self.calibration())

    def calibration(self) -> verdicts.Calibration:
        """How often your ranges held the truth, over all chapters."""
        return calibration_of(self.log)

    def calibration_picture(self) -> Picture | Feedback:
        """Where the truth fell in each of your ranges."""
        found = revealed(self.log)
        if not found:
            return Feedback("info", self.calibration().sentence())
        return calibration_picture(found, numbers(self.chapters))

    def glossary(self) -> Glossary:
        """The course's terms, to be searched in English and Chinese."""
        return Glossary(terms(self.chapters))

    # Nothing lost --------------------------------------------------------------------------

    def code(self) -> str:
        """Your whole record as a short code."""
        return codes.encode(self.log.records(), self._layouts())

    def _layouts(self) -> list[codes.Layout]:
        return [chapter.case().layout() for chapter in self.chapters]

    def save(self) -> SaveBox:
        """A button that makes one file of your notebooks and your record, and a short code."""
        return SaveBox(self.save_now)

    def save_now(self) -> str:
        """Write the file; the HTML that gives it, with the code for the case that it can't."""
        said = []
        try:
            data = archive.pack(self.log, self.notebooks)
            held = archive.unpack(data)  # saved is only what can be brought back
            said.append(words.saved.format(link=download(ARCHIVE, data)))
            if missing := self._own_notebooks() - held.notebooks.keys():
                said.append(words.not_saved.format(names=escape(listed(sorted(missing)))))
            write_whole(self.folder / ARCHIVE, data)
        except archive.ArchiveError as reason:
            said.append(words.no_file.format(reason=reason))
        except OSError as error:  # the link holds it all the same
            said.append(words.can_not_save.format(reason=_reason(error)))
        return saved(" ".join(said), self.code())

    def _own_notebooks(self) -> set[str]:
        """Every notebook below the trainee's folder; what is hidden is JupyterLab's."""
        found = [path.relative_to(self.notebooks) for path in self.notebooks.rglob("*.ipynb")]
        return {path.as_posix() for path in found if not any(p[0] == "." for p in path.parts)}

    def bring_back(self) -> BringBackBox:
        """A place for the saved file or the code, and a button."""
        return BringBackBox(self.bring_back_file, self.bring_back_code)

    def bring_back_code(self, code: str) -> Feedback:
        """Bring back what a code carries; what is here already stays."""
        try:
            held = codes.decode(code, self._layouts())
        except codes.CodeError as reason:
            return Feedback("unreadable", str(reason))
        count, failed = self._restore(held.records)
        said = [words.brought.format(count=count)] if count else []
        if failed:
            said.append(words.not_restored.format(items=listed([*failed]), reason=_reasons(failed)))
        if held.unknown:
            said.append(words.unknown_items.format(count=held.unknown))
        if obstacle := self.log.obstacle():
            said.append(obstacle)
        return Feedback("noted", " ".join(said) or words.brought_none)

    def _restore(self, records: list[Record]) -> tuple[int, dict[str, str]]:
        """How many items were brought back, and why others could not be."""
        cases = {case.name: case for case in (chapter.case() for chapter in self.chapters)}
        count, failed = 0, {}
        # Item by item: where a table is missing one truth costs no other answer.
        for (name, item), group in groupby(records, lambda r: (r["case"], r["item"])):
            try:
                count += cases[name].restore(group)
            except CourseError as error:
                failed[item] = str(error)
        return count, failed

    def bring_back_file(self, data: bytes) -> Feedback:
        """Bring back a saved file; what it would overwrite is kept beside."""
        try:
            work = archive.unpack(data)
            count = archive.merge(self.log, work.records)
        except archive.ArchiveError as reason:
            return Feedback("unreadable", str(reason))
        said = [words.brought.format(count=count)] if count else []
        said += self._put_notebooks(work)
        if work.left_out:
            said.append(words.not_back.format(names=listed(work.left_out)))
        if work.unread:
            said.append(words.unread.format(count=work.unread))
        return Feedback("noted", " ".join(said) or words.brought_none)

    def _put_notebooks(self, work: archive.Work) -> list[str]:
        """Write the notebooks that are missing or different here; what came of it, in sentences."""
        back, kept, failed = [], [], {}
        for name, data in work.notebooks.items():
            here = self.notebooks / name
            try:
                if here.exists() and here.read_bytes() == data:
                    continue
                moved = archive.put(here, data, self.folder / "kept")
            except OSError as error:
                failed[name] = _reason(error)
                continue
            back.append(name)
            kept += [moved.name] if moved else []
        said = []
        if back:
            said.append(words.notebooks_back.format(names=listed(back)))
        if kept:
            folder = f"{self.folder.name}/kept"
            said.append(words.kept.format(folder=folder, names=listed(kept)))
        if failed:
            reasons = _reasons(failed)
            said.append(words.not_written.format(reason=reasons, names=listed([*failed])))
        return said

    def reset(self, number: int) -> Feedback:
        """Bring a chapter's notebook back as it was at first; yours is kept beside."""
        from course_utils.course import editions  # only here: it is slow

        chapter = self._chapter(number)
        if chapter is None:
            return self._no_chapter(number)
        name = chapter.notebook
        pristine = editions.as_bytes(editions.trainee(editions.read_source(chapter.source)))
        try:
            kept = archive.put(self.notebooks / name, pristine, self.folder / "kept")
        except OSError as error:
            return Feedback("unreadable", words.not_reset.format(reason=_reason(error)))
        if kept is None:
            return Feedback("noted", words.reset_new.format(name=name))
        where = f"{self.folder.name}/kept/{kept.name}"
        return Feedback("noted", words.reset.format(name=name, kept=where))

    def _chapter(self, number: object) -> Chapter | None:
        if not isinstance(number, Real):  # an array is equal to a number in its own way
            return None
        return next((chapter for chapter in self.chapters if chapter.number == number), None)

    def _no_chapter(self, number: object) -> Feedback:
        known = ", ".join(str(chapter.number) for chapter in self.chapters)
        return Feedback("info", words.no_chapter.format(number=_shown(number), known=known))

    # In class ------------------------------------------------------------------------------

    def board(self, number: int | None = None) -> ClassBoard | Feedback:
        """The class board of a chapter, or of them all: paste codes, discuss, reveal.

        Asked for again, it is the one that was there, with all that it has taken in.
        """
        chapter = self._chapter(number)
        if number is not None and chapter is None:
            return self._no_chapter(number)
        wanted = self.chapters if chapter is None else [chapter]
        if number not in self._boards:
            self._boards[number] = ClassBoard([one.case() for one in wanted], self._export)
        return self._boards[number]

    def round(self, number: int, name: str = "") -> RoundBoard | Feedback:
        """A live round of a chapter, named by its lab's preset: the class guesses, you reveal.

        Asked for again, it is the one that was there, with all that it has taken in.
        """
        chapter = self._chapter(number)
        if chapter is None:
            return self._no_chapter(number)
        rounds = chapter.case().rounds
        if not isinstance(name, str) or name not in rounds:
            said = {"number": number, "name": _shown(name), "known": ", ".join(rounds)}
            return Feedback("info", words.no_round.format(**said))
        if (number, name) not in self._rounds:
            self._rounds[number, name] = RoundBoard(name, rounds[name], self._export)
        return self._rounds[number, name]

    def ranges(self, number: int, name: str = "") -> RangeBoard | Feedback:
        """A live round for a verdict, by its name: the class gives ranges, you reveal.

        Asked for again, it is the one that was there, with all that it has taken in.
        """
        chapter = self._chapter(number)
        if chapter is None:
            return self._no_chapter(number)
        case = chapter.case()
        known = case.verdicts
        if not isinstance(name, str) or name not in known:
            said = {"number": number, "name": _shown(name), "known": ", ".join(known)}
            return Feedback("info", words.no_verdict.format(**said))
        if (number, name) not in self._ranges:
            self._ranges[number, name] = RangeBoard(case, name, self._export)
        return self._ranges[number, name]

    def poll(self, number: int, name: str = "") -> PollBoard | Feedback:
        """A poll of a quiz question, by its name: vote by letter, talk, vote again, reveal.

        Asked for again, it is the one that was there, with all that it has taken in.
        """
        chapter = self._chapter(number)
        if chapter is None:
            return self._no_chapter(number)
        quiz = chapter.case().words.get("quiz", {})
        known = [one for one, question in quiz.items() if can_be_polled(question)]
        if not isinstance(name, str) or name not in known:
            said = {"number": number, "name": _shown(name), "known": ", ".join(known)}
            return Feedback("info", words.no_poll.format(**said))
        if (number, name) not in self._polls:
            self._polls[number, name] = PollBoard(name, quiz[name], self._export)
        return self._polls[number, name]

    def _export(self, name: str, data: bytes) -> str:
        """Keep a class's file in a folder of its own; the HTML of a link that holds it, too."""
        try:
            write_whole(self.folder / "class" / name, data)
        except OSError as error:
            return f"{download(name, data)} {words.can_not_save.format(reason=_reason(error))}"
        return download(name, data)

    # At the end ----------------------------------------------------------------------------

    def summary(self, name: str = "") -> Page | Feedback:
        """Write the summary of your course as a page with your name, and link to it."""
        today = date.today().isoformat()
        page = summary(self.chapters, self.calibration(), revealed(self.log), str(name), today)
        try:
            write_whole(self.folder / SUMMARY, page.encode())
        except OSError as error:
            return Feedback("unreadable", words.can_not_save.format(reason=_reason(error)))
        return self._link(SUMMARY)

    def _link(self, name: str) -> Page:
        """A link to a file of the trainee's folder; JupyterLab follows none out of the course's."""
        root = self.notebooks.parent
        if not self.folder.is_relative_to(root):
            said = words.summary.format(link=self.folder / name)
            return Page(f"<p>{escape(said)}</p>", said)
        address = f"../{self.folder.relative_to(root).as_posix()}/{name}"
        html = words.summary.format(link=link(address, name, download=True))
        return Page(f"<p>{html}</p>", words.summary.format(link=name))


def _reasons(failed: Mapping[str, str]) -> str:
    """Why things failed, each reason once."""
    return "; ".join(dict.fromkeys(failed.values()))


def _shown(given: object) -> str:
    """What was given, on one short line."""
    return " ".join(reprlib.repr(given).split())


def _reason(error: OSError) -> str:
    return str(error.strerror or error).lower()
