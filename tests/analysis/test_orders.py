import re
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.analysis import (
    InputError,
    customer_summary,
    order_days,
    order_gaps,
    repurchase_rate,
)

FIRST = pd.Timestamp("2025-06-01")
DEFINITIONS = {
    "same window": None,
    "next window": None,
    "within days": 4,
    "ever": None,
    "cohort": 4,
}


def shop(rows: list[tuple[int, float]]) -> pd.DataFrame:
    """Orders as pairs of a customer and the days, with their fraction, since the first of June."""
    return pd.DataFrame(
        {
            "customer_id": [who for who, _ in rows],
            "date": FIRST + pd.to_timedelta([day for _, day in rows], unit="D"),
        }
    )


def busy_shop(seed: int, orders: int = 400) -> pd.DataFrame:
    """Customers with one to many orders, often several on a day."""
    rng = np.random.default_rng(seed)
    table = shop(list(zip(rng.integers(0, 120, orders), rng.uniform(0, 40, orders), strict=True)))
    return table.assign(paid=rng.integers(100, 9_000, orders) / 100)


shops = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 24 * 4).map(lambda quarter: quarter / 4)),
    min_size=1,
    max_size=40,
)


def days_of(rows: list[tuple[int, float]]) -> dict[int, list[int]]:
    """Each customer's distinct order days, the slow way."""
    found: dict[int, set[int]] = {}
    for who, day in rows:
        found.setdefault(who, set()).add(int(day))
    return {who: sorted(found[who]) for who in sorted(found)}


# Order days


@given(shops)
def test_order_days_are_the_distinct_pairs_in_order(rows):
    found = order_days(shop(rows))
    wanted = [
        (who, FIRST + timedelta(days=day)) for who, days in days_of(rows).items() for day in days
    ]
    assert list(found.itertuples(index=False, name=None)) == wanted


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles", "Africa/Cairo"])
def test_a_day_is_that_of_the_times_own_zone(zone):
    # Cairo's clock skips the midnight of 25 April 2025.
    local = pd.date_range("2025-04-20 00:30", "2025-04-30", freq="7h", tz=zone)
    orders = pd.DataFrame({"customer_id": 1, "date": local})
    wanted = sorted({moment.date() for moment in local})
    assert order_days(orders)["date"].dt.date.tolist() == wanted
    assert order_days(orders)["date"].dt.tz is None


def test_days_before_1970_are_days_too():
    orders = pd.DataFrame({"customer_id": [1, 1], "date": pd.to_datetime(["1969-12-31 23:00"] * 2)})
    assert order_days(orders)["date"].tolist() == [pd.Timestamp("1969-12-31")]


# The summary


@given(shops)
def test_the_summary_is_what_a_loop_counts(rows):
    end = max(int(day) for _, day in rows)
    wanted = [
        (who, len(days) - 1, days[-1] - days[0], end - days[0])
        for who, days in days_of(rows).items()
    ]
    assert list(customer_summary(shop(rows)).itertuples(name=None)) == wanted


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 8), st.integers(-20, 50)),
        min_size=1,
        max_size=25,
    )
)
def test_a_refund_is_taken_off_the_order_day_before_it(rows):
    sums: dict[int, dict[int, int]] = {}
    # The orders of a day first, since a refund of that day reduces them.
    for who, day, paid in sorted(rows, key=lambda row: (row[0], row[1], row[2] < 0)):
        own = sums.setdefault(who, {})
        if paid >= 0:
            own[day] = own.get(day, 0) + paid
        elif own:
            own[max(own)] += paid
    orders = shop([(who, day) for who, day, _ in rows]).assign(paid=[row[2] for row in rows])
    buyers = {who: own for who, own in sums.items() if own}
    if not buyers:
        with pytest.raises(InputError, match="only refunds"):
            customer_summary(orders, value="paid")
        return
    found = customer_summary(orders, value="paid")
    assert found.index.tolist() == list(buyers)
    for who, own in buyers.items():
        again = [own[day] for day in sorted(own)[1:]]
        assert found["frequency"][who] == len(again)
        assert found["monetary_value"][who] == pytest.approx(sum(again) / max(len(again), 1))


