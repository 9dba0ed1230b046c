import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.analysis import InputError, basket_rules, baskets

LINES = st.lists(
    st.tuples(st.integers(0, 8), st.sampled_from(["milk", "yoghurt", "eggs", "tofu"])),
    min_size=1,
    max_size=40,
)


def table(lines):
    return pd.DataFrame(lines, columns=["order_id", "item"])


@given(LINES)
def test_each_rule_is_what_a_loop_counts(lines):
    baskets = {}
    for order, item in lines:
        baskets.setdefault(order, set()).add(item)
    wanted = []
    items = sorted({item for _, item in lines})
    for one in items:
        for other in items:
            both = sum({one, other} <= held for held in baskets.values())
            if one != other and both:
                ones = sum(one in held for held in baskets.values())
                others = sum(other in held for held in baskets.values())
                lift = both * len(baskets) / ones / others
                wanted.append((one, other, both / len(baskets), both / ones, lift, both))
    found = list(basket_rules(table(lines)).itertuples(index=False, name=None))
    assert [row[:2] for row in found] == [row[:2] for row in wanted]
    for row, right in zip(found, wanted, strict=True):
        assert row[2:] == pytest.approx(right[2:])


@given(LINES, st.integers(1, 4), st.sampled_from([1, 5, 10**6]))
def test_the_rules_of_several_baskets_are_those_of_all(lines, fewest, at_once):
    every = basket_rules(table(lines))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(baskets, "_AT_ONCE", at_once)
        found = basket_rules(table(lines), min_baskets=fewest)
    wanted = every[every["baskets"] >= fewest].reset_index(drop=True)
    pd.testing.assert_frame_equal(found, wanted)


@pytest.mark.parametrize("fewest", [0, -1, 1.5, "two", None, [2]])
def test_the_fewest_baskets_are_a_number_of_baskets(fewest):
    with pytest.raises(InputError, match="min_baskets must"):
        basket_rules(table([(1, "milk"), (1, "eggs")]), min_baskets=fewest)


def test_independent_items_have_a_lift_of_one():
    rng = np.random.default_rng(1)
    orders, items = np.nonzero(rng.random((50_000, 3)) < [0.5, 0.3, 0.2])
    every = pd.DataFrame({"cart": range(50_000), "sku": "bag"})  # no cart without an item
    lines = pd.concat([every, pd.DataFrame({"cart": orders, "sku": np.array(list("abc"))[items]})])
    lift = basket_rules(lines, basket="cart", item="sku")["lift"].to_numpy()
    assert lift == pytest.approx(np.ones(12), abs=0.03)


def test_baskets_of_one_item_give_no_rule():
    found = basket_rules(table([(1, "milk"), (2, "eggs"), (2, "eggs")]))
    assert found.empty
    assert list(found.columns) == ["if", "then", "support", "confidence", "lift", "baskets"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (table([]), "table of lines has no rows"),
        (table([(1, None)]), "missing values"),
        (table([(1, "milk")]).rename(columns={"item": "sku"}), 'no column "item"'),
    ],
)
def test_what_is_no_table_of_lines_gets_a_sentence(lines, said):
    with pytest.raises(InputError, match=said):
        basket_rules(lines)
