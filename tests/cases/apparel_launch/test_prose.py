"""What chapter 1 states in words is the world's, the data's or the method's.

A claim is a wording that must stand in the text, with the stated number as its group, and what
the number should be. The test fails when the wording goes as well as when the number is off.
"""

import re
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from course_utils.analysis import choice_model
from course_utils.cases import apparel_launch
from course_utils.cases.apparel_launch import case
from course_utils.cases.apparel_launch.launch_model import LATER_MONTHS, Plan
from course_utils.cases.apparel_launch.launch_planner import FUTURES
from course_utils.cases.apparel_launch.world import (
    BUDGETS,
    OPENINGS,
    PLATFORMS,
    World,
    market,
    next_customer,
    return_rate,
)

SOURCE = Path(__file__).parents[3] / "notebooks" / "source" / "01_apparel_launch.md"
DICTIONARY = Path(apparel_launch.__file__).parent / "tables.en.toml"
TEXT = SOURCE.read_text(encoding="utf-8")
PROSE = " ".join(re.sub(r"```\{code-cell\}.*?```", "", TEXT, flags=re.DOTALL).split())
CODE = re.findall(r"```\{code-cell\}\n(.*?)```", TEXT, flags=re.DOTALL)
WORLD = World()


def flattened(said: object) -> str:
    if isinstance(said, dict):
        return " ".join(map(flattened, said.values()))
    return " ".join(map(flattened, said)) if isinstance(said, list) else str(said)


WORDS = flattened(case.words)
TABLES = flattened(tomllib.loads(DICTIONARY.read_text(encoding="utf-8")))


def stated(text: str, wording: str) -> float:
    """The number in a wording's group; the wording must be in the text."""
    found = re.search(wording, text)
    assert found, f"no longer in the text: {wording}"
    return float(found[1].replace(",", ""))


def sales() -> pd.DataFrame:
    return case.load("sales")


def added_up() -> pd.DataFrame:
    return case.load("price_test").drop(columns="date").groupby("price").sum()


def order_margin(price: float, returns: float) -> float:
    kept = 1 - returns
    piece = kept * (price - WORLD.cost_piece) - WORLD.shipping - WORLD.cost_return * (1 - kept)
    return (1 + WORLD.more_pieces) * piece


# The headlines and the year -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("wording", "wanted"),
    [
        (r"people are \*\*(\d+)% more\*\* price-sensitive", 100),
        (r"Hardly more than the trial price of (\d+) yuan", WORLD.trial_price),
        (r"The star is the brand's own jacket: (\d+) yuan", WORLD.regular_price),
        (r"asked about prices up to (\d+) yuan", case.load("choice_survey")["price"].max()),
        (r"Nothing comes back after (\d+) days", WORLD.return_last),
        (r"39 yuan, (\d+), or the list price of 89", WORLD.test_prices[1]),
        (r"or the list price of (\d+)\.", WORLD.regular_price),
        (r"if goods and parcel cost (\d+) yuan a piece", WORLD.cost_piece + WORLD.shipping),
        (r"The critics say −(\d+)", 50),
        (r"lives each plan in ([\d,]+) futures", FUTURES),
        (r"Small is ([\d,]+) yuan of advertising a month", 1_000 * BUDGETS["small"]),
        (r"advertising a month, large ([\d,]+)\.", 1_000 * BUDGETS["large"]),
        (r"\*\*([\d,]+) pieces a month\*\* \(月销10万件\)", 100_000),
        (r"\*\*(\d+) million yuan\*\* in year one", 50),
    ],
)
def test_a_number_of_the_text_is_the_worlds(wording, wanted):
    assert stated(PROSE, wording) == wanted