def test_a_refund_after_the_end_is_not_known_yet():
    orders = shop([(1, 0), (1, 2), (1, 5)]).assign(paid=[10, 20, -20])
    assert customer_summary(orders, value="paid", end="2025-06-04")["monetary_value"].tolist() == [
        20
    ]
    assert customer_summary(orders, value="paid")["monetary_value"].tolist() == [0]


def test_customers_may_be_text_and_categories():
    orders = busy_shop(1)
    plain = customer_summary(orders, value="paid")
    named = orders.assign(customer_id=orders["customer_id"].map("C{:04d}".format))
    category = named.assign(customer_id=named["customer_id"].astype("category"))
    for table in (named, category):
        found = customer_summary(table, value="paid")
        assert found.index.tolist() == [f"C{who:04d}" for who in plain.index]
        assert np.array_equal(found.to_numpy(), plain.to_numpy())


@pytest.mark.parametrize("kind", ["int32", "uint8", "float", "Int64"])
def test_customers_may_be_any_numbers(kind):
    orders = busy_shop(1)
    found = customer_summary(orders.astype({"customer_id": kind}), value="paid")
    assert found.index.dtype == kind
    assert np.array_equal(found.to_numpy(), customer_summary(orders, value="paid").to_numpy())
    far = orders.assign(customer_id=orders["customer_id"] * 10**15 - 7)
    assert customer_summary(far).index.tolist() == [int(who) * 10**15 - 7 for who in found.index]


def test_columns_may_have_other_names_and_rows_any_order():
    orders = busy_shop(2)
    other = orders.rename(columns={"customer_id": "buyer", "date": "paid_at"})
    found = customer_summary(other.sample(frac=1, random_state=1), customer="buyer", time="paid_at")
    assert found.index.name == "buyer"
    assert found.rename_axis("customer_id").equals(customer_summary(orders))


def test_many_customers_and_a_date_that_stands_for_never_are_still_sorted():
    # Customer, day and row together no longer fit into one number of 64 bits.
    times = np.array(["9999-12-31", "0001-01-01"], dtype="datetime64[s]")
    orders = pd.DataFrame({"customer_id": np.repeat(np.arange(1_000_000), 2), "paid": 1.0})
    orders["date"] = np.tile(times, 1_000_000)
    found = customer_summary(orders, value="paid")
    assert len(found) == 1_000_000
    assert (found["frequency"] == 1).all()
    assert (found["recency"] == np.ptp(times.astype("datetime64[D]")).astype(int)).all()


# Gaps


@given(shops, st.integers(0, 30))
def test_a_gap_runs_to_the_next_order_day_or_to_the_end(rows, end):
    orders = shop(rows)
    if end < min(int(day) for _, day in rows):
        return
    wanted = []
    for who, days in days_of(rows).items():
        known = [day for day in days if day <= end]
        wanted += [(who, day, until - day, True) for day, until in pairwise(known)]
        wanted += [(who, known[-1], end - known[-1], False)] if known else []
    found = order_gaps(orders, end=FIRST + timedelta(days=end))
    assert (
        list(found.assign(date=(found["date"] - FIRST).dt.days).itertuples(index=False, name=None))
        == wanted
    )


def test_one_customer_without_a_repeat_is_still_waiting():
    orders = shop([(7, 0.5)])
    assert order_gaps(orders, end=date(2025, 6, 11))["days"].tolist() == [10]
    assert not order_gaps(orders)["completed"].any()
    assert customer_summary(orders).loc[7].tolist() == [0, 0, 0]


# Repurchase rates


def returned(days: list[int], definition: str, start: int, end: int, within: int) -> bool | None:
    """Whether a customer with these order days returned; None who does not count."""
    inside = [day for day in days if start <= day < end]
    if not inside or (definition == "cohort" and inside[0] != days[0]):
        return None
    if definition == "same window":
        return len(inside) > 1
    if definition == "next window":
        return any(end <= day < end + (end - start) for day in days)
    if definition == "ever":
        return len(days) > 1
    return any(inside[0] < day <= inside[0] + within for day in days)


