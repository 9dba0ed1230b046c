"""Chapter 5: what it asks, the answers, and the slips that people really make.

The source of an answer is what `case.solution` shows, so it is written for a trainee's eyes.
"""

from typing import Any

import numpy as np
import pandas as pd

from course_utils.analysis import encouragement_effect, fit_retention, open_points
from course_utils.cases.restaurant_membership import world
from course_utils.cases.restaurant_membership.membership_designer import expected_of_programmes
from course_utils.cases.restaurant_membership.world import PROGRAMMES, TEST, World
from course_utils.exercises.kinds import Bars, Drawing, Guess, Number
from course_utils.exercises.workbook import Workbook

Frame = Any  # a pandas DataFrame; its stubs would want a cast at every sum of a column

book = Workbook(chapter=5)

# A name that the notebook imports, so that its cells stay short.
card: dict[str, Any] = {"invited": "invited", "joined": "member", "outcome": "visits"}
# The price list's yuan, as the chapter's text repeats them.
VISIT, CONTACT = 76, 24

# Tables derived from others, as the notebook derives them -----------------------------------


@book.view
def spring(regulars: Frame) -> Frame:
    """The service list of spring, on which everybody was served."""
    return regulars[regulars["season"] == "spring"]


@book.view
def autumn(regulars: Frame) -> Frame:
    """The service list of autumn, of which chance chose half."""
    return regulars[regulars["season"] == "autumn"]


@book.view
def bins() -> np.ndarray:
    """The edges of the bars of the bills, yuan."""
    return np.arange(100, 301, 10)


@book.view
def ledger(points: Frame) -> Frame:
    """One row a block of points."""
    return points.drop_duplicates()


@book.view
def today() -> pd.Timestamp:
    """The day on which the points were exported."""
    return pd.Timestamp(world.TODAY)


@book.view
def ordered(dish_test: Frame) -> pd.Series:
    """The share of member visits that ordered the dish, by price."""
    sums = dish_test.groupby("price")[["dishes", "member_visits"]].sum()
    return sums["dishes"] / sums["member_visits"]


@book.view
def slope(ordered: Any) -> float:
    """The log by which a yuan more moves the share of visits that order the dish."""
    return float(np.polyfit(ordered.index, np.log(ordered), 1)[0])


@book.view
def offered(newcomers: Frame) -> Frame:
    """The beauty brand's newcomers of the arms nothing and gift, with their profit."""
    rows = newcomers[newcomers["arm"] != "ladder"]
    profit = rows["margin"] - rows["cost"]
    return rows.assign(gift=(rows["arm"] == "gift").astype(int), profit=profit)


def _range(values: Any) -> tuple[float, float]:
    """The 90% interval of a mean, each row taken for independent."""
    return values.mean() - 1.645 * values.sem(), values.mean() + 1.645 * values.sem()


def _apart(first: Any, second: Any) -> tuple[float, float]:
    """The 90% interval of the difference of two means, each row taken for independent."""
    middle, error = first.mean() - second.mean(), np.hypot(first.sem(), second.sem())
    return middle - 1.645 * error, middle + 1.645 * error


# Members and the card -----------------------------------------------------------------------


@book.exercise(Guess(0, 4, "visits"))
def lead_of_the_card() -> float:
    return 2  # any number is as good as another; this one is half of the lead


@book.exercise(Number("percent", within=0.5, digits=0))
def members_lead(diners: Frame) -> float:
    visits = diners.groupby("member")["visits"].mean()
    return 100 * (visits[1] / visits[0] - 1)


@book.slip("members_lead", "ratio")
def _(diners: Frame) -> float:
    visits = diners.groupby("member")["visits"].mean()
    return visits[1] / visits[0]


@book.slip("members_lead", "ratio_in_percent")
def _(answer: float) -> float:
    return 100 + answer


@book.slip("members_lead", "visits_more")
def _(diners: Frame) -> float:
    visits = diners.groupby("member")["visits"].mean()
    return visits[1] - visits[0]


@book.slip("members_lead", "wrong_base")
def _(diners: Frame) -> float:
    visits = diners.groupby("member")["visits"].mean()
    return 100 * (1 - visits[0] / visits[1])


@book.slip("members_lead", "before")
def _(diners: Frame) -> float:
    visits = diners.groupby("member")["visits_before"].mean()
    return 100 * (visits[1] / visits[0] - 1)


