from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.analysis import InputError, event_flags, funnel, last_event

repeatable = settings(max_examples=40, deadline=None, derandomize=True)
STEPS = ["view", "cart", "pay"]
ANCHOR = [("a", step, 0) for step in STEPS]  # so that every step is known to the log

rows = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from([*STEPS, "help"]), st.integers(0, 9)),
    max_size=40,
)


def log_of(events: list[tuple[str, str, int]]) -> pd.DataFrame:
    return pd.DataFrame([*ANCHOR, *events], columns=["visitor", "event", "time"])


def units_by_hand(log: pd.DataFrame, in_order: bool) -> list[int]:
    """Count with dictionaries, visitor by visitor."""
    first: dict[str, dict[str, int]] = defaultdict(dict)
    for visitor, event, time in log.itertuples(index=False):
        first[visitor][event] = min(time, first[visitor].get(event, time))
    units = [0] * len(STEPS)
    for times in first.values():
        previous = -1
        for place, step in enumerate(STEPS):
            if step not in times or (in_order and times[step] < previous):
                break
            units[place] += 1
            previous = times[step]
    return units


@repeatable
@given(rows)
def test_a_funnel_counts_as_a_person_would(events: list[tuple[str, str, int]]) -> None:
    log = log_of(events)
    unordered = funnel(log, STEPS, unit="visitor")
    ordered = funnel(log, STEPS, unit="visitor", time="time")
    assert unordered["units"].tolist() == units_by_hand(log, in_order=False)
    assert ordered["units"].tolist() == units_by_hand(log, in_order=True)
    assert unordered["units"].is_monotonic_decreasing
    assert (ordered["units"] <= unordered["units"]).all()


@repeatable
@given(rows, st.integers(0, 2**32 - 1))
def test_row_order_and_duplicates_change_nothing(
    events: list[tuple[str, str, int]], seed: int
) -> None:
    log = log_of(events)
    dirty = pd.concat([log, log.sample(frac=0.5, random_state=seed)]).sample(
        frac=1, random_state=seed
    )
    for time in (None, "time"):
        pd.testing.assert_frame_equal(
            funnel(dirty, STEPS, unit="visitor", time=time),
            funnel(log, STEPS, unit="visitor", time=time),
        )
    pd.testing.assert_frame_equal(
        event_flags(dirty, unit="visitor"), event_flags(log, unit="visitor")
    )


def test_the_shares_of_a_funnel_follow_from_its_units() -> None:
    log = pd.DataFrame(
        {"visitor": [1, 2, 3, 4, 1, 2, 1], "event": ["view"] * 4 + ["cart"] * 2 + ["pay"]}
    )
    steps = funnel(log, STEPS, unit="visitor")
    assert steps.index.tolist() == STEPS
    assert steps["units"].tolist() == [4, 2, 1]
    assert steps["of_first"].tolist() == [1, 0.5, 0.25]
    assert steps["of_previous"].tolist() == [1, 0.5, 0.5]
    assert steps["lost"].tolist() == [0, 0.5, 0.5]


def test_after_a_step_that_loses_everybody_the_next_has_no_share() -> None:
    log = pd.DataFrame({"visitor": [1, 2, 2], "event": ["view", "cart", "pay"]})
    steps = funnel(log, STEPS, unit="visitor")
    assert steps["units"].tolist() == [1, 0, 0]
    assert steps["lost"].iloc[1] == 1
    assert np.isnan(steps["lost"].iloc[2])


@pytest.mark.parametrize("convert", [pd.to_datetime, str, pd.Categorical])
def test_time_may_be_dates_or_text_and_events_categories(convert: object) -> None:
    days = ["2025-06-02", "2025-06-01", "2025-06-01", "2025-06-02", "2025-06-03"]
    log = pd.DataFrame(
        {"visitor": [1, 1, 2, 2, 2], "event": ["view", "cart", "view", "cart", "pay"], "time": days}
    )
    if convert is pd.Categorical:
        log["event"] = pd.Categorical(log["event"])
    elif convert is pd.to_datetime:
        log["time"] = pd.to_datetime(log["time"])
    steps = funnel(log, STEPS, unit="visitor", time="time")
    assert steps["units"].tolist() == [2, 1, 1]


@repeatable
@given(rows)
def test_one_row_per_unit_says_what_happened(events: list[tuple[str, str, int]]) -> None:
    log = log_of(events)
    happened = event_flags(log, unit="visitor")
    assert happened.index.tolist() == sorted(set(log["visitor"]))
    assert happened.columns.tolist() == sorted(set(log["event"]))
    assert (happened.dtypes == "bool").all()
    for name in happened:
        assert set(happened.index[happened[name]]) == set(log.loc[log["event"] == name, "visitor"])


@repeatable
@given(rows)
def test_the_last_event_is_the_latest_and_of_those_the_lowest(
    events: list[tuple[str, str, int]],
) -> None:
    log = log_of(events)
    latest: dict[str, tuple[int, str]] = {}
    for visitor, event, time in log.itertuples(index=False):
        if visitor not in latest or time >= latest[visitor][0]:
            latest[visitor] = (time, event)
    by_hand = {visitor: event for visitor, (_, event) in sorted(latest.items())}
    assert last_event(log, unit="visitor", time="time").to_dict() == by_hand


@pytest.mark.parametrize(
    ("steps", "arguments", "sentence"),
    [
        (["view", "purchse"], {}, 'column "event" has no event "purchse"'),
        (["view", "crt"], {}, r'did you mean "cart"\?'),
        ([], {}, "list of steps, each named once"),
        (["view", "view"], {}, "list of steps, each named once"),
        (["view"], {"unit": "session"}, 'The event log has no column "session"'),
        (["view"], {"time": "tme"}, r'did you mean "time"\?'),
    ],
)
def test_a_funnel_that_cannot_be_counted_says_why(
    steps: list[str], arguments: dict[str, str], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        funnel(log_of([]), steps, **{"unit": "visitor", **arguments})


def test_an_event_without_visitor_is_not_dropped_in_silence() -> None:
    log = pd.DataFrame({"visitor": ["a", None], "event": ["view", "view"], "time": [0, 1]})
    for analysis in (event_flags, last_event):
        with pytest.raises(InputError, match='"visitor" has missing values in 1 of 2 rows'):
            analysis(log, unit="visitor", **({"time": "time"} if analysis is last_event else {}))


def test_the_last_event_of_names_and_times_of_any_kind():
    log = pd.DataFrame({"who": [2, "a", 2, 1], "event": list("wxyz"), "time": ["b", "a", "a", "c"]})
    found = last_event(log, unit="who", time="time")
    assert found.to_dict() == {1: "z", 2: "w", "a": "x"}
    assert found.index.tolist() == [1, 2, "a"]
