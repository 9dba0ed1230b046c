"""Those beside whom one is scored: rules that are written down and see what a trainee sees."""

import numpy as np

from course_utils.cases.one_brand import players
from course_utils.cases.one_brand.players import (
    Seen,
    careful_analyst,
    careful_year,
    play,
)
from course_utils.cases.one_brand.reports import Played
from course_utils.cases.one_brand.score import dashboards_of, lines_of
from course_utils.cases.one_brand.year import (
    world_of,
)

SOME = range(1, 4)  # worlds; all of fifty are measured by `python -m benchmarks`


def test_the_careful_analyst_gets_most_of_the_way_and_the_dashboards_clearly_less():
    careful = np.median([lines_of(world_of(number))["careful"].score for number in SOME])
    assert careful > 0.6  # 0.7 in the median of fifty
    for name in players.DASHBOARDS:
        scores = [dashboards_of(world_of(number))[name].score for number in SOME]
        assert np.median(scores) < careful - 0.2, name


def test_a_player_sees_reports_tests_and_the_brief_and_no_world():
    world = world_of(2)
    seen = Seen(Played(world))
    shown = {name: value for name, value in vars(seen).items() if not name.startswith("_")}
    assert shown.keys() == {"notes", "brief", "month", "dials"}
    hidden = {"coming", "drinkers", "hunters", "page", "change", "message", "reward"}
    assert hidden & vars(seen.brief).keys() == set()


def test_the_careful_analyst_follows_rules_and_no_luck():
    world = world_of(4)
    assert play(world, careful_analyst).months == careful_year(world).months


def test_the_careful_analyst_buys_each_test_once():
    bought = [test for month in careful_year(world_of(1)).months for test in month.tests]
    assert sorted(bought) == sorted(players.TESTS)
