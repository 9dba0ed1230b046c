"""The estimates that tempt in this chapter"s verdicts, over many worlds like the chapter"s."""

from course_utils.cases.apparel_launch import case, world
from tests.cases.evidence import rivals_held

VERDICTS = ["channel_premium", "later_uplift", "next_on_douyin", "net_revenue"]


def test_tempting_ranges_miss_the_truth_in_most_worlds():
    held = rivals_held(case, world, VERDICTS, range(500, 520))
    assert {name: share for name, share in held.items() if share > 0.6} == {}
    assert len(held) >= 2 * len(VERDICTS) - 1