def test_the_deck_and_the_verdicts_claim_the_same():
    claims = {id: item.claim for id, item in case.book.items.items() if hasattr(item, "claim")}
    assert claims == {
        "channel_premium": 100,
        "net_revenue": 50,
        "next_on_douyin": 38,
        "later_uplift": -50,
    }
    weeks = case.load("acquisition").dropna()
    douyin = weeks[weeks["platform"] == "Douyin"]
    average = douyin["spend"].sum() / douyin["new_customers"].sum()
    assert stated(PROSE, r"The year's average says (\d+) yuan\. \*\*What does the next") == round(
        average
    )


def test_a_thousand_people_made_eight_choices():
    assert "A thousand people were shown two jackets at a time, eight times each" in PROSE
    survey = case.load("choice_survey")
    assert (survey["respondent"].nunique(), survey["task"].max()) == (1_000, 8)


def test_a_sample_of_one_order_in_forty():
    assert "A sample of one order in forty" in PROSE
    assert "about one in forty" in TABLES
    assert sales()["orders"].sum() / len(case.load("orders")) == pytest.approx(40, rel=0.1)


def test_the_rule_ran_for_five_weeks_from_6_august():
    assert "On 6 August Pinduoduo changed its ranking for five weeks" in PROSE
    weeks = case.load("acquisition").query("rule_change == 1")
    assert weeks["date"].min() == "2025-08-06"
    assert len(weeks) == 5
    assert set(weeks["platform"]) == {"Pinduoduo"}


def test_a_rule_took_more_than_a_quarter_of_two_yuan_in_three():
    assert "With two yuan in three on one platform, one rule took more than a quarter" in WORDS
    gmv = sales().groupby("platform")["gmv"].sum()
    assert gmv["Pinduoduo"] / gmv.sum() == pytest.approx(2 / 3, abs=0.04)
    daily = sales().groupby("date")["gmv"].sum()
    before, after = daily["2025-07-02":"2025-08-05"].sum(), daily["2025-08-06":"2025-09-09"].sum()
    assert 0.25 < 1 - after / before < 0.33


def test_not_in_any_month_did_a_hundred_thousand_pieces_stay():
    assert "not in the best month, and not in any other" in WORDS
    pieces = sales().groupby(sales()["date"].str[:7])["pieces"].sum()
    assert (pieces * (1 - return_rate(WORLD, "Pinduoduo", "trial"))).max() < 100_000


def test_the_elasticity_of_the_example_is_pinduoduos():
    said = stated(PROSE, r"An \*\*elasticity\*\* \(弹性\) of (0\.\d) says")
    assert said == pytest.approx(WORLD.elasticity[PLATFORMS.index("Pinduoduo")], abs=0.05)
    assert stated(PROSE, r"1% more money, (0\.\d)% more customers") == said


def test_a_first_order_leaves_about_fourteen_yuan_and_a_later_one_less_than_forty():
    assert "A first order leaves about fourteen yuan" in PROSE
    assert "A later order leaves less than forty yuan" in PROSE
    meets = market(WORLD)
    for platform in range(2):
        first = order_margin(meets.first_price[platform], WORLD.returns_trial[platform])
        later = WORLD.regular_price * WORLD.coupons
        assert first == pytest.approx(14, abs=1.5)
        assert 20 < order_margin(later, WORLD.returns_regular[platform]) < 40


def test_the_low_price_sells_nearly_three_times_for_a_fraction_of_the_margin():
    assert "nearly three times the buyers, and a fraction of the margin" in PROSE
    rate = added_up()["buyers"] / added_up()["visitors"]
    assert 2.5 < rate[39] / rate[89] < 3
    assert (39 - 33) * rate[39] < 0.4 * (89 - 33) * rate[89]


def test_a_later_orders_half_year_is_the_decisions():
    assert "six months of later orders" in PROSE
    assert LATER_MONTHS == 6
    assert "out of months 1, 4 and 8" in PROSE
    assert {plan.opens for plan in OPENINGS.values()} == {1, 4, 8, Plan().opens}