# Wide enough for the same with what was known before taken out, which is as right.
@book.exercise(Number("visits", within=0.08))
def effect_of_joining(diners: Frame) -> float:
    sides = diners.groupby("invited")[["visits", "member"]].mean()
    difference = sides.loc[1] - sides.loc[0]
    return difference["visits"] / difference["member"]


@book.slip("effect_of_joining", "as_in_the_code")
def _(diners: Frame) -> float:
    joined = diners[(diners["invited"] == 1) & (diners["member"] == 1)]
    others = diners[(diners["invited"] == 0) & (diners["member"] == 0)]
    return joined["visits"].mean() - others["visits"].mean()


@book.slip("effect_of_joining", "everybody_invited")
def _(diners: Frame) -> float:
    visits = diners.groupby("invited")["visits"].mean()
    return visits[1] - visits[0]


@book.slip("effect_of_joining", "joined_anyway")
def _(diners: Frame) -> float:
    sides = diners.groupby("invited")[["visits", "member"]].mean()
    return (sides.loc[1, "visits"] - sides.loc[0, "visits"]) / sides.loc[1, "member"]


@book.slip("effect_of_joining", "before_and_after")
def _(diners: Frame) -> float:
    change = (diners["visits"] - diners["visits_before"]).groupby(diners["member"]).mean()
    return change[1] - change[0]


def careful_membership(diners: Frame) -> tuple[float, float]:
    """A careful analyst's 90% interval for what joining adds, visits in half a year."""
    found = encouragement_effect(diners, **card, controls=["visits_before"])
    return round(found.low, 2), round(found.high, 2)


@book.verdict(
    "visits",
    claim=4.0,
    careful=careful_membership,
    account=lambda: world.membership_account(World()),
    guess="lead_of_the_card",
)
def membership_effect() -> float:
    return world.membership_effect(World())


@book.rival("membership_effect", "members_lead")
def _(diners: Frame) -> tuple[float, float]:
    member = diners["member"] == 1
    return _apart(diners.loc[member, "visits"], diners.loc[~member, "visits"])


@book.rival("membership_effect", "change")
def _(diners: Frame) -> tuple[float, float]:
    change, member = diners["visits"] - diners["visits_before"], diners["member"] == 1
    return _apart(change[member], change[~member])


@book.rival("membership_effect", "as_joined")
def _(diners: Frame) -> tuple[float, float]:
    joined = (diners["invited"] == 1) & (diners["member"] == 1)
    others = (diners["invited"] == 0) & (diners["member"] == 0)
    return _apart(diners.loc[joined, "visits"], diners.loc[others, "visits"])


# The service list ---------------------------------------------------------------------------


@book.exercise(Number("percent", within=0.4, digits=1))
def rise_by_itself(autumn: Frame) -> float:
    unserved = autumn[autumn["served"] == 0]
    return 100 * (unserved["after"].mean() / unserved["recent"].mean() - 1)


@book.slip("rise_by_itself", "served")
def _(autumn: Frame) -> float:
    served = autumn[autumn["served"] == 1]
    return 100 * (served["after"].mean() / served["recent"].mean() - 1)


@book.slip("rise_by_itself", "everybody")
def _(autumn: Frame) -> float:
    return 100 * (autumn["after"].mean() / autumn["recent"].mean() - 1)


@book.slip("rise_by_itself", "from_the_peak")
def _(autumn: Frame) -> float:
    unserved = autumn[autumn["served"] == 0]
    return 100 * (unserved["after"].mean() / unserved["earlier"].mean() - 1)


@book.slip("rise_by_itself", "ratio")
def _(answer: float) -> float:
    return 100 + answer


@book.slip("rise_by_itself", "times")
def _(answer: float) -> float:
    return 1 + answer / 100


@book.slip("rise_by_itself", "visits")
def _(autumn: Frame) -> float:
    unserved = autumn[autumn["served"] == 0]
    return unserved["after"].mean() - unserved["recent"].mean()


def careful_service(autumn: Frame, all_regulars: Frame) -> tuple[float, float]:
    """The test's share more visits, carried over to regulars who come as often as they do."""
    found = encouragement_effect(
        autumn, invited="served", joined="served", outcome="after", controls=["earlier", "recent"]
    )
    listed = autumn.loc[autumn["served"] == 0, "after"].mean()
    often = all_regulars["after"].mean()
    low, high = (76 * often * visits / listed - 24 for visits in (found.low, found.high))
    return round(low, 1), round(high, 1)


