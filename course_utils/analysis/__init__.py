"""What an operations analyst computes: pure functions on tables and numbers.

Shares are shares throughout: a conversion rate of 2% is 0.02 and one percentage point is 0.01.
Input that can't be right raises `InputError` with a sentence that says what to change.
"""

from course_utils.analysis.acquisition import AcquisitionCurve, acquisition_curve
from course_utils.analysis.choice import (
    ChoiceModel,
    choice_model,
    choice_shares,
    willingness_to_pay,
)
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
from course_utils.analysis.rates import (
    RateComparison,
    compare_arms,
    compare_rates,
    split_change,
    standardised_rate,
)
from course_utils.analysis.tables import require_columns
from course_utils.errors import InputError

__all__ = [
    "AcquisitionCurve",
    "ChoiceModel",
    "Estimate",
    "InputError",
    "PeekedTests",
    "RateComparison",
    "SampleRatio",
    "acquisition_curve",
    "choice_model",
    "choice_shares",
    "compare_arms",
    "compare_rates",
    "factorial_effects",
    "false_alarm_rate",
    "funnel",
    "last_event",
    "minimum_detectable_effect",
    "one_row_per",
    "peeking",
    "power",
    "ratio_of_sums",
    "require_columns",
    "running_p_values",
    "sample_ratio_test",
    "sample_size",
    "split_change",
    "standardised_rate",
    "willingness_to_pay",
]
