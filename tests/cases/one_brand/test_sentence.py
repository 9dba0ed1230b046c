"""What the handout's last sentence is worth in these worlds: half of it holds."""

import numpy as np
import pytest

from course_utils.cases.one_brand.best import best_policy
from course_utils.cases.one_brand.players import default_policy
from course_utils.cases.one_brand.sentence import (
    alone,
    gain_by_month,
    moved,
    verdict_on,
)
from course_utils.cases.one_brand.year import (
    LINKS,
    SEASON,
    world_of,
    worth,
)

SOME = (1, 2, 6)


def test_no_link_alone_brings_half_of_what_all_of_them_bring():
    for number in SOME:
        world = world_of(number)
        assert max(each.gain for each in alone(world).values()) < 0.5 * moved(world).gain


def test_what_the_links_bring_one_by_one_does_not_add_up_to_what_they_bring_together():
    apart = [
        sum(each.gain for each in alone(world).values()) / moved(world).gain
        for world in map(world_of, SOME)
    ]
    assert np.median(apart) < 0.95


def test_what_rivals_can_copy_does_not_last_and_what_customers_do_lasts():
    kept = [alone(world_of(number)) for number in SOME]
    assert np.median([each["page"].kept for each in kept]) < 0.5
    for link in ("recall", "traffic"):
        assert np.median([each[link].kept for each in kept]) > 0.6


@pytest.mark.parametrize("number", SOME[:1])
def test_the_gains_of_the_months_add_up_to_the_gain_of_the_year(number):
    world = world_of(number)
    policy = best_policy(world, LINKS["price"])
    monthly = gain_by_month(world, policy) * SEASON
    gain = float(worth(world, policy) - worth(world, default_policy(world)))
    assert monthly.sum() == pytest.approx(gain)


def test_the_reveal_says_what_the_best_link_brings():
    world = world_of(SOME[0])
    picture = verdict_on(world)
    share = max(each.gain for each in alone(world).values()) / moved(world).gain
    assert f"brings {100 * share:.0f}%" in picture.words
    assert picture.png.startswith(b"\x89PNG")


def test_there_is_a_world_in_which_the_sentence_is_false():
    """Its page is no better, its price is right, and a reward moves everybody."""
    world = world_of(0)
    found = alone(world)
    assert found["membership"].gain > 0.5 * moved(world).gain
    assert found["membership"].kept > 0.7
