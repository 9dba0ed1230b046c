"""A poll of a quiz question: the class votes by letter, talks it over, and votes again."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.ticker import MaxNLocator

from course_utils.course import chats, words
from course_utils.course.answers import Answers
from course_utils.course.steps import Steps
from course_utils.figures.picture import Picture
from course_utils.figures.style import DATA, GOOD, panels

LETTERS = "ABCD"


def can_be_polled(question: Mapping[str, Any]) -> bool:
    """Whether it has choices, and a letter for each."""
    return 0 < len(question.get("choices", [])) <= len(LETTERS)


class Poll(Steps):
    """The votes of a class on a quiz question, first and second."""

    _held = ("_votes",)

    def __init__(self, question: Mapping[str, Any]) -> None:
        super().__init__()
        self.ask: str = question["ask"]
        self.choices = dict(zip(LETTERS, question["choices"], strict=False))

    def begin(self) -> None:
        """Nobody has voted yet."""
        first = Answers(chats.letter, words.votes, words.no_one_letter)
        self._votes = (first, first.sequel())

    def __len__(self) -> int:
        return sum(len(vote) for vote in self._votes)

    def read(self, text: str, *, second: bool) -> str:
        """Take in the letters of a paste as votes of this round; what came of it."""
        return self._votes[second].read(text)

    def counts(self) -> list[Counter[str]]:
        """How many voted for each letter, in the first vote and in the second."""
        return [Counter(letter for _, letter in vote.given()) for vote in self._votes]

    def table(self) -> pd.DataFrame:
        """One row a person: the first vote and the second."""
        first, second = (dict(vote.given()) for vote in self._votes)
        rows = [(name, first.get(name), second.get(name)) for name in first | second]
        return pd.DataFrame(rows, columns=["name", "first", "second"])

    def picture(self, *, revealed: bool) -> Picture:
        """Bars of the first vote beside those of the second; once revealed, which is right."""
        figure, both = panels((1, 1), height=208)
        titles = (words.first_vote, words.second_vote)
        colours = [GOOD if revealed and one.get("right") else DATA for one in self.choices.values()]
        said = []
        for axes, title, count in zip(both, titles, self.counts(), strict=True):
            votes = [count[letter] for letter in self.choices]
            axes.barh(range(len(votes)), votes, color=colours)
            axes.set_yticks(range(len(votes)), list(self.choices))
            axes.invert_yaxis()
            axes.set(xlabel=words.trainees, xlim=(0, max(1, *self._most())))
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            axes.grid(axis="y", visible=False)
            axes.set_title(title)
            listed = ", ".join(f"{letter} {count[letter]}" for letter in self.choices)
            said.append(f"{title}: {listed}.")
        if revealed:
            said.append(self.outcome())
        return Picture(figure, " ".join(said))

    def _most(self) -> list[int]:
        return [max(count.values(), default=0) for count in self.counts()]

    def outcome(self) -> str:
        """Which letter is right, and why."""
        right = next(letter for letter, one in self.choices.items() if one.get("right"))
        return words.right_letter.format(letter=right, say=self.choices[right]["say"])
