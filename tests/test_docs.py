"""What the pages for authors name is there, and the page of the house leaves no module out."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "course_utils"
PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/architecture.md", "docs/teaching.md",
         "docs/your-shop-exports.md"]  # fmt: skip
HOUSE = (ROOT / "docs/architecture.md").read_text("utf-8")
ROOMS = HOUSE[HOUSE.index("## The rooms") : HOUSE.index("## House words")]
MADE = ("build/", "my_work/", ".venv/")  # not there in a fresh clone


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_a_page_names_is_there(page):
    text = (ROOT / page).read_text("utf-8")
    links = [(ROOT / page).parent / path for path in re.findall(r"\]\(([^):]+)\)", text)]
    # Not those with a part to be filled in: course_utils/cases/<case>/.
    named = re.findall(r"(?<![\w/.])(?:[\w.-]+/)++[\w.-]*+(?![<*])", text)
    rooms = {path.name for path in ROOT.iterdir()}
    paths = [ROOT / path.rstrip(".") for path in named if path.split("/")[0] in rooms]
    paths = [path for path in paths if not path.relative_to(ROOT).as_posix().startswith(MADE)]
    assert [path for path in links + paths if not path.exists()] == []


def test_the_house_has_a_line_for_every_module():
    shared = [path for path in PACKAGE.rglob("*.py") if path.parents[1] != PACKAGE / "cases"]
    here = {path.name for path in shared} - {"__init__.py", "words.py"}
    told = set(re.findall(r"`(?:\w+/)?(\w+\.py)`", ROOMS)) - {"words.py", "start.py"}
    of_a_case = {"world.py", "exercises.py"}
    assert told - of_a_case == here
