"""How a chapter's tests hold every number in its words to the world, the data or the method.

A claim is a wording, with the stated numbers as its groups, and a check of what they say. A
number in figures that no claim covers is found loose, so that a new sentence brings its check.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

SOURCES = Path(__file__).parents[1] / "notebooks" / "source"
FIGURES = r"(\d[\d,]*(?:\.\d+)?)"
Check = Callable[..., None]


class Claim(NamedTuple):
    """A wording in one of the texts; the check takes the numbers in the wording's groups."""

    text: str
    wording: str
    check: Check


@dataclass
class Claims:
    """Texts by name, the claims on them, and what numbers spelt out mean."""

    texts: Mapping[str, str]
    spelt: Mapping[str, float]
    all: list[Claim] = field(default_factory=list)

    def __call__(self, text: str, *wordings: str) -> Callable[[Check], Check]:
        """Declare what wordings say. In a wording, `#` is a number in figures."""

        def declare(check: Check) -> Check:
            self.all.extend(Claim(text, said.replace("#", FIGURES), check) for said in wordings)
            return check

        return declare

    def places(self, claim: Claim) -> list[re.Match[str]]:
        """Where a claim's wording stands."""
        return list(re.finditer(claim.wording, self.texts[claim.text]))

    def hold(self, claim: Claim) -> None:
        """Check a claim wherever it is made."""
        places = self.places(claim)
        assert places, f"no longer said in the {claim.text}: mend the wording of its claim"
        for place in places:
            claim.check(*map(self.number, place.groups()))

    def number(self, said: str) -> float:
        """A number in figures or in words."""
        return self.spelt.get(said.lower()) or float(said.replace(",", ""))

    def loose(self, text: str, no_claim: list[str]) -> list[str]:
        """The numbers of a text that no claim covers, each with the words around it.

        `no_claim` are wordings whose numbers state nothing about the world: names, lists.
        """
        said = self.texts[text]
        known = [place.span() for c in self.all if c.text == text for place in self.places(c)]
        known += [p.span() for words in no_claim for p in re.finditer(words, said)]
        return [
            said[max(0, figure.start() - 40) : figure.end() + 30]
            for figure in re.finditer(FIGURES, said)
            if not any(start <= figure.start() and figure.end() <= end for start, end in known)
        ]


def prose(name: str) -> str:
    """What a source says outside its code, on one line."""
    text = (SOURCES / name).read_text(encoding="utf-8")
    text = re.sub(r"\A---\n.*?\n---\n|```\{code-cell\}.*?```", "", text, flags=re.DOTALL)
    return " ".join(text.split())


def all_words(said: object) -> str:
    """Every sentence of a file of words, without what a check fills in."""
    if isinstance(said, dict):
        return " ".join(map(all_words, said.values()))
    if isinstance(said, list):
        return " ".join(map(all_words, said))
    if type(said) in (int, float):
        return ""  # an end of a range in a quiz
    return re.sub(r"\{.*?\}", "…", str(said))
