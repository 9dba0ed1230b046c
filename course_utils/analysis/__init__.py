"""What an operations analyst computes: pure functions on tables and numbers.

What holds for all of them and is not repeated in each:

- Shares are shares: a conversion rate of 2% is 0.02, one percentage point is 0.01. Money keeps the
  unit of its column, times are in days unless another unit is named.
- Columns are named by arguments: `unit="visitor"` reads the column "visitor". No table is changed.
- `confidence_level` is how often such intervals hold the truth in the long run, between 0 and 1:
  0.90 unless another is given, as a verdict of the course asks for.
- Input that can't be right raises `InputError` with a sentence that says what to change: a column
  that is missing or has gaps, text where numbers belong, a share that is none. A docstring names
  what is refused beyond that.
- A docstring gives the method's source, and the call of another library that finds the same.
"""

from course_utils.analysis.acquisition import AcquisitionCurve, acquisition_curve
from course_utils.analysis.baskets import basket_rules
from course_utils.analysis.choice import (
    ChoiceModel,
    choice_model,
    choice_shares,
    willingness_to_pay,
)
from course_utils.analysis.did import DidEstimate, difference_in_differences, event_study
from course_utils.analysis.encouragement import encouragement_effect
from course_utils.analysis.estimates import Estimate, ratio_of_sums
from course_utils.analysis.events import event_flags, funnel, last_event
from course_utils.analysis.experiments import (
    PeekingSimulation,
    SampleRatio,
    factorial_effects,
    false_alarm_rate,
    minimum_detectable_effect,
    power,
    sample_ratio_test,
    sample_size,
    sequential_p_values,
    simulate_peeking,
)
from course_utils.analysis.holdout import incremental_roas
from course_utils.analysis.lifetime import (
    MBGNBD,
    expected_purchases,
    fit_mbgnbd,
    probability_alive,
)
from course_utils.analysis.loyalty import open_points
from course_utils.analysis.orders import (
    RepurchaseRate,
    customer_summary,
    order_days,
    order_gaps,
    repurchase_rate,
)
from course_utils.analysis.rates import (
    RateComparison,
    compare_arms,
    compare_rates,
    decompose_change,
    standardised_rate,
)
from course_utils.analysis.response import (
    Response,
    adstock,
    average_roas,
    best_mix,
    fit_response,
    marginal_roas,
    marginal_roas_interval,
)
from course_utils.analysis.retention import Retention, fit_retention
from course_utils.analysis.survival import SurvivalCurve, survival_curve
from course_utils.analysis.tables import require_columns
from course_utils.errors import InputError

__all__ = [
    "MBGNBD",
    "AcquisitionCurve",
    "ChoiceModel",
    "DidEstimate",
    "Estimate",
    "InputError",
    "PeekingSimulation",
    "RateComparison",
    "RepurchaseRate",
    "Response",
    "Retention",
    "SampleRatio",
    "SurvivalCurve",
    "acquisition_curve",
    "adstock",
    "average_roas",
    "basket_rules",
    "best_mix",
    "choice_model",
    "choice_shares",
    "compare_arms",
    "compare_rates",
    "customer_summary",
    "decompose_change",
    "difference_in_differences",
    "encouragement_effect",
    "event_flags",
    "event_study",
    "expected_purchases",
    "factorial_effects",
    "false_alarm_rate",
    "fit_mbgnbd",
    "fit_response",
    "fit_retention",
    "funnel",
    "incremental_roas",
    "last_event",
    "marginal_roas",
    "marginal_roas_interval",
    "minimum_detectable_effect",
    "open_points",
    "order_days",
    "order_gaps",
    "power",
    "probability_alive",
    "ratio_of_sums",
    "repurchase_rate",
    "require_columns",
    "sample_ratio_test",
    "sample_size",
    "sequential_p_values",
    "simulate_peeking",
    "standardised_rate",
    "survival_curve",
    "willingness_to_pay",
]
