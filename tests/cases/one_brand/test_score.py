"""The score: its lines, its luck, its shares of regret."""

from itertools import permutations

import numpy as np
import pytest

from course_utils.cases.one_brand.best import best_policy
from course_utils.cases.one_brand.dials import Dials, Month
from course_utils.cases.one_brand.players import (
    as_played,
    default_policy,
    grow_orders,
    handout,
    last_years,
    play,
)
from course_utils.cases.one_brand.reports import Played
from course_utils.cases.one_brand.score import (
    costliest,
    dashboards_of,
    late,
    lines_of,
    score_of,
    shapley,
    well_from,
)
from course_utils.cases.one_brand.year import DIALS, LINKS, realised, value, world_of, worth

WORLD = world_of(3)


def test_who_changes_nothing_scores_nothing_and_the_best_scores_one():
    assert score_of(play(WORLD, last_years)).score == pytest.approx(0)
    best = score_of(as_played(WORLD, best_policy(WORLD)))
    assert best.score == pytest.approx(1)
    assert best.moves == []
    assert set(best.well_from.values()) == {1}


def test_luck_is_what_came_in_beyond_the_expected():
    played = play(WORLD, handout)
    score = score_of(played)
    came = float(value(WORLD, realised(WORLD, played.policy, played.research)))
    assert score.worth + score.luck == pytest.approx(came)


@pytest.mark.parametrize("player", [handout, grow_orders, last_years])
def test_the_shares_of_regret_add_up_and_those_of_links_that_stand_well_are_nothing(player):
    score = score_of(play(WORLD, player))
    assert sum(score.regret.values()) == pytest.approx(score.to_best)
    mixed = best_policy(WORLD).copy()
    mixed[:, LINKS["price"]] = 79
    shares = shapley(WORLD, mixed, best_policy(WORLD))
    assert shares.pop("price") == pytest.approx(
        float(worth(WORLD, best_policy(WORLD)) - worth(WORLD, mixed))
    )
    assert max(map(abs, shares.values())) < 1e-6


def test_a_share_is_the_mean_over_every_order_in_which_the_links_can_join():
    policy, best = play(WORLD, handout).policy, best_policy(WORLD)
    sums = dict.fromkeys(LINKS, 0.0)
    orders = list(permutations(LINKS))
    for order in orders:
        mixed = best.copy()
        for link in order:
            before = float(worth(WORLD, mixed))
            mixed[:, LINKS[link]] = policy[:, LINKS[link]]
            sums[link] += before - float(worth(WORLD, mixed))
    means = {link: total / len(orders) for link, total in sums.items()}
    assert shapley(WORLD, policy, best) == pytest.approx(means)


def test_research_costs_its_price_and_the_margin_of_its_arms():
    months = tuple(Month(Dials(), ("price", "recall")) if m == 2 else Month() for m in range(12))
    tested, plain = Played(WORLD, months), Played(WORLD, (Month(),) * 12)
    score = score_of(tested)
    assert score.research_paid == 13_000
    lost = score_of(plain).worth - score.worth
    assert score.research_paid + score.margin_lost == pytest.approx(lost)
    assert score.regret["research"] == pytest.approx(lost)


def test_each_costly_move_is_worth_what_setting_it_right_brings():
    played = play(WORLD, grow_orders)
    best = best_policy(WORLD)
    moves = costliest(played)
    assert len(moves) == 3
    assert moves == sorted(moves, key=lambda move: -move.cost)
    for move in moves:
        mended = played.policy.copy()
        months, dial = slice(move.first - 1, move.last), DIALS.index(move.dial)
        mended[months, dial] = best[months, dial]
        brought = float(worth(WORLD, mended) - worth(WORLD, played.policy))
        assert move.cost == pytest.approx(brought)


def test_late_counts_from_the_month_in_which_a_link_came_to_its_setting():
    best = best_policy(WORLD)
    policy = best.copy()
    policy[:5, LINKS["page"]] = 1 - best[:5, LINKS["page"]]
    assert well_from(policy, best)["page"] == 6
    played = Played(WORLD, tuple(Month(Dials(page="old" if m < 4 else "new")) for m in range(12)))
    brought = late(played)
    at_once = Played(WORLD, (Month(Dials(page="new")),) * 12)
    gain = float(worth(WORLD, at_once.policy) - worth(WORLD, played.policy))
    assert brought["page"] == pytest.approx(gain)
    assert brought["price"] == 0


def test_the_lines_stand_in_their_order():
    lines = lines_of(WORLD)
    assert lines["default"].score == 0
    assert lines["best"].score == 1
    assert max(line.score for line in lines.values()) == 1
    assert lines["champion"].score < lines["careful"].score
    assert np.isclose(lines["default"].worth, worth(WORLD, default_policy(WORLD)))
    assert set(dashboards_of(WORLD)) == {"last_click", "grow_orders", "cheapest"}