def test_the_quizs_sums_come_out():
    implied = stated(WORDS, r"(41\.7) yuan\. It takes ten seconds")
    assert implied == pytest.approx(50_000_000 / 1_200_000, abs=0.05)
    average = stated(WORDS, r"customer is (\d+) yuan now, its elasticity 0\.5")
    assert average == stated(WORDS, r"(\d+) ÷ 0\.5\. The average looked half as dear")
    ranges = next(
        question["ranges"] for question in case.words["quiz"].values() if "ranges" in question
    )
    right = next(one for one in ranges if one.get("right"))
    assert right["from"] < average / 0.5 < right["to"]
    named = next(one for one in ranges if one["say"].startswith("That is the average"))
    assert named["from"] < average < named["to"]


def test_the_shares_of_the_shelf_hold_line_2_in_both_channels():
    assert "So line 2 holds in *both* channels" in PROSE
    for _, rows in case.load("choice_survey").groupby("channel"):
        fit = choice_model(rows, ["price", "quality", "premium"])
        offers = pd.DataFrame(
            {"price": [49, 89, 155, 330], "quality": [3.4, 4, 4.2, 4.6], "premium": [0, 0, 0, 1]}
        )
        utility = offers.to_numpy() @ fit.table["coefficient"].to_numpy()
        share = np.exp(utility) / np.exp(utility).sum()
        assert share[1] > 0.25
        assert share[3] < 0.05


# The rhythm ---------------------------------------------------------------------------------


def test_the_instructors_minutes_add_up():
    minutes = map(int, re.findall(r"\*\*Instructor · .*? · (\d+) minutes\.\*\*", PROSE))
    assert sum(minutes) == stated(PROSE, r"enters e-commerce\. (\d+) minutes") == 85


@pytest.mark.parametrize(
    "term",
    ["战略规划", "性价比", "快时尚+高性价比", "社交电商", "拼多多", "抖音", "低价引流",
     "月销10万件",
     "年营收5000万元", "竞品分析", "支付意愿", "定位图", "成交总额", "退货", "删失", "获客成本",
     "流量变贵", "弹性", "边际成本", "薅羊毛", "集中度风险", "复盘", "用户数据", "固定成本"],
)  # fmt: skip
def test_a_term_stands_beside_its_english(term):
    assert term in PROSE


def test_every_item_is_asked_in_its_order():
    asked = re.findall(r'case\.(?:check|verdict|decide)\("(\w+)"', "".join(CODE))
    assert asked == list(case.book.items)
    revealed = re.findall(r'case\.reveal\("(\w+)"', "".join(CODE))
    assert revealed == ["channel_premium", "net_revenue", "next_on_douyin", "later_uplift"]


def test_presets_that_the_instructor_names_are_there():
    named = re.search(r"presets in this order: (.*?)\. To land", PROSE)
    assert named
    names = re.findall(r"\*(.*?)\*", named[1])
    assert names == list(case.words["lab"]["planner"]["presets"].values())


def test_code_cells_are_short():
    lines = [len([line for line in cell.splitlines() if line.strip()]) for cell in CODE]
    assert np.mean([count <= 7 for count in lines]) >= 0.9
    assert max(lines) <= 8
    assert max(len(line) for cell in CODE for line in cell.splitlines()) <= 100


def test_the_last_six_costs_are_the_agencys():
    assert "The last six lines of the costs say what an agency knows" in PROSE
    items = case.load("plan_costs")["item"]
    assert items.tail(6).str.startswith("store, ").all()
    assert items.tail(8).head(2).tolist() == ["store, opening", "store, team"]


def test_the_recap_mirrors_the_objectives():
    first, last = (
        re.findall(r"^\d\. \*(\w+)\*", part, flags=re.MULTILINE)
        for part in (TEXT.split("## Before you look")[0], TEXT.split("## Recap")[1])
    )
    assert [verb.lower() for verb in first] == last
    assert len(first) == 6


def test_the_deck_is_not_more_right_than_the_world():
    # The story's turn: the average is far from the next one, on Douyin only.
    assert next_customer(WORLD) > 2 * 38
