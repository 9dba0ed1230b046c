"""A decision for one of several options."""

import pytest

from course_utils.exercises.kinds import OneOf, Unreadable
from course_utils.exercises.workbook import Workbook

KIND = OneOf(("never", "month 4, large"))


@pytest.mark.parametrize(
    "given", ["month 4, large", " Month 4,  LARGE ", ["month 4, large"], ("month 4, large",)]
)
def test_a_name_is_read_however_it_is_typed(given: object) -> None:
    assert KIND.read(given) == "month 4, large"


@pytest.mark.parametrize("given", ["month 5", "", [], ["never", "never"], None, 4, {"never"}])
def test_what_is_none_of_the_options_gets_a_sentence(given: object) -> None:
    with pytest.raises(Unreadable, match="never"):
        KIND.read(given)


def test_an_option_reads_back_as_it_is_typed() -> None:
    for option in KIND.options:
        assert KIND.read(eval(KIND.source(option))) == option
        assert KIND.show(option) == option


def test_a_choice_is_solved_by_its_best_option() -> None:
    book = Workbook(chapter=9)

    @book.choice(("never", "now"))
    def profits() -> dict[str, float]:
        return {"never": 1.0, "now": 2.0}

    assert book.items["profits"].solution() == ("", "'now'")
