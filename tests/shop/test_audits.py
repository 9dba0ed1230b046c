"""The audit of a dirty export is that of the clean table; what a file can't carry is refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from course_utils.shop import Shop, audit_shop, read_shop
from tests.shop.exports import FORMS, export, lines_of, truth, world

SALT = b"of a test"
WITH_BUYER = {"taobao", "jd", "youzan", "shopify", "woocommerce", "course"}


@pytest.fixture(scope="module")
def orders():
    return world()


@pytest.fixture(scope="module")
def dirty(orders):
    return {name: read_shop(export(name, orders), salt=SALT) for name in FORMS}


@pytest.fixture(scope="module")
def audits(dirty):
    return {name: audit_shop(shop) for name, shop in dirty.items()}


def shop_of(orders, lines=None, refunds=None):
    """A shop out of clean tables."""
    counts = pd.DataFrame({"file": ["a"], "reason": ["kept"], "rows": [len(orders)], "amount": 0.0})
    none = pd.DataFrame({"order": [], "product": [], "amount": []})
    back = pd.DataFrame({"order": [], "time": pd.to_datetime([]), "amount": []})
    kept = (none if lines is None else lines), (back if refunds is None else refunds)
    return Shop(orders, *kept, counts, pd.DataFrame(), [])


def clean(platform, orders, shop):
    refunds = None
    if platform in ("woocommerce", "course"):  # whose refunds have rows, and so dates
        came = orders[orders["refund"] > 0]
        refunds = came[["order", "time"]].assign(amount=came["refund"])
    made = shop_of(truth(platform, orders), lines_of(platform, orders), refunds)
    return replace(made, ledger=shop.ledger)


@pytest.mark.parametrize("platform", FORMS)
def test_the_audit_of_a_dirty_export_is_that_of_the_clean_table(platform, orders, dirty, audits):
    found, right = audits[platform], audit_shop(clean(platform, orders, dirty[platform]))
    pd.testing.assert_frame_equal(found.table(), right.table(), rtol=1e-9)
    money = [one.amount for one in found.figures if one.unit == "money"]
    assert money == [one.amount for one in right.figures if one.unit == "money"]
    assert found.refused == right.refused
    assert found.tables.keys() == right.tables.keys()
    for name, table in found.tables.items():
        pd.testing.assert_frame_equal(table, right.tables[name], rtol=1e-9)


@pytest.mark.parametrize("platform", FORMS)
def test_what_a_form_does_not_tell_is_refused_with_the_way_out(platform, audits):
    keys, refused = {one.key for one in audits[platform].figures}, audits[platform].refused
    assert ("repurchase_cohort" in keys) == (platform in WITH_BUYER)
    assert ("forecast_scored" in keys) == (platform in WITH_BUYER)
    if platform not in WITH_BUYER:
        assert "The way out is your own key" in refused["waits"]
        assert "cohorts" not in audits[platform].tables
    assert ("refund_share" in keys) == ("refund" in FORMS[platform].tells)
    assert ("returns" in refused) == ("refund" not in FORMS[platform].tells)
    assert ("discount_share" in keys) == ("discount" in FORMS[platform].tells)


def test_every_figure_has_an_interval_or_says_what_it_counts(audits):
    for audit in audits.values():
        for one in audit.figures:
            plain = one.key in ("orders", "paid", "net")
            assert np.isnan(one.low) == plain
            assert plain or one.low <= one.value + 1e-12 <= one.high + 2e-12
            assert plain or one.doubt
            assert one.unit != "share" or 0 <= one.low <= one.high <= 1
            assert one.first <= one.last
            assert one.definition
            assert one.number > 0


def test_figures_are_what_a_calculation_by_hand_gives(orders, audits):
    found = {one.key: one for one in audits["course"].figures}
    assert found["orders"].value == len(orders)
    assert found["paid"].value == pytest.approx(orders["paid"].sum())
    assert found["net"].value == pytest.approx((orders["paid"] - orders["refund"]).sum())
    day = orders["time"].dt.normalize()
    old = day <= day.max() - pd.Timedelta(days=30)
    back = orders.loc[old, "refund"].sum() / orders.loc[old, "paid"].sum()
    assert found["refund_share"].value == pytest.approx(back)
    ever = found["repurchase_ever"]
    start, end = ever.first, ever.last
    here = orders.loc[day.between(start, end), "buyer"].unique()
    days = day.groupby(orders["buyer"]).nunique()
    returned = int((days[here] >= 2).sum())
    assert ever.value == returned / len(here)
    assert (ever.low, ever.high) == proportion_confint(returned, len(here), 0.1, "wilson")
    late = found["forecast_scored"]
    seen = orders[day >= late.first].merge(
        orders.loc[day < late.first, ["buyer"]].drop_duplicates()
    )
    came = seen.assign(day=seen["time"].dt.normalize())[["buyer", "day"]].drop_duplicates()
    assert f"{len(came):,} came" in late.doubt


def by_hand(times, *, buyers, paid):
    count = len(times)
    order = [f"o{at:06d}" for at in range(count)]
    amount = np.broadcast_to(paid, count).astype(float)
    return pd.DataFrame({"order": order, "time": times, "paid": amount, "buyer": buyers})


def test_one_order_in_all_gets_its_counts_and_sentences():
    one = by_hand(pd.to_datetime(["2025-06-01 10:00"]), buyers=["b1"], paid=10)
    audit = audit_shop(shop_of(one))
    assert [figure.value for figure in audit.figures] == [1, 10]
    assert "too little to count" in audit.refused["paid"]
    assert all(said.endswith(".") for said in audit.refused.values())


def test_no_order_in_all_is_refused_everywhere():
    audit = audit_shop(read_shop({"a.csv": b""}, salt=SALT))
    assert audit.figures == []
    assert set(audit.refused.values()) == {
        "The files hold no paid order: look at the reading report."
    }


def test_a_constant_basket_has_an_average_without_a_spread():
    times = pd.date_range("2025-01-01", periods=200, freq="12h")
    audit = audit_shop(shop_of(by_hand(times, buyers=[f"b{at % 40}" for at in range(200)], paid=9)))
    value = next(one for one in audit.figures if one.key == "order_value")
    assert value.low == pytest.approx(9)
    assert value.high == pytest.approx(9)


def test_one_buyer_with_thousands_of_orders_is_named_and_does_no_harm():
    rng = np.random.default_rng(1)
    times = pd.to_datetime("2025-01-01") + pd.to_timedelta(rng.integers(0, 150, 5_400), "D")
    buyers = ["b0"] * 5_000 + [f"b{at % 150 + 1}" for at in range(400)]
    audit = audit_shop(shop_of(by_hand(times, buyers=buyers, paid=20)))
    assert "5,000 of 5,400" in audit.notes[0]
    assert {"repurchase_ever", "returned", "best_fifth"} <= {one.key for one in audit.figures}


def test_buyers_who_all_order_alike_give_a_sentence_and_no_forecast():
    weeks = [pd.Timestamp("2025-01-06") + pd.Timedelta(days=7 * week) for week in range(20)]
    buyers = [f"b{at}" for at in range(30) for _ in weeks]
    audit = audit_shop(shop_of(by_hand(weeks * 30, buyers=buyers, paid=20)))
    assert not any(one.key.startswith("forecast") for one in audit.figures)
    assert "did not settle" in audit.refused["forecast"]


def test_ties_are_shared_so_that_no_name_decides(orders):
    some = orders.drop(columns=["refund", "discount", "channel"]).assign(paid=10.0)
    other = some.assign(buyer=some["buyer"].str[::-1])
    first, second = (audit_shop(shop_of(each)).table() for each in (some, other))
    pd.testing.assert_frame_equal(first, second, rtol=1e-9)


@pytest.mark.parametrize("kind", ["category", "object"])
def test_columns_of_other_kinds_and_missing_buyers_are_taken(orders, kind):
    some = orders.drop(columns="product")
    some.loc[some.index[::10], "buyer"] = None
    known = some.dropna(subset=["buyer"])
    audit = audit_shop(shop_of(some.astype({"buyer": kind, "channel": kind})))
    assert f"{len(some) - len(known)} of {len(some)} orders tell no buyer" in audit.notes[0]
    right = audit_shop(shop_of(known))
    for key in ("repurchase_ever", "best_fifth", "best_later", "forecast_scored", "second_order"):
        (one,), (same,) = (
            [each for each in found.figures if each.key == key] for found in (audit, right)
        )
        assert one.value == pytest.approx(same.value)