@book.verdict(
    "yuan",
    claim=79.0,
    careful=careful_service,
    account=lambda: world.service_account(World()),
)
def service_profit() -> float:
    return world.service_profit(World())


@book.rival("service_profit", "spring_list")
def _(spring: Frame) -> tuple[float, float]:
    return _range(VISIT * (spring["after"] - spring["recent"]) - CONTACT)


@book.rival("service_profit", "served")
def _(autumn: Frame) -> tuple[float, float]:
    served = autumn[autumn["served"] == 1]
    return _range(VISIT * (served["after"] - served["recent"]) - CONTACT)


@book.rival("service_profit", "on_the_list")
def _(autumn: Frame) -> tuple[float, float]:
    yuan, served = VISIT * autumn["after"], autumn["served"] == 1
    low, high = _apart(yuan[served], yuan[~served])
    return low - CONTACT, high - CONTACT


# Bills and points ---------------------------------------------------------------------------


@book.exercise(Drawing())
def bills_histogram(bills: Frame, bins: np.ndarray) -> object:
    members = bills[bills["member"] == 1]
    return members["amount"].plot.hist(bins=bins)


@book.slip("bills_histogram", "everybody")
def _(bills: Frame, bins: np.ndarray) -> Bars:
    return Bars.counted(bills["amount"], bins)


@book.slip("bills_histogram", "non_members")
def _(bills: Frame, bins: np.ndarray) -> Bars:
    return Bars.counted(bills.loc[bills["member"] == 0, "amount"], bins)


@book.slip("bills_histogram", "yuan")
def _(bills: Frame, bins: np.ndarray) -> Bars:
    amount = bills.loc[bills["member"] == 1, "amount"]
    return Bars.counted(amount, bins, weights=amount)


@book.exercise(Number("of 100", within=1, digits=0))
def coupons_for_nothing(bills: Frame) -> float:
    reaches = (bills["amount"] >= 200).groupby(bills["member"]).mean()
    return 100 * reaches[0] / reaches[1]


@book.slip("coupons_for_nothing", "points")
def _(bills: Frame) -> float:
    reaches = (bills["amount"] >= 200).groupby(bills["member"]).mean()
    return 100 * (reaches[1] - reaches[0])


@book.slip("coupons_for_nothing", "of_all_bills")
def _(bills: Frame) -> float:
    return 100 * (bills.loc[bills["member"] == 1, "amount"] >= 200).mean()


@book.slip("coupons_for_nothing", "without_a_card")
def _(bills: Frame) -> float:
    return 100 * (bills.loc[bills["member"] == 0, "amount"] >= 200).mean()


@book.slip("coupons_for_nothing", "counts")
def _(bills: Frame) -> float:
    reaches = (bills["amount"] >= 200).groupby(bills["member"]).sum()
    return 100 * reaches[0] / reaches[1]


@book.slip("coupons_for_nothing", "the_raised")
def _(bills: Frame) -> float:
    reaches = (bills["amount"] >= 200).groupby(bills["member"]).mean()
    return 100 * (1 - reaches[0] / reaches[1])


@book.exercise(Number("percent", within=0.2, digits=1))
def breakage(ledger: Frame, today: pd.Timestamp) -> float:
    age = (today - pd.to_datetime(ledger["earned"])).dt.days
    expired = ledger[age > 180]
    return 100 * expired["used"].isna().mean()


@book.slip("breakage", "open_ones_too")
def _(ledger: Frame) -> float:
    return 100 * ledger["used"].isna().mean()


@book.slip("breakage", "used")
def _(answer: float) -> float:
    return 100 - answer


@book.slip("breakage", "by_member")
def _(ledger: Frame, today: pd.Timestamp) -> float:
    age = (today - pd.to_datetime(ledger["earned"])).dt.days
    expired = ledger[age > 180]
    return 100 * expired["used"].isna().groupby(expired["member_id"]).mean().mean()


@book.slip("breakage", "of_the_open")
def _(ledger: Frame, today: pd.Timestamp) -> float:
    age = (today - pd.to_datetime(ledger["earned"])).dt.days
    return 100 * ledger.loc[age <= 180, "used"].isna().mean()


@book.slip("breakage", "of_the_unused")
def _(ledger: Frame, today: pd.Timestamp) -> float:
    age = (today - pd.to_datetime(ledger["earned"])).dt.days
    return 100 * (age[ledger["used"].isna()] > 180).mean()


