"""`python -m course_utils.authoring build|answers|data|lesson|handout|guide [chapter]`."""

import io
import sys

from course_utils.authoring.data import build_data


def main(command: str, chapter: str = "") -> None:
    """Run one of the authors' commands; a chapter is given by its number."""
    if command == "data":
        return build_data()
    # Only here: it is slow to import.
    from course_utils.authoring import notebooks
    from course_utils.authoring.guide import build_guide, build_notes
    from course_utils.authoring.handout import build_handout
    from course_utils.authoring.slides import build_slides
    from course_utils.course.chapters import NOTEBOOKS
    from course_utils.course.editions import answered, trainee

    only = chapter.zfill(2) if chapter else ""
    numbers = [path.stem.split("_")[0] for path in notebooks.sources()]
    if only and only not in numbers:
        sys.exit(f"There is no chapter {chapter!r}. There are: {', '.join(numbers)}.")
    if command == "build":
        return notebooks.build(trainee, NOTEBOOKS, only)
    if command == "answers":
        return notebooks.build(answered, notebooks.ANSWERED, only)
    pages = {
        "lesson": [build_notes, build_slides],
        "handout": [build_handout],
        "guide": [build_guide],
    }
    if command not in pages:
        known = ", ".join(["build", "answers", "data", *pages])
        sys.exit(f"There is no command {command!r}. There are: {known}.")
    for path in notebooks.sources():
        if path.stem.startswith(only):
            for make in pages[command]:
                print(*make(path), sep="\n")  # noqa: T201
    return None


def run(arguments: list[str]) -> None:
    """Run a command, and name in a sentence what can't be written."""
    try:
        main(*arguments)
    except OSError as error:
        sys.exit(f"{error.filename} can't be written: {error.strerror}.")


if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # the terminal may lack letters of a path
    run(sys.argv[1:3])
