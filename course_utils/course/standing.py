"""Where a trainee is in the whole course, as a panel and as a picture."""

from collections.abc import Iterable, Mapping
from html import escape

from course_utils.cases.case import Standing
from course_utils.course import words
from course_utils.course.chapters import Chapter
from course_utils.course.page import Page, link, table, unbroken
from course_utils.exercises.numerals import written
from course_utils.exercises.verdicts import Calibration
from course_utils.figures.picture import Picture
from course_utils.figures.style import BAD, DATA, GOOD, RULE, panels
from course_utils.record.progress import Record

HEAD = [words.chapter, "", "", words.minutes, words.done, words.quiz, words.regret]


def rows(chapters: Iterable[Chapter]) -> list[list[str]]:
    """One row a chapter: its number, title, subject, minutes, and how far the trainee is in it."""
    return [_row(chapter, chapter.case().standing()) for chapter in chapters]


def _row(chapter: Chapter, at: Standing) -> list[str]:
    return [
        str(chapter.number),
        chapter.title,
        chapter.subject,
        chapter.minutes,
        words.of_all.format(done=at.done, all=at.all),
        words.of_all.format(done=at.right, all=at.questions) if at.answered else "",
        written(at.regret) if at.regret is not None else "",
    ]


def panel(chapters: list[Chapter], calibration: Calibration) -> Page:
    """Chapters, exercises done, the quiz, yuan given up, and the next step."""
    found = rows(chapters)
    links = [
        [row[0], link(chapter.notebook, row[1]), escape(row[2]), *map(unbroken, row[3:])]
        for row, chapter in zip(found, chapters, strict=True)
    ]
    step, where = next_step(chapters)
    to = f"{link(where.notebook, where.title)}." if where else ""
    said = f"<p>{escape(calibration.sentence())}</p><p>{escape(step)}{to}</p>"
    plain = [" | ".join(filter(None, row)) for row in found]
    plain += [calibration.sentence(), step + (f"{where.title}." if where else "")]
    return Page(table(HEAD, links, wrap=True) + said, "\n".join(plain))


def next_step(chapters: list[Chapter]) -> tuple[str, Chapter | None]:
    """What to do next, and the chapter to do it in; none when everything is done."""
    for chapter in chapters:
        case = chapter.case()
        at = case.standing()
        if at.left:
            return words.next.format(
                what=case.book.number(at.left[0])
            ) if at.done else words.not_begun, chapter
    return words.finished, None


def numbers(chapters: Iterable[Chapter]) -> dict[str, str]:
    """What is printed for everything that these chapters ask, by its name."""
    books = [chapter.case().book for chapter in chapters]
    return {name: book.number(name) for book in books for name in book.items}


def places(revealed: Iterable[Record]) -> list[tuple[str, float]]:
    """Where the truth fell in each range: 0 its low end, 1 its high end; by the verdict's name.

    A range without width has its truth at 0.5 if it is the truth, else far outside.
    """
    found = []
    for record in revealed:
        low, high, truth = (record[name] for name in ("low", "high", "truth"))
        if high > low:
            place = (truth - low) / (high - low)
        else:
            place = 0.5 if truth == low else (2.0 if truth > low else -1.0)
        found.append((record["item"], place))
    return found


def calibration_picture(revealed: Iterable[Record], numbers: Mapping[str, str]) -> Picture:
    """Each range as the same band, with the truth in it or beside it; far misses at the rim.

    `numbers` has what is printed for a verdict by its name.
    """
    shown = [(numbers.get(name, name), place) for name, place in places(revealed)]
    figure, (axes,) = panels(height=130 + 26 * len(shown))
    axes.axvspan(0, 1, color=RULE, zorder=0)
    for row, (_, place) in enumerate(shown):
        held = 0 <= place <= 1
        axes.plot([0, 1], [row, row], color=DATA, linewidth=3)
        axes.plot(
            min(max(place, -0.95), 1.95),
            row,
            marker="o" if held else "X",
            markersize=10,
            color=GOOD if held else BAD,
            clip_on=False,
        )
    axes.set(xlim=(-1, 2), ylim=(len(shown) - 0.4, -0.6), xlabel=words.ranges_x)
    axes.set_xticks([0, 1], [words.low_end, words.high_end])
    axes.set_yticks(range(len(shown)), [number for number, _ in shown])
    axes.set_ylabel(words.ranges)
    axes.grid(visible=False)
    listed = ", ".join(words.at_place.format(number=number, place=place) for number, place in shown)
    return Picture(figure, words.calibrated.format(places=listed))