@book.slip("breakage", "of_all_blocks")
def _(ledger: Frame, today: pd.Timestamp) -> float:
    age = (today - pd.to_datetime(ledger["earned"])).dt.days
    return 100 * ((age > 180) & ledger["used"].isna()).mean()


@book.exercise(Number("yuan", percent_within=1, digits=0))
def liability(ledger: Frame, today: pd.Timestamp) -> float:
    standing = open_points(ledger, today=today, term=180)
    return 20 * standing["probability"].sum()


@book.slip("liability", "face_value")
def _(ledger: Frame, today: pd.Timestamp) -> float:
    return 20 * len(open_points(ledger, today=today, term=180))


@book.slip("liability", "less_breakage")
def _(ledger: Frame, today: pd.Timestamp) -> float:
    age = (today - pd.to_datetime(ledger["earned"])).dt.days
    used = ledger.loc[age > 180, "used"].notna().mean()
    return 20 * used * len(open_points(ledger, today=today, term=180))


@book.slip("liability", "rows_twice")
def _(points: Frame, today: pd.Timestamp) -> float:
    return 20 * open_points(points, today=today, term=180)["probability"].sum()


@book.slip("liability", "all_unused")
def _(ledger: Frame) -> float:
    return 20 * ledger["used"].isna().sum()


@book.slip("liability", "points")
def _(answer: float) -> float:
    return 10 * answer


@book.slip("liability", "blocks")
def _(answer: float) -> float:
    return answer / 20


# The member dish ----------------------------------------------------------------------------


# Wide enough for 4.2% less with each yuan, taken again and again, in place of the logarithm.
@book.exercise(Number("yuan", within=0.4, digits=1))
def premium(slope: float) -> float:
    return np.log(0.70) / slope


@book.slip("premium", "thirty")
def _(slope: float) -> float:
    return np.log(0.30) / slope


@book.slip("premium", "decimal_log")
def _(slope: float) -> float:
    return np.log10(0.70) / slope


@book.slip("premium", "straight_line")
def _(ordered: Any) -> float:
    fall, _ = np.polyfit(ordered.index, ordered, 1)
    return 0.30 * ordered[48] / -fall


@book.slip("premium", "of_the_first_price")
def _(slope: float) -> float:
    return 0.30 / -slope


@book.slip("premium", "price")
def _(answer: float) -> float:
    return 48 + answer


@book.exercise(Number("yuan", within=0.3, digits=1))
def best_price(slope: float) -> float:
    cost = 22 + 18
    return cost - 1 / slope


@book.slip("best_price", "nothing_replaced")
def _(slope: float) -> float:
    return 22 - 1 / slope


@book.slip("best_price", "one_over_percent")
def _(slope: float) -> float:
    return 22 + 18 - 1 / (100 * slope)


@book.slip("best_price", "revenue")
def _(slope: float) -> float:
    return -1 / slope


@book.slip("best_price", "best_of_those_tried")
def _(ordered: Any) -> float:
    return ((ordered.index - 40) * ordered).idxmax()


@book.slip("best_price", "what_seventy_pay")
def _(slope: float) -> float:
    return 48 + np.log(0.70) / slope


# How long members stay ----------------------------------------------------------------------


@book.exercise(Number("yuan", percent_within=1, digits=0))
def member_value(tenure: Frame) -> float:
    return 42 * fit_retention(tenure).expected_periods(36)


@book.slip("member_value", "mean_member")
def _(tenure: Frame) -> float:
    churn = tenure["left"].sum() / tenure["months"].sum()
    return 42 / churn


@book.slip("member_value", "first_month")
def _(tenure: Frame) -> float:
    first = (tenure["months"] == 1) & (tenure["left"] == 1)
    return 42 / first.mean()


@book.slip("member_value", "so_far")
def _(tenure: Frame) -> float:
    return 42 * tenure["months"].mean()


@book.slip("member_value", "months")
def _(answer: float) -> float:
    return answer / 42


# The counter-case ---------------------------------------------------------------------------


@book.exercise(Number("points", within=0.05))
def still_customers(newcomers: Frame) -> float:
    stays = (newcomers["orders_91_180"] > 0).groupby(newcomers["arm"]).mean()
    return 100 * (stays["gift"] - stays["nothing"])


@book.slip("still_customers", "redeemers")
def _(newcomers: Frame) -> float:
    stays = newcomers["orders_91_180"] > 0
    redeemed = (newcomers["arm"] == "gift") & (newcomers["orders_90"] >= 3)
    return 100 * (stays[redeemed].mean() - stays[newcomers["arm"] == "nothing"].mean())


