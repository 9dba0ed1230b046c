"""The memo to take to the meeting: one page that stands alone and prints on two sheets."""

from html import escape
from pathlib import Path

import pandas as pd

from course_utils.course.page import table, whole_page
from course_utils.errors import InputError
from course_utils.shop import words
from course_utils.shop.audits import Audit
from course_utils.shop.figures import Figure, written
from course_utils.shop.profiles import platform_name
from course_utils.shop.reading import Shop

MONTHS = 13  # the last ones, so that the memo stays short


def memo_page(shop: Shop, audit: Audit) -> str:
    """The memo as HTML: each figure with its definition, period, number, interval and doubt."""
    parts = [
        f"<h1>{words.memo_title}</h1>",
        *(f"<p>{escape(said)}</p>" for said in (_files(shop), *audit.notes)),
        f"<h2>{words.memo_figures}</h2>",
        table(words.memo_head, [_row(figure) for figure in audit.figures], wrap=True),
        f"<p>{escape(words.memo_interval)}</p>",
        *_tables(audit),
        *_refused(audit),
        f"<p>{escape(words.memo_dashboard)}</p><p>{escape(words.memo_privacy)}</p>",
    ]
    return whole_page(words.memo_title, f'<div class="course-memo">{"".join(parts)}</div>')


def write_memo(shop: Shop, audit: Audit, path: str | Path = "memo.html") -> str:
    """Write the memo; where it is. Raises `InputError` where it can't be written."""
    try:
        Path(path).write_text(memo_page(shop, audit), "utf-8")
    except OSError as error:
        raise InputError(words.memo_not_written.format(reason=error.strerror)) from None
    return str(words.memo_written.format(path=path))


def _files(shop: Shop) -> str:
    if shop.orders.empty:
        return shop.reconcile
    names = [platform_name(name) for name in sorted(set(shop.files["platform"]))]
    return str(words.memo_file.format(platform=" + ".join(names), reconcile=shop.reconcile))


def _row(figure: Figure) -> list[str]:
    period = words.memo_period.format(
        first=f"{figure.first:%Y-%m-%d}", last=f"{figure.last:%Y-%m-%d}"
    )
    number = words.numbered[figure.counted].format(figure.number)
    cells = [figure.definition, figure.amount, f"{period}, {number}", figure.doubt]
    told, *others = [escape(cell) for cell in cells]
    return [f"<b>{escape(figure.name)}</b><br>{told}", *others]


def _tables(audit: Audit) -> list[str]:
    parts: list[str] = []
    if "months" in audit.tables:
        months = audit.tables["months"].tail(MONTHS)
        head = [str(months.index.name), *map(str, months.columns)]
        rows = [
            [str(month), *(f"{cell:,.0f}" for cell in row)]
            for month, row in zip(months.index, months.to_numpy(), strict=True)
        ]
        parts.append(_titled("months", table(head, rows)))
    if "cohorts" in audit.tables:
        rows = _cohorts(audit.tables["cohorts"].tail(MONTHS))
        parts.append(_titled("cohorts", table(words.cohort_head, rows)))
    return ['<div class="course-beside">', *parts, "</div>"] if parts else []


def _titled(name: str, rows: str) -> str:
    return f"<div><h2>{words.memo_tables[name]}</h2>{rows}</div>"


def _cohorts(cohorts: pd.DataFrame) -> list[list[str]]:
    rows = []
    for month, buyers, *found in cohorts.itertuples(name=None):
        shown = words.brief_interval.format(*(written(part, "share") for part in found))
        rows.append([str(month), f"{buyers:,.0f}", shown])
    return rows


def _refused(audit: Audit) -> list[str]:
    """What is refused; one sentence for all that are for the same reason."""
    reasons: dict[str, list[str]] = {}
    for name, said in audit.refused.items():
        reasons.setdefault(said, []).append(words.audits[name])
    points = [
        f"<li><b>{escape(', '.join(names))}</b>: {escape(said)}</li>"
        for said, names in reasons.items()
    ]
    return [f"<h2>{words.memo_refused}</h2><ul>{''.join(points)}</ul>"] if points else []
