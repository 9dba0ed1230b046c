"""Every number that chapter 7 states in words is the world's, the data's or the method's."""

import pandas as pd

from course_utils.cases.your_shop import case
from course_utils.cases.your_shop.exercises import END, MONTH
from course_utils.cases.your_shop.world import World
from course_utils.shop.profiles import profiles
from tests.claims import Claims

WORLD = World()
MONTH_DAYS = MONTH.days
# Of Tmall there are two files, and one profile is the course's own form.
PLATFORMS = {profile.name.partition("_")[0] for profile in profiles()} - {"course"}


def answer(name: str) -> float:
    """The right answer of an exercise."""
    return float(case.book.evaluate(case.book.items[name].answer, case.load))


claims = Claims(
    "your_shop",
    no_claim={
        "chapter": [r"Seen in the wild.*?others 2016\\)".replace("\\\\", "\\"), r"low=18, high=26",
                    r"of a hundred", r"by chance", r"Thirty minutes"],
        "words": [r"times 100\b", r"王\*\*", r"3\.5535E\+18", r"19 digits", r"900 buyers", r"23%",
                  r"21 to 25%", r"0 to 100%", r"± 1\.8 times", r"`orders_november"],
        "dictionary": [r"31 (December|March) 202[56]", r"of November 2025"],
    },
    facts={"terms": ["订单导出", "哈希", "退款", "店铺体检"]},
)  # fmt: skip


@claims("chapter")
def the_shop():
    slide = round(answer("ever_again"))
    monthly = [END - number * MONTH for number in range(10, 0, -1)]
    return {
        r"\*\*#% of our customers come back": slide,
        r"\*#% of our customers come back": slide,
        r"The slide says #\.": lambda said: (
            said == slide == case.book.items["again_in_january"].claim
        ),
        r"customers of the last # days of the year": MONTH_DAYS,
        r"in the # days that follow": MONTH_DAYS,
        r"whose first order is # days old or more on 1 January": lambda days: days
        == 2 * MONTH_DAYS,
        r"on # January, how many": END.day,
        r"again within # days of it": 2 * MONTH_DAYS,
        r"orders that are # days old or more": MONTH_DAYS,
        r"ends on # December": (END - pd.Timedelta(days=1)).day,
        r"The last # days of it have buyers whose next # days": (MONTH_DAYS, MONTH_DAYS),
        r"again in those # days": MONTH_DAYS,
        r"who ordered in # days, and how many of these ordered in the next #": (
            MONTH_DAYS, MONTH_DAYS,
        ),
        r"for (ten) months that are over": len(monthly),
        r"exports of (ten) platforms": len(PLATFORMS),
        r"last # days' buyers who order in the next #": (MONTH_DAYS, MONTH_DAYS),
        r"Six brands were ours": True,
        r"(Six) questions": len(case.words["quiz"]),
    }  # fmt: skip


@claims("words")
def the_words():
    return {
        r"Who came back within # days": 2 * MONTH_DAYS,
        r"had the same # days": 2 * MONTH_DAYS,
        r"before # November: # days before # January #": lambda *said: (
            pd.Timestamp(2025, 11, int(said[0])) == END - 2 * MONTH and said[1] == 60
        ),
        r"at most # days after it": 2 * MONTH_DAYS,
        r"less than # days so far": 2 * MONTH_DAYS,
        r"the same # days\.": 2 * MONTH_DAYS,
        r"before # December #": lambda day, year: (
            pd.Timestamp(int(year), 12, int(day)) == END - MONTH
        ),
        r"orders of the last # days": MONTH_DAYS,
        r"The slide's #% counts": round(answer("ever_again")),
        r"within # days of a first order": 2 * MONTH_DAYS,
    }