@pytest.mark.parametrize("definition", DEFINITIONS)
@settings(max_examples=60)
@given(rows=shops, start=st.integers(0, 12), width=st.integers(1, 6))
def test_a_rate_is_what_a_loop_counts(definition, rows, start, width):
    rows = [*rows, (99, 30)]  # so that the table goes on long enough
    fates = [
        fate
        for days in days_of(rows).values()
        if (fate := returned(days, definition, start, start + width, 4)) is not None
    ]
    window = {
        "start": FIRST + timedelta(days=start),
        "end": FIRST + timedelta(days=start + width),
        "days": DEFINITIONS[definition],
    }
    if not fates:
        with pytest.raises(InputError, match="Nobody counts"):
            repurchase_rate(shop(rows), definition, **window)
        return
    found = repurchase_rate(shop(rows), definition, **window)
    assert (found.returned, found.customers) == (sum(fates), len(fates))
    assert found.rate == pytest.approx(np.mean(fates))


def test_five_definitions_give_five_rates_of_one_week():
    rows = [(1, 7), (1, 9)]  # twice in the week
    rows += [(2, 8), (2, 15)]  # in the next week, after seven days
    rows += [(3, 13), (3, 16)]  # in the next week, after three days
    rows += [(4, 0), (4, 10)]  # not a new customer
    rows += [(5, 11)]  # never again
    rows += [(6, 12), (6, 17), (9, 30)]
    orders = shop(rows)
    week = {"start": "2025-06-08", "end": "2025-06-15"}
    rates = {
        name: repr(repurchase_rate(orders, name, days=days, **week)).rpartition(": ")[2]
        for name, days in DEFINITIONS.items()
    }
    assert rates == {
        "same window": "1 of 6 customers",
        "next window": "3 of 6 customers",
        "within days": "2 of 6 customers",
        "ever": "5 of 6 customers",
        "cohort": "2 of 5 customers",
    }


def test_a_window_in_a_zone_is_cut_at_its_midnight():
    moments = pd.to_datetime(["2025-06-01 15:30", "2025-06-01 16:30"], utc=True)
    orders = pd.DataFrame({"customer_id": 1, "date": moments.tz_convert("Asia/Shanghai")})
    june_2 = {"start": "2025-06-02", "end": pd.Timestamp("2025-06-02 16:00", tz="UTC")}
    assert repurchase_rate(orders, "same window", **june_2).returned == 0
    assert repurchase_rate(orders, "ever", **june_2).returned == 1


@pytest.mark.parametrize(
    ("definition", "more"),
    [("next window", {}), ("within days", {"days": 7}), ("cohort", {"days": 7})],
)
def test_a_table_must_hold_every_day_that_is_looked_at(definition, more):
    rows = [(1, 0), (1, 3), (2, 13)]
    window = {"start": "2025-06-01", "end": "2025-06-08", **more}
    assert repurchase_rate(shop(rows), definition, **window).customers == 1
    with pytest.raises(InputError, match=r"ends on 2025-06-13, .* before 2025-06-15"):
        repurchase_rate(shop([*rows[:2], (2, 12)]), definition, **window)


# What can't be right


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"date": "2025-06-01"}, "convert it with pd.to_datetime"),
        ({"date": pd.NaT}, 'column "date" has missing values'),
        ({"customer_id": None}, 'column "customer_id" has missing values'),
        ({"paid": None}, 'column "paid" has missing values'),
        ({"paid": "much"}, "must hold numbers"),
        ({"paid": -1.0}, "only refunds"),
    ],
)
def test_a_table_that_is_no_table_of_orders_says_why(change, said):
    with pytest.raises(InputError, match=said):
        customer_summary(busy_shop(1).assign(**change), value="paid")


@pytest.mark.parametrize(
    "ids",
    [
        [123456789012345678, 123456789012345679, 123456789012345680, None],
        [1.23457e17, 1.23457e17, 1.23458e17, 1.23458e17],
        ["1.23457E+17", "1.23457E+17", "1.23458E+17", "77"],
        pd.Series([2.0**24 + 2, 1, 2, 3], dtype="float32"),
        [1.0, 2.0, None, 3.0],
        [1, 2, "1", 3],
    ],
)
@pytest.mark.parametrize("count", [order_days, order_gaps, customer_summary])
def test_ids_that_lost_digits_are_told_how_to_be_read(count, ids):
    orders = shop([(1, 0), (1, 1), (1, 2), (1, 3)]).assign(customer_id=ids)
    with pytest.raises(InputError, match=r'read the file with dtype={"customer_id": str}'):
        count(orders)


