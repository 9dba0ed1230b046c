"""`python -m course_utils.authoring build|answers|data [chapter]`."""

import sys

from course_utils.authoring.data import build_data
from course_utils.authoring.notebooks import ANSWERED, NOTEBOOKS, answered, build, sources, trainee


def main(command: str, chapter: str = "") -> None:
    """Run one of the authors' commands; a chapter is given by its number."""
    only = chapter.zfill(2) if chapter else ""
    numbers = [path.stem.split("_")[0] for path in sources()]
    if only and only not in numbers:
        sys.exit(f"There is no chapter {chapter!r}. There are: {', '.join(numbers)}.")
    if command == "build":
        build(trainee, NOTEBOOKS, only)
    elif command == "answers":
        build(answered, ANSWERED, only)
    elif command == "data":
        build_data()
    else:
        sys.exit(f"There is no command {command!r}. There are: build, answers, data.")


if __name__ == "__main__":
    main(*sys.argv[1:])
