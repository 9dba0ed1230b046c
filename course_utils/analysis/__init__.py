"""What an operations analyst computes: pure functions on tables and numbers.

Shares are shares throughout: a conversion rate of 2% is 0.02 and one percentage point is 0.01.
Input that can't be right raises `InputError` with a sentence that says what to change.
"""

from course_utils.analysis.acquisition import AcquisitionCurve, acquisition_curve
from course_utils.analysis.baskets import basket_rules
from course_utils.analysis.choice import (
    ChoiceModel,
    choice_model,
    choice_shares,
    willingness_to_pay,
)
from course_utils.analysis.did import Uplift, difference_in_differences, event_study
from course_utils.analysis.encouragement import encouragement_effect
from course_utils.analysis.estimates import Estimate, ratio_of_sums
from course_utils.analysis.events import funnel, last_event, one_row_per
from course_utils.analysis.experiments import (
    PeekedTests,
    SampleRatio,
    factorial_effects,
    false_alarm_rate,
    minimum_detectable_effect,
    peeking,
    power,
    running_p_values,
    sample_ratio_test,
    sample_size,
)
from course_utils.analysis.holdout import incremental_roi
from course_utils.analysis.lifetime import (
    BGNBD,
    expected_purchases,
    fit_bgnbd,
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
    split_change,
    standardised_rate,
)
from course_utils.analysis.response import (
    Response,
    adstock,
    average_roi,
    best_mix,
    fit_response,
    marginal_roi,
    marginal_roi_interval,
)
from course_utils.analysis.retention import Retention, fit_retention
from course_utils.analysis.survival import SurvivalCurve, survival_curve
from course_utils.analysis.tables import require_columns
from course_utils.errors import InputError

__all__ = [
    "BGNBD",
    "AcquisitionCurve",
    "ChoiceModel",
    "Estimate",
    "InputError",
    "PeekedTests",
    "RateComparison",
    "RepurchaseRate",
    "Response",
    "Retention",
    "SampleRatio",
    "SurvivalCurve",
    "Uplift",
    "acquisition_curve",
    "adstock",
    "average_roi",
    "basket_rules",
    "best_mix",
    "choice_model",
    "choice_shares",
    "compare_arms",
    "compare_rates",
    "customer_summary",
    "difference_in_differences",
    "encouragement_effect",
    "event_study",
    "expected_purchases",
    "factorial_effects",
    "false_alarm_rate",
    "fit_bgnbd",
    "fit_response",
    "fit_retention",
    "funnel",
    "incremental_roi",
    "last_event",
    "marginal_roi",
    "marginal_roi_interval",
    "minimum_detectable_effect",
    "one_row_per",
    "open_points",
    "order_days",
    "order_gaps",
    "peeking",
    "power",
    "probability_alive",
    "ratio_of_sums",
    "repurchase_rate",
    "require_columns",
    "running_p_values",
    "sample_ratio_test",
    "sample_size",
    "split_change",
    "standardised_rate",
    "survival_curve",
    "willingness_to_pay",
]