def test_ids_keep_their_digits_as_whole_numbers_and_as_text():
    ids = [123456789012345678, 123456789012345679, 123456789012345680]
    for kind in ("int64", "Int64", "str", "object"):
        orders = shop([(1, 0), (1, 1), (1, 2)]).assign(customer_id=pd.Series(ids).astype(kind))
        assert customer_summary(orders)["frequency"].tolist() == [0, 0, 0]


def test_guests_without_a_name_are_not_one_customer():
    orders = shop([(1, 0), (1, 1), (1, 2)]).assign(customer_id=["", "Li", " "])
    with pytest.raises(InputError, match="empty text"):
        customer_summary(orders)


@pytest.mark.parametrize("seconds", [0.0, 86_399.0])
@pytest.mark.parametrize(
    ("count_from", "unit", "kind"),
    [
        (None, "yyyymmdd", "int64"),
        (None, "yyyymmdd", "float64"),
        ("1899-12-30", 86_400, "float64"),
        ("1970-01-01", 1, "int64"),
        ("1970-01-01", 1e-3, "int64"),
        ("1970-01-01", 1e-6, "int64"),
        ("1970-01-01", 1e-9, "int64"),
    ],
)
def test_numbers_that_are_times_are_told_the_call_that_reads_them(count_from, unit, kind, seconds):
    moments = FIRST + pd.to_timedelta([seconds, 86_400 * 40], unit="s")
    if unit == "yyyymmdd":
        numbers = moments.strftime("%Y%m%d").astype("int64")
    else:
        numbers = np.round((moments - pd.Timestamp(count_from)).total_seconds() / unit, 6)
    orders = pd.DataFrame({"customer_id": [1, 2], "date": pd.Series(numbers).astype(kind)})
    with pytest.raises(InputError, match=r"holds .*64 and no times") as said:
        order_days(orders)
    call = re.search(r"convert it with (pd\.to_datetime\(.*\))\.$", str(said.value))[1]
    table = orders.assign(date=eval(call, {"pd": pd, "table": orders}))
    assert order_days(table)["date"].tolist() == moments.normalize().tolist()


@pytest.mark.parametrize(
    ("numbers", "call"),
    [
        ([20250601, 20250703], r'astype\(int\).astype\(str\), format="%Y%m%d"'),
        ([45809.4, 45841.0], 'unit="D", origin="1899-12-30"'),
        ([1_748_736_000, 1_751_500_800], 'unit="s"'),
    ],
)
def test_numbers_that_became_1970_are_told_so(numbers, call):
    orders = pd.DataFrame({"customer_id": [1, 2], "date": pd.to_datetime(pd.Series(numbers))})
    for table in (orders, orders.assign(date=orders["date"].dt.tz_localize("UTC"))):
        with pytest.raises(InputError, match=f"lie on 1970-01-01.*{call}"):
            order_gaps(table)


@pytest.mark.parametrize("count", [order_days, order_gaps, customer_summary])
def test_an_empty_table_says_so(count):
    with pytest.raises(InputError, match="table of orders has no rows"):
        count(busy_shop(1).head(0))


@pytest.mark.parametrize("end", ["some day", None, 20250701, float("nan")])
def test_a_date_that_is_none_says_so(end):
    with pytest.raises(InputError, match="end must be a date such as"):
        repurchase_rate(busy_shop(1), "ever", start="2025-06-01", end=end)


def test_an_end_before_every_order_says_so():
    with pytest.raises(InputError, match="no order up to 2025-05-31"):
        customer_summary(busy_shop(1), end="2025-05-31")


@pytest.mark.parametrize(
    ("definition", "more", "said"),
    [
        ("evver", {}, 'no definition "evver" .did you mean "ever"'),
        ("ever", {"days": 7}, "leave `days` out"),
        ("cohort", {}, "needs `days`"),
        ("within days", {"days": 0}, "needs `days`"),
        ("within days", {"days": 1.5}, "whole counts"),
        ("ever", {"end": "2025-06-01"}, "must end after its start"),
    ],
)
def test_a_rate_that_is_not_defined_says_why(definition, more, said):
    with pytest.raises(InputError, match=said):
        repurchase_rate(
            busy_shop(1), definition, **{"start": "2025-06-01", "end": "2025-06-08", **more}
        )
