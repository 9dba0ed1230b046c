"""`python -m course_utils.authoring build|answers|data [chapter]`."""

import sys

from course_utils.authoring.data import build_data


def main(command: str, chapter: str = "") -> None:
    """Run one of the authors' commands; a chapter is given by its number."""
    if command == "data":
        return build_data()
    # Only here: a trainee, who may need the data anew, has not installed what this imports.
    from course_utils.authoring import notebooks

    only = chapter.zfill(2) if chapter else ""
    numbers = [path.stem.split("_")[0] for path in notebooks.sources()]
    if only and only not in numbers:
        sys.exit(f"There is no chapter {chapter!r}. There are: {', '.join(numbers)}.")
    if command == "build":
        return notebooks.build(notebooks.trainee, notebooks.NOTEBOOKS, only)
    if command == "answers":
        return notebooks.build(notebooks.answered, notebooks.ANSWERED, only)
    sys.exit(f"There is no command {command!r}. There are: build, answers, data.")


if __name__ == "__main__":
    main(*sys.argv[1:])
