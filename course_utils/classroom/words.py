"""The words that the exercise engine itself says, apart from its logic.

What a case says stands in its own `words.en.toml`, read by `read_words`.
"""

import sys
import tomllib
from pathlib import Path
from typing import Any

NOT_ATTEMPTED = "Put your answer where ____ stands and run the cell again.{hint}"
STUCK = ' Stuck? case.hint("{name}")'
WRONG = "{given} is not it.{hint}"
GENERAL_SLIPS = {
    "rounded": "Right so far; one more digit, please.",
    "share": "Right idea, given as a share. Out of 100 it is a hundred times that: try it.",
    "sign": "Right size, wrong sign: which of the two do you subtract from which?",
    "share_and_sign": (
        "Right size, given as a share and with the wrong sign. Which of the two do you subtract "
        "from which? And out of 100 it is a hundred times that."
    ),
    "hundredth": "Right digits, a hundred times too small: look at the unit that is asked for.",
    "hundredfold": "Right digits, a hundred times too large: is it multiplied by 100 twice?",
    "thousandth": "Right digits, a thousand times too small: look at the unit that is asked for.",
    "thousandfold": "Right digits, a thousand times too large: look at the unit that is asked for.",
    "millionth": "Right digits, a million times too small: look at the unit that is asked for.",
    "millionfold": "Right digits, a million times too large: look at the unit that is asked for.",
    "bins": "Your bars are cut differently. Use the bins that the cell above makes: `bins=bins`.",
    "places": (
        "The heights are right, but the bars stand at other places of the axis. Draw them with "
        "`bins=bins`."
    ),
}
OTHER_ITEM = {
    "Exercise": "{name} is an exercise: case.check({name!r}, …)",
    "VerdictQuestion": "{name} is a verdict: case.verdict({name!r}, low=…, high=…)",
    "Decision": "{name} is a decision: case.decide({name!r}, …)",
}
GROUPS = {"Exercise": "exercise", "VerdictQuestion": "verdict", "Decision": "decision"}
UNKNOWN_ID = "There is no {what} {id} in this chapter. There are: {known}."
NO_TARGET = "{name} asks for no figure."
LAST_HINT = "That was the last hint. The solution is yours for the asking: case.solution({name!r})"
HINT_COUNT = "Hint {n} of {total}. {hint}"
SOLUTION = "One way to do it:"
VERDICT_BLANK = (
    "Give a low and a high end; you should be ready to bet on the range nine times in ten."
)
VERDICT_KEPT = "Your range, {range}. To see the truth: case.reveal({name!r})"
VERDICT_LOCKED = (
    "The truth is already on the table, so your committed range stays as it was: {range}."
)
RANGE_POINT = (
    "Your range has no width: it is {low} and nothing else. Give two ends between which you would "
    "bet nine times in ten. Or run it again, if you mean it."
)
RANGE_SHARES = "That reads as shares: did you mean {meant}? Run it again as you mean it."
RANGE_SMALL = (
    "That is less than a hundredth of what the slide says, {claim}: is your range in {unit}? "
    "Run it again as you mean it."
)
RANGE_LARGE = (
    "That goes beyond a hundred times what the slide says, {claim}: is your range in {unit}? "
    "Run it again as you mean it."
)
REVEAL_FIRST = (
    "Commit to a range first: case.verdict({name!r}, low=…, high=…). Then the truth is yours."
)
SCORE = "Interval score: {score} (its width, and a fine for missing; less is better)."
SCORE_BESIDE = (
    "Interval score: {score}, a careful analyst's {careful} "
    "(the range's width, and a fine for missing; less is better)."
)
CLAIM = "the slide"
CAREFUL = "a careful analyst"
YOU = "you"
TRUTH = "the truth: {truth}"
REVEALED = "The slide says {claim}; your range is {range}; the truth in this world is {truth}."
DECISION_BLANK = "Choose first; then you see what it earns against the best choice in this world."
DECISION_LOCKED = "Your first choice counts, and stays on record: {first}."
PROGRESS = "{done} of {all} done in this chapter."
REGRET = "Your decisions here gave up {regret}."
QUIZ_SCORE = "Quiz: {right} of {of} right."
STILL_OPEN = "Still open: {items}."
CLASS_CODE = "In a class? Write your name before this code and give it to your instructor:"
MISSING_FILE = (
    "The file {file} is missing or can't be read. Make it again with `{command}`; "
    "your answers are not touched."
)
DAMAGED_FILE = (
    "The file {file} is not as the course made it ({found:,} bytes, it should be {wanted:,}). "
    "Make it again with `{command}`; your answers are not touched."
)
UNKNOWN_TABLE = "There is no table {name!r} in this chapter. There are: {known}."
REBUILD = f"python{'' if sys.platform == 'win32' else '3'} start.py data"
ANSWER_IN = "Your answer in {unit}, then Enter"
NOT_A_NUMBER = "Give one number in {unit}, such as 12 or 12.5; you wrote {written!r}."
RESET = "Reset"
LAB_FAILED = "These settings can't be worked out: {error}. The figure shows the last that could."
FAILED = "That could not be done ({reason}). What was here before is as it was."
LONGEST_REASON = 200  # letters of what the computer says about a failure
LOST_CONTROLS = (
    "If the controls do nothing, the kernel was restarted: run the cells above "
    '(in the menu Run, "Run All Above Selected Cell"), then this one.'
)


def read_words(folder: Path) -> dict[str, Any]:
    """A case's words, from its `words.en.toml`."""
    return tomllib.loads((folder / "words.en.toml").read_text(encoding="utf-8"))
