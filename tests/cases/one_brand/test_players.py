"""Those beside whom one is scored: rules that are written down and see what a trainee sees."""

import numpy as np
import pytest

from course_utils.cases.one_brand import players
from course_utils.cases.one_brand.best import best_policy
from course_utils.cases.one_brand.players import (
    Seen,
    careful_analyst,
    careful_year,
    default_policy,
    play,
)
from course_utils.cases.one_brand.reports import Played
from course_utils.cases.one_brand.year import world_of, worth

SOME = range(1, 4)  # worlds; all of fifty are measured by `python -m benchmarks`


def score(world, played):
    policies = np.array([default_policy(world), best_policy(world)])
    base, best = worth(world, policies)
    return float((worth(world, played.policy, played.research) - base) / (best - base))


def test_the_careful_analyst_gets_most_of_the_way_and_the_dashboards_clearly_less():
    worlds = [world_of(number) for number in SOME]
    careful = np.median([score(world, careful_year(world)) for world in worlds])
    assert careful > 0.65  # 0.7 in the median of fifty
    for name, player in players.DASHBOARDS.items():
        assert np.median([score(world, play(world, player)) for world in worlds]) < 0.4, name


def test_a_player_sees_reports_tests_and_the_brief_and_no_world():
    world = world_of(2)
    seen = Seen(Played(world))
    shown = {name: value for name, value in vars(seen).items() if not name.startswith("_")}
    assert shown.keys() == {"notes", "brief", "month", "dials"}
    hidden = {"coming", "drinkers", "hunters", "page", "change", "message", "reward"}
    assert hidden & vars(seen.brief).keys() == set()


def test_the_careful_analyst_follows_rules_and_no_luck():
    world = world_of(SOME[0])
    assert play(world, careful_analyst).months == careful_year(world).months


def test_the_careful_analyst_buys_each_test_once():
    bought = [test for month in careful_year(world_of(SOME[0])).months for test in month.tests]
    assert sorted(bought) == sorted(players.TESTS)


@pytest.mark.parametrize("player", [players.handout, players.grow_orders, players.last_click])
def test_nobody_spends_what_the_bank_does_not_hold(player):
    for number in SOME:
        world = world_of(number)
        months = play(world, player).months
        for done, month in enumerate(months):
            assert month.in_advance(world) <= max(Played(world, months[:done]).cash, 0)


def test_who_has_spent_it_all_goes_on_with_what_costs_nothing():
    def spender(seen):
        return players.Month(players.Dials(240_000, 240_000, 29, "new", (30, 20), (200, 40)))

    months = play(world_of(5), spender).months
    assert len(months) == 12
    assert months[0].dials.search < 240_000