@book.slip("still_customers", "as_many_orders")
def _(newcomers: Frame) -> float:
    frequent = newcomers[newcomers["orders_90"] >= 3]
    stays = (frequent["orders_91_180"] > 0).groupby(frequent["arm"]).mean()
    return 100 * (stays["gift"] - stays["nothing"])


@book.slip("still_customers", "share_of_gift")
def _(newcomers: Frame) -> float:
    return 100 * (newcomers.loc[newcomers["arm"] == "gift", "orders_91_180"] > 0).mean()


@book.slip("still_customers", "relative")
def _(newcomers: Frame) -> float:
    stays = (newcomers["orders_91_180"] > 0).groupby(newcomers["arm"]).mean()
    return 100 * (stays["gift"] / stays["nothing"] - 1)


@book.slip("still_customers", "orders")
def _(newcomers: Frame) -> float:
    orders = newcomers.groupby("arm")["orders_91_180"].mean()
    return orders["gift"] - orders["nothing"]


def careful_gift(offered: Frame) -> tuple[float, float]:
    """All who were offered the gift beside all who were not, with a 90% interval."""
    gift = offered.loc[offered["gift"] == 1, "profit"]
    nothing = offered.loc[offered["gift"] == 0, "profit"]
    more, room = gift.mean() - nothing.mean(), 1.645 * np.hypot(gift.sem(), nothing.sem())
    return round(more - room, 1), round(more + room, 1)


@book.verdict(
    "yuan",
    claim=-7.3,
    careful=careful_gift,
    account=lambda: world.newcomer_account(World()),
)
def gift_profit() -> float:
    return world.gift_profit(World())


@book.rival("gift_profit", "redeemers")
def _(offered: Frame) -> tuple[float, float]:
    redeemed = (offered["gift"] == 1) & (offered["orders_90"] >= 3)
    return _apart(offered.loc[redeemed, "profit"], offered.loc[offered["gift"] == 0, "profit"])


@book.rival("gift_profit", "as_many_orders")
def _(offered: Frame) -> tuple[float, float]:
    frequent = offered[offered["orders_90"] >= 3]
    gift = frequent["gift"] == 1
    return _apart(frequent.loc[gift, "profit"], frequent.loc[~gift, "profit"])


@book.exercise(Number("percent", within=1, digits=0))
def vips_lead(newcomers: Frame) -> float:
    frequent = newcomers[newcomers["orders_90"] >= 3]
    orders = frequent.groupby("arm")["orders_91_180"].mean()
    return 100 * (orders["ladder"] / orders["nothing"] - 1)


@book.slip("vips_lead", "all_newcomers")
def _(newcomers: Frame) -> float:
    vip = (newcomers["arm"] == "ladder") & (newcomers["orders_90"] >= 3)
    orders = newcomers["orders_91_180"]
    return 100 * (orders[vip].mean() / orders[newcomers["arm"] == "nothing"].mean() - 1)


@book.slip("vips_lead", "same_arm")
def _(newcomers: Frame) -> float:
    ladder = newcomers[newcomers["arm"] == "ladder"]
    orders = ladder["orders_91_180"].groupby(ladder["orders_90"] >= 3).mean()
    return 100 * (orders[True] / orders[False] - 1)


@book.slip("vips_lead", "whole_arms")
def _(newcomers: Frame) -> float:
    orders = newcomers.groupby("arm")["orders_91_180"].mean()
    return 100 * (orders["ladder"] / orders["nothing"] - 1)


@book.slip("vips_lead", "ratio_in_percent")
def _(answer: float) -> float:
    return 100 + answer


@book.slip("vips_lead", "ratio")
def _(answer: float) -> float:
    return 1 + answer / 100


@book.slip("vips_lead", "orders")
def _(newcomers: Frame) -> float:
    frequent = newcomers[newcomers["orders_90"] >= 3]
    orders = frequent.groupby("arm")["orders_91_180"].mean()
    return orders["ladder"] - orders["nothing"]


def expected_profits(diners: Frame, regulars: Frame) -> dict[str, tuple[float]]:
    """What the designer expects of each programme, yuan in two years."""
    return expected_of_programmes(diners, regulars)


@book.choice((*PROGRAMMES, TEST), forecast=expected_profits)
def programme_for_next_year() -> dict[str, float]:
    """Two years' profit of each programme beyond none, yuan."""
    return world.programme_profits(World())
