"""The sample shop: its exports are read to the cent, and the next one judges the range."""

import io
from dataclasses import replace

import pandas as pd
import pytest

from course_utils.cases.your_shop import case, sample, world
from course_utils.cases.your_shop.world import World
from course_utils.shop import audit_shop, read_shop

SALT = b"a salt of tests"
SEEDS = range(40)


def as_read(tables):
    """Tables as a notebook loads them, out of their files."""
    return {
        name: pd.read_csv(io.StringIO(table.to_csv(index=False))) for name, table in tables.items()
    }


@pytest.fixture(scope="module")
def shop():
    return read_shop(sample("orders_2025"), salt=SALT)


def test_the_reading_room_and_plain_pandas_keep_the_same_orders(shop):
    orders = case.book.table("orders", case.load)
    assert len(shop.orders) == len(orders) == shop.orders["order"].nunique()
    for money in ("paid", "refund"):
        assert shop.orders[money].sum() == pytest.approx(orders[money].sum(), abs=0.004)
    assert shop.orders["buyer"].nunique() == orders["buyer"].nunique()
    assert shop.orders["buyer"].isna().sum() == orders["buyer"].isna().sum()


def test_kept_and_dropped_add_up_to_the_file(shop):
    table = case.load("orders_2025")
    money = table["订单实付金额"].str.replace("[¥,]", "", regex=True).astype(float)
    assert shop.ledger["rows"].sum() == len(table)
    assert shop.ledger["amount"].sum() == pytest.approx(money.sum(), abs=0.004)
    assert money.iloc[-1] == pytest.approx(money.iloc[:-1].sum(), abs=0.004)  # the total row


def test_every_kind_of_dirt_is_in_the_sample(shop):
    reasons = set(shop.ledger["reason"])
    assert reasons == {"kept", "unpaid", "closed", "duplicate", "total_row"}
    assert shop.orders["buyer"].isna().any()


def test_pinduoduo_carries_no_figure_of_buyers():
    found = audit_shop(read_shop(sample("pinduoduo_2025"), salt=SALT))
    assert {"repurchase", "waits", "forecast"} <= found.refused.keys()
    assert found.figures


def test_the_next_export_shows_what_the_world_says():
    later = read_shop([sample("orders_2025"), sample("orders_2026_q1")], salt=SALT).orders
    days = later["time"].dt.normalize()
    before = set(later.loc[days.between("2025-12-02", "2025-12-31"), "buyer"].dropna())
    after = set(later.loc[days.between("2026-01-01", "2026-01-30"), "buyer"].dropna())
    assert 100 * len(before & after) / len(before) == pytest.approx(
        world.again_next(World()), abs=1.5
    )


def test_a_careful_range_holds_and_the_tempting_ones_do_not():
    held = []
    for seed in SEEDS:
        drawn = replace(World(), seed=seed)
        tables = as_read(world.simulate(drawn).tables)
        question = case.book.items["again_in_january"]
        truth = world.again_next(drawn)
        functions = {"careful": question.careful, **question.rivals}
        ranges = {
            name: case.book.evaluate(one, tables.__getitem__) for name, one in functions.items()
        }
        held.append({name: low <= truth <= high for name, (low, high) in ranges.items()})
    share = {name: sum(one[name] for one in held) / len(held) for name in held[0]}
    assert share["careful"] >= 0.8
    assert share["ever"] < 0.1
    assert share["at_the_same_age"] < 0.3
    assert share["last_month"] < 0.7
