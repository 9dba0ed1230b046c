"""Every public function, fed with what real files and hasty hands give: an answer or a sentence."""

import inspect
import warnings
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from course_utils import analysis
from course_utils.analysis import InputError

RNG = np.random.default_rng
DAY = pd.Timestamp("2025-06-01")


def orders() -> pd.DataFrame:
    days = [0, 3, 9, 1, 12, 2, 2, 15]
    return pd.DataFrame(
        {
            "customer_id": [1, 1, 1, 2, 2, 3, 4, 4],
            "date": DAY + pd.to_timedelta(days, unit="D"),
            "paid": [9.5, 3, 4, 8, 2, 7, 6, 1],
        }
    )


def panel() -> pd.DataFrame:
    rows = pd.MultiIndex.from_product([range(10), range(6)], names=["shop", "day"])
    frame = rows.to_frame(index=False)
    frame["new"] = frame["shop"] % 2
    frame["week"] = frame["day"] // 2
    frame["sales"] = RNG(1).uniform(1, 2, len(frame))
    frame["spend"] = RNG(2).uniform(1, 2, len(frame))
    frame["phase"] = np.where(frame["day"] < 3, "before", "off")
    return frame


def visits() -> pd.DataFrame:
    frame = pd.DataFrame({"arm": ["old", "new"] * 8, "day": np.arange(16) // 8})
    frame["reviews"], frame["button"] = np.arange(16) // 2 % 2, np.arange(16) // 4 % 2
    return frame.assign(sold=RNG(3).integers(1, 9, 16), seen=20, bought=[0, 1, 1, 0] * 4)


def events() -> pd.DataFrame:
    frame = pd.DataFrame({"visitor": [1, 1, 2, 3, 3], "event": ["view", "cart"] * 2 + ["view"]})
    return frame.assign(time=DAY + pd.to_timedelta(range(5), unit="h"))


def survey() -> pd.DataFrame:
    frame = pd.DataFrame({"respondent": np.repeat(range(8), 2), "task": 1})
    frame["price"], frame["stars"] = RNG(4).integers(30, 70, 16), RNG(5).integers(1, 6, 16)
    return frame.assign(chosen=[1, 0, 0, 1] * 4)


def people() -> pd.DataFrame:
    invited = np.tile([1, 1, 1, 1, 0, 0, 0, 0], 20)
    joined = np.tile([1, 1, 1, 0, 1, 0, 0, 0], 20)
    return pd.DataFrame(
        {"invited": invited, "joined": joined, "visits": joined + RNG(6).random(160), "age": 30}
    ).assign(age=RNG(7).integers(20, 60, 160))


def members() -> pd.DataFrame:
    return pd.DataFrame({"months": [1, 1, 2, 3, 5, 8], "left": [1, 1, 1, 0, 1, 0]})


def weeks() -> pd.DataFrame:
    frame = pd.DataFrame({"week": range(8), "spend": RNG(8).uniform(50, 99, 8)})
    return frame.assign(new_customers=RNG(9).integers(5, 20, 8), festival=[0, 1] * 4)


def points() -> pd.DataFrame:
    earned = DAY + pd.to_timedelta(np.arange(40) * 3, unit="D")
    used = pd.Series(earned + pd.to_timedelta(np.arange(40) % 7 * 5, unit="D"))
    return pd.DataFrame({"earned": earned, "used": used.where(np.arange(40) % 3 > 0)})


def basket() -> pd.DataFrame:
    return pd.DataFrame({"order_id": [1, 1, 2, 2, 3], "item": list("abaca")})


def summary() -> pd.DataFrame:
    return analysis.customer_summary(orders())


MODEL = analysis.MBGNBD(0.5, 9.0, 1.0, 4.0)
CHOICE = analysis.choice_model(survey(), ["price", "stars"])
RESPONSE = analysis.Response(9.0, 5.0, 0.2, np.eye(3))
ARMS = {"arm": "arm", "control": "old", "treatment": "new"}
DID = {"outcome": "sales", "unit": "shop", "time": "day", "treated": "new", "start": 3}
WINDOW = {"start": "2025-06-01", "end": "2025-06-05"}
# For each function what it takes when all is well; a table is made anew for each call.
CALLS: dict[str, dict[str, Any]] = {
    "acquisition_curve": {"weeks": weeks, "conditions": ["festival"], "confidence_level": 0.9},
    "adstock": {"values": [0, 9, 0], "carry_over": 0.5},
    "average_roas": {"response": RESPONSE, "spend": 3.0},
    "basket_rules": {"lines": basket, "min_baskets": 1},
    "best_mix": {"responses": [RESPONSE, RESPONSE], "total": 9.0},
    "choice_model": {"survey": survey, "terms": ["price", "stars"], "confidence_level": 0.9},
    "choice_shares": {"model": CHOICE, "options": survey},
    "compare_arms": {"frame": visits, "outcome": "bought", **ARMS, "confidence_level": 0.9},
    "compare_arms ": {"frame": visits, "outcome": "sold", "trials": "seen", **ARMS},
    "compare_rates": {"control": (3, 9), "treatment": (4, 9), "confidence_level": 0.9},
    "customer_summary": {"orders": orders, "value": "paid", "end": "2025-06-20"},
    "difference_in_differences": {"panel": panel, **DID, "confidence_level": 0.9},
    "encouragement_effect": {
        "people": people,
        "invited": "invited",
        "joined": "joined",
        "outcome": "visits",
        "controls": ["age"],
    },
    "event_study": {"panel": panel, **DID, "period": "week", "start": 1, "confidence_level": 0.9},
    "expected_purchases": {"model": MODEL, "summary": summary, "days": 9},
    "factorial_effects": {
        "table": visits,
        "factors": ["reviews", "button"],
        "successes": "sold",
        "trials": "seen",
        "interactions": [("reviews", "button")],
        "confidence_level": 0.9,
    },
    "false_alarm_rate": {"looks": 3, "rng": RNG(1), "tests": 50, "alpha": 0.05},
    "fit_mbgnbd": {"summary": summary},
    "fit_response": {
        "panel": panel,
        "spend": "spend",
        "outcome": "sales",
        "unit": "shop",
        "time": "day",
    },
    "fit_retention": {"members": members},
    "funnel": {"events": events, "steps": ["view", "cart"], "unit": "visitor"},
    "funnel ": {"events": events, "steps": ["view", "cart"], "unit": "visitor", "time": "time"},
    "incremental_roas": {
        "panel": panel,
        "region": "shop",
        "phase": "phase",
        "outcome": "sales",
        "spend": ["spend"],
        "before": "before",
        "confidence_level": 0.9,
    },
    "last_event": {"events": events, "unit": "visitor", "time": "time"},
    "marginal_roas": {"response": RESPONSE, "spend": 3.0},
    "marginal_roas_interval": {"response": RESPONSE, "spend": 3.0, "confidence_level": 0.9},
    "minimum_detectable_effect": {"baseline": 0.1, "visitors": 900, "power": 0.8, "alpha": 0.05},
    "event_flags": {"events": events, "unit": "visitor"},
    "open_points": {"points": points, "today": "2025-10-01", "term": 30},
    "order_days": {"orders": orders},
    "order_gaps": {"orders": orders, "end": "2025-06-20"},
    "simulate_peeking": {"looks": 3, "rng": RNG(1), "tests": 50, "alpha": 0.05, "drift": 1.0},
    "power": {"baseline": 0.1, "effect": 0.01, "visitors": 900, "alpha": 0.05},
    "probability_alive": {"model": MODEL, "summary": summary},
    "ratio_of_sums": {"frame": visits, "top": "sold", "bottom": "seen", "confidence_level": 0.9},
    "ratio_of_sums ": {"frame": visits, "top": "sold", "bottom": "seen", "rng": RNG(1)},
    "repurchase_rate": {"orders": orders, "definition": "cohort", "days": 3, **WINDOW},
    "require_columns": {"frame": orders},
    "sequential_p_values": {
        "daily": visits,
        "day": "day",
        "successes": "sold",
        "trials": "seen",
        **ARMS,
    },
    "sample_ratio_test": {"counts": {"old": 9, "new": 8}, "expected": {"old": 1, "new": 1}},
    "sample_size": {"baseline": 0.1, "effect": 0.01, "power": 0.8, "alpha": 0.05},
    "decompose_change": {"before": visits, "after": visits(), "segment": "arm", "outcome": "sold"},
    "standardised_rate": {
        "frame": visits,
        "segment": "arm",
        "outcome": "sold",
        "trials": "seen",
        "weights": {"old": 1, "new": 2},
    },
    "survival_curve": {
        "days": [2, 3, 5],
        "completed": [True, False, True],
        "confidence_level": 0.9,
    },
    "willingness_to_pay": {"model": CHOICE, "term": "stars"},
}

ODD_COLUMNS: dict[str, Callable[[pd.Series], Any]] = {
    "category": lambda values: values.astype("category"),
    "object": lambda values: values.astype(object),
    "text": lambda values: values.astype(str),
    "decimal": lambda values: [Decimal(f"{float(value):.4f}") for value in values],
    "nullable": lambda values: values.convert_dtypes(),
    "float32": lambda values: values.astype("float32"),
    "complex": lambda values: values.astype(complex),
    "in a zone": lambda values: values.dt.tz_localize("Asia/Shanghai"),
    "dates": lambda values: values.dt.date,
    "dates for numbers": lambda values: DAY + pd.to_timedelta(values, unit="D"),
    "spans for numbers": lambda values: pd.to_timedelta(values, unit="D").astype("m8[ns]"),
    "periods": lambda values: values.dt.to_period("D"),
    "all missing": lambda values: None,
    "all nan": lambda values: np.nan,
    "all NaT": lambda values: pd.NaT,
    "one missing": lambda values: values.where(np.arange(len(values)) > 0),
    "infinite": lambda values: values.astype(float).where(np.arange(len(values)) > 0, np.inf),
    "constant": lambda values: values.iloc[0],
    "zero": lambda values: 0,
    "negative": lambda values: -values,
    "huge": lambda values: values * 1e200,
    "empty text": lambda values: "",
    "lists": lambda values: [[1]] * len(values),
    "mixed": lambda values: [*values.iloc[:-1], "one"],
    "mixed too": lambda values: [*values.iloc[:-1], date(2025, 6, 1)],
}
ODD_TABLES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "empty": lambda table: table.head(0),
    "one row": lambda table: table.head(1),
    "two rows": lambda table: table.tail(2),
    "doubled index": lambda table: table.set_axis([7] * len(table)),
    "doubled rows": lambda table: pd.concat([table, table]),
    "names in two levels": lambda table: pd.concat({"of": table}, axis=1),
    "no columns": lambda table: table[[]],
    "none": lambda table: None,
    "a dictionary": lambda table: table.to_dict(),
    "an array": lambda table: table.to_numpy(),
}
ODD_VALUES = [
    None, "some", "", 0, -1, 2, 1e300, float("nan"), float("inf"), True, [], [1, 2], ["price"] * 2,
    {}, {"a": 1}, (1, 2, 3), date(2025, 6, 3), np.datetime64("2025-06-03"), pd.NaT, Decimal("0.9"),
    pd.Timestamp("2025-06-03", tz="UTC"), 3j, np.array([0.9, 0.8]), pd.Series([0.5, 0.5]),
]  # fmt: skip


def odd_arguments(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is odd, and the argument that is so."""
    ask, usual = getattr(analysis, name.strip()), CALLS[name]
    named = [parameter.default for parameter in inspect.signature(ask).parameters.values()]
    named += [
        each for value in usual.values() for each in (value if isinstance(value, list) else [value])
    ]
    for argument, value in usual.items():
        if not callable(value):
            for odd in ODD_VALUES:
                yield f"{argument}={odd!r}", {argument: odd}
            continue
        table = value()
        for kind, change in ODD_TABLES.items():
            yield f"{argument} {kind}", {argument: change(table)}
        for column in table:
            if not any(column is each or str(each) == column for each in named):
                continue
            doubled = pd.concat([table, table[[column]]], axis=1)
            yield f"{column} doubled", {argument: doubled}
            for kind, change in ODD_COLUMNS.items():
                try:
                    odd_table = table.assign(**{column: change(table[column])})
                except (TypeError, ValueError, AttributeError):
                    continue  # no such column can be made
                yield f"{column} {kind}", {argument: odd_table}


@pytest.mark.parametrize("name", CALLS)
def test_an_odd_input_gets_an_answer_or_a_sentence(name: str) -> None:
    usual = {key: value() if callable(value) else value for key, value in CALLS[name].items()}
    ask = getattr(analysis, name.strip())
    failed = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        repr(ask(**usual))
        for what, odd in odd_arguments(name):
            try:
                repr(ask(**{**usual, **odd}))
            except InputError:
                continue
            except Exception as error:
                failed.append(f"{what}: {type(error).__name__}: {error}")
    assert failed == []


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("standardised_rate", ["sold", "seen"]),
        ("decompose_change", ["sold"]),
        ("compare_arms ", ["sold", "seen"]),
        ("sequential_p_values", ["sold", "seen"]),
        ("factorial_effects", ["reviews", "sold", "seen"]),
        ("incremental_roas", ["sales", "spend"]),
        ("fit_response", ["sales", "spend"]),
        ("difference_in_differences", ["sales", "new"]),
        ("choice_model", ["price", "chosen"]),
        ("fit_retention", ["months", "left"]),
        ("customer_summary", ["paid"]),
    ],
)
@pytest.mark.parametrize("kind", ["decimal", "category", "object", "nullable"])
def test_numbers_count_the_same_however_a_table_stores_them(name, columns, kind) -> None:
    usual = {key: value() if callable(value) else value for key, value in CALLS[name].items()}
    argument = next(iter(usual))
    plain = usual[argument].round(dict.fromkeys(columns, 3))
    stored = plain.assign(**{column: ODD_COLUMNS[kind](plain[column]) for column in columns})
    ask = getattr(analysis, name.strip())
    assert repr(ask(**{**usual, argument: stored})) == repr(ask(**{**usual, argument: plain}))


def test_every_public_function_is_tried() -> None:
    functions = {name for name in analysis.__all__ if inspect.isfunction(getattr(analysis, name))}
    assert functions == {name.strip() for name in CALLS}
