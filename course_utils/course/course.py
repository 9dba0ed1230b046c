"""The noun of the start page: the whole course."""

import importlib.util
import json
import os
from pathlib import Path

from course_utils.cases.chapters import NOTEBOOKS, Chapter, chapters
from course_utils.classroom import archive, codes, verdicts
from course_utils.classroom.archive import write_whole
from course_utils.classroom.case import calibration_of, revealed
from course_utils.classroom.feedback import Feedback
from course_utils.classroom.progress import ProgressLog
from course_utils.classroom.tables import DATA
from course_utils.course import words
from course_utils.course.class_board import ClassBoard, RoundBoard
from course_utils.course.glossary import Glossary, terms
from course_utils.course.page import Page, download, link
from course_utils.course.standing import calibration_picture, panel
from course_utils.course.summary import summary
from course_utils.course.work import BringBackBox, SaveBox, saved
from course_utils.figures.picture import Picture

NEEDED = ("IPython", "ipywidgets", "matplotlib", "numpy", "pandas", "scipy", "statsmodels")
ARCHIVE = "my_course.zip"


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

    def __repr__(self) -> str:
        return f"the course, {len(self.chapters) - 1} chapters"

    @property
    def folder(self) -> Path:
        """Where the trainee's own files are kept."""
        return self.log.path.parent

    # Where you are -------------------------------------------------------------------------

    def check_setup(self) -> Feedback:
        """Say in one line that everything is in place, or what to do."""
        problems = [*self._problems()]
        if problems:
            return Feedback("unreadable", words.NOT_READY.format(problems=" ".join(problems)))
        tables = sum(len(json.loads(path.read_text())) for path in DATA.glob("*/manifest.json"))
        return Feedback("info", words.READY.format(tables=tables))

    def _problems(self) -> list[str]:
        found = []
        missing = [name for name in NEEDED if not importlib.util.find_spec(name)]
        found += [words.LACKS.format(name=name) for name in missing]
        try:
            write_whole(self.folder / ".try", b"")
            (self.folder / ".try").unlink()
        except OSError as error:
            said = {"folder": self.folder.name, "reason": _reason(error)}
            found.append(words.NO_SAVING.format(**said))
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
        return calibration_picture(found)

    def glossary(self) -> Glossary:
        """The course's terms, to be searched in English and Chinese."""
        return Glossary(terms(self.chapters))

    # Nothing lost --------------------------------------------------------------------------

    def code(self) -> str:
        """Your whole record as a short code."""
        return codes.encode(self.log.records(), self._shapes())

    def _shapes(self) -> list[codes.Shape]:
        return [chapter.case().shape() for chapter in self.chapters]

    def save(self) -> SaveBox:
        """A button that makes one file of your notebooks and your record, and a short code."""
        return SaveBox(self.save_now)

    def save_now(self) -> str:
        """Write the file; the HTML that gives it, with the code for the case that it can't."""
        said = []
        try:
            data = archive.pack(self.log, self.notebooks)
            said.append(words.SAVED.format(link=download(ARCHIVE, data)))
            write_whole(self.folder / ARCHIVE, data)
        except OSError as error:  # the link holds it all the same
            said.append(words.CAN_NOT_SAVE.format(reason=_reason(error)))
        return saved(" ".join(said), self.code())

    def bring_back(self) -> BringBackBox:
        """A place for the saved file or the code, and a button."""
        return BringBackBox(self.bring_back_file, self.bring_back_code)

    def bring_back_code(self, code: str) -> Feedback:
        """Bring back what a code carries; what is here already stays."""
        try:
            held = codes.decode(code, self._shapes())
        except codes.CodeError as reason:
            return Feedback("unreadable", str(reason))
        count = 0
        for chapter in self.chapters:
            case = chapter.case()
            count += case.restore([r for r in held.records if r["case"] == case.name])
        said = [words.BROUGHT.format(count=count) if count else words.BROUGHT_NONE]
        if held.left_out:
            said.append(words.LEFT_OUT.format(numbers=", ".join(map(str, held.left_out))))
        return Feedback("noted", " ".join(said))

    def bring_back_file(self, data: bytes) -> Feedback:
        """Bring back a saved file; what it would overwrite is kept beside."""
        try:
            work = archive.unpack(data)
            count = archive.merge(self.log, work.records)
            back, kept = self._put_notebooks(work)
        except archive.ArchiveError as reason:
            return Feedback("unreadable", str(reason))
        except OSError as error:
            return Feedback("unreadable", words.HALF_BACK.format(reason=_reason(error)))
        said = [words.BROUGHT.format(count=count)] if count else []
        if back:
            said.append(words.NOTEBOOKS_BACK.format(names=", ".join(back)))
        if kept:
            where = {"folder": f"{self.folder.name}/kept", "names": ", ".join(kept)}
            said.append(words.KEPT.format(**where))
        return Feedback("noted", " ".join(said) or words.BROUGHT_NONE)

    def _put_notebooks(self, work: archive.Work) -> tuple[list[str], list[str]]:
        """The names of the notebooks that changed, and of what was kept."""
        ours = {chapter.notebook for chapter in self.chapters}
        back, kept = [], []
        for name in sorted(ours & work.notebooks.keys()):
            here, data = self.notebooks / name, work.notebooks[name]
            if here.exists() and here.read_bytes() == data:
                continue
            moved = archive.put(here, data, self.folder / "kept")
            back.append(name)
            kept += [moved.name] if moved else []
        return back, kept

    def reset(self, number: int) -> Feedback:
        """Bring a chapter's notebook back as it was at first; yours is kept beside."""
        from course_utils.authoring import notebooks as editions  # only here: it is slow

        chapter = self._chapter(number)
        if chapter is None:
            return self._no_chapter(number)
        name = chapter.notebook
        pristine = editions.as_bytes(editions.trainee(editions.read_source(chapter.source)))
        try:
            kept = archive.put(self.notebooks / name, pristine, self.folder / "kept")
        except OSError as error:
            return Feedback("unreadable", words.HALF_BACK.format(reason=_reason(error)))
        if kept is None:
            return Feedback("noted", words.RESET_NEW.format(name=name))
        where = f"{self.folder.name}/kept/{kept.name}"
        return Feedback("noted", words.RESET.format(name=name, kept=where))

    def _chapter(self, number: object) -> Chapter | None:
        return next((chapter for chapter in self.chapters if chapter.number == number), None)

    def _no_chapter(self, number: object) -> Feedback:
        known = ", ".join(str(chapter.number) for chapter in self.chapters)
        return Feedback("info", words.NO_CHAPTER.format(number=number, known=known))

    # In class ------------------------------------------------------------------------------

    def board(self, number: int | None = None) -> ClassBoard | Feedback:
        """The class board of a chapter, or of them all: paste codes, discuss, reveal.

        Asked for again, it is the one that was there, with all that it has taken in.
        """
        wanted = [one for one in self.chapters if number is None or one.number == number]
        if not wanted:
            return self._no_chapter(number)
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
        if name not in rounds:
            said = {"number": number, "name": name, "known": ", ".join(rounds)}
            return Feedback("info", words.NO_ROUND.format(**said))
        if (number, name) not in self._rounds:
            self._rounds[number, name] = RoundBoard(name, rounds[name], self._export)
        return self._rounds[number, name]

    def _export(self, name: str, data: bytes) -> str:
        """Keep a class's file in a folder of its own; the HTML of a link that holds it, too."""
        try:
            write_whole(self.folder / "class" / name, data)
        except OSError as error:
            return f"{download(name, data)} {words.CAN_NOT_SAVE.format(reason=_reason(error))}"
        return download(name, data)

    # At the end ----------------------------------------------------------------------------

    def summary(self) -> Page | Feedback:
        """Write the summary of your course as a page and as a PDF, and link to both."""
        made = summary(self.chapters, self.calibration(), revealed(self.log))
        files = {"my_summary.html": made.html(), "my_summary.pdf": made.pdf()}
        try:
            for name, data in files.items():
                write_whole(self.folder / name, data)
        except OSError as error:
            return Feedback("unreadable", words.CAN_NOT_SAVE.format(reason=_reason(error)))
        at = Path(os.path.relpath(self.folder, self.notebooks)).as_posix()
        links = ", ".join(link(f"{at}/{name}", name, download=True) for name in files)
        plain = words.SUMMARY.format(links=", ".join(files))
        return Page(f"<p>{words.SUMMARY.format(links=links)}</p>", plain)


def _reason(error: OSError) -> str:
    return str(error.strerror or error).lower()
