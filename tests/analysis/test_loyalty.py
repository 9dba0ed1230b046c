import numpy as np
import pandas as pd
import pytest

from course_utils.analysis import InputError, open_points

TODAY, TERM = "2025-12-31", 90


def ledger(seed: int, lots: int = 6_000, days: int = 365) -> tuple[pd.DataFrame, np.ndarray]:
    """Lots of points earned over a year, and whether each will be used in its term.

    Some members use theirs soon, some late, some never.
    """
    rng = np.random.default_rng(seed)
    earned = pd.Timestamp(TODAY) - pd.to_timedelta(rng.integers(0, days, lots), unit="D")
    wait = 1 + rng.exponential(rng.choice([10.0, 60.0, 1e9], lots)).clip(0, 10_000).astype(int)
    will = wait <= TERM
    used = (earned + pd.to_timedelta(wait, unit="D")).where(will)
    seen = used.where(used <= pd.Timestamp(TODAY))
    return pd.DataFrame({"earned": earned, "used": seen}), will


def test_only_points_that_can_still_be_used_are_open() -> None:
    days = pd.to_datetime(["2025-12-30", "2025-10-02", "2025-10-01", "2025-12-01", "2025-05-01"])
    used = pd.to_datetime([None, None, None, "2025-12-05", "2025-05-09"])
    found = open_points(pd.DataFrame({"earned": days, "used": used}), today=TODAY, term=TERM)
    assert found["age"].to_dict() == {0: 1, 1: 90}
    assert found["probability"].iloc[1] == 0


def test_the_chance_is_that_of_points_that_waited_as_long() -> None:
    # Of four lots whose term is over, one was used on day 10, one on day 50, two never.
    old = pd.Timestamp("2025-01-01")
    used = [old + pd.Timedelta(days=10), old + pd.Timedelta(days=50), None, None]
    rows = pd.DataFrame({"earned": [old] * 4, "used": used})
    ages = [5, 20, 60]
    young = pd.DataFrame({"earned": [pd.Timestamp(TODAY) - pd.Timedelta(days=a) for a in ages]})
    found = open_points(pd.concat([rows, young], ignore_index=True), today=TODAY, term=TERM)
    # At day 10 six lots are watched, one is used; at day 50 four, one is used.
    final = 5 / 6 * 3 / 4
    wanted = [1 - final, 1 - final / (5 / 6), 0]
    assert found["probability"].tolist() == pytest.approx(wanted)


def test_the_sum_of_chances_is_what_will_be_used_and_face_less_breakage_is_not() -> None:
    missed, naive = [], []
    for seed in range(80):
        rows, will = ledger(seed)
        found = open_points(rows, today=TODAY, term=TERM)
        used = will[found.index].sum()
        missed.append(found["probability"].sum() - used)
        expired = (pd.Timestamp(TODAY) - rows["earned"]).dt.days > TERM
        naive.append(rows.loc[expired, "used"].notna().mean() * len(found) - used)
    assert abs(np.mean(missed)) < 3 * np.std(missed, ddof=1) / np.sqrt(80)
    assert np.min(naive) > 100


def test_dates_may_be_text() -> None:
    rows, _ = ledger(1)
    text = rows.assign(
        earned=rows["earned"].dt.strftime("%Y-%m-%d"), used=rows["used"].dt.strftime("%Y-%m-%d")
    )
    wanted = open_points(rows, today=TODAY, term=TERM)["probability"]
    pd.testing.assert_series_equal(open_points(text, today=TODAY, term=TERM)["probability"], wanted)


def test_days_may_have_a_zone_and_no_point_be_used() -> None:
    rows, _ = ledger(1)
    local = rows.assign(earned=rows["earned"].dt.tz_localize("Asia/Shanghai"))
    today = pd.Timestamp(TODAY, tz="Asia/Shanghai")
    wanted = open_points(rows, today=TODAY, term=TERM)["probability"]
    found = open_points(local, today=today, term=TERM)["probability"]
    pd.testing.assert_series_equal(found, wanted)
    unused = open_points(rows.assign(used=None), today=TODAY, term=TERM)
    assert (unused["probability"] == 0).all()


def test_points_used_too_late_count_as_expired() -> None:
    rows, _ = ledger(2)
    late = rows.assign(used=rows["used"].fillna(pd.Timestamp(TODAY) + pd.Timedelta(days=400)))
    wanted = open_points(rows, today=TODAY, term=TERM)["probability"]
    pd.testing.assert_series_equal(open_points(late, today=TODAY, term=TERM)["probability"], wanted)


@pytest.mark.parametrize(
    ("change", "arguments", "said"),
    [
        ({}, {"term": 500}, "wait until they expire"),
        ({}, {"term": 0}, "one day or more"),
        ({}, {"today": "2025-06-01"}, "earned after today"),
        ({"used": pd.Timestamp("2020-01-01")}, {}, "used before they are earned"),
        ({"earned": None}, {}, "missing values"),
        ({"earned": 20250601}, {}, 'format="%Y%m%d"'),
        ({"earned": pd.Timestamp(20250601)}, {}, "lie on 1970-01-01"),
        ({"used": "18.6.2025"}, {}, '"18.6.2025" in "used" is no day such as 2025-06-18'),
        ({}, {"today": "some day"}, "today must be a date"),
        ({}, {"today": 20251001}, "today must be a date"),
        ({}, {"earned": "day"}, 'no column "day"'),
    ],
)
def test_a_ledger_that_cannot_be_read_says_why(change, arguments, said) -> None:
    rows, _ = ledger(3, 200)
    with pytest.raises(InputError, match=said):
        open_points(rows.assign(**change), **{"today": TODAY, "term": TERM, **arguments})
