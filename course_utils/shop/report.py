"""The reading report: what was found in the files, before any figure."""

from html import escape

from course_utils.course.page import Page, table
from course_utils.shop import words
from course_utils.shop.profiles import platform_name
from course_utils.shop.reading import KEPT, Shop


def reading_report(shop: Shop) -> Page:
    """File by file what was kept and dropped, and every problem with what to do about it."""
    files, problems = (
        _files(shop),
        [[name or words.all_files, said] for name, said in shop.problems],
    )
    parts = [
        table(words.report_head, [[escape(cell) for cell in row] for row in files]),
        f"<p><b>{escape(shop.reconcile)}</b></p>",
        f"<p>{escape(_buyers(shop))}</p>",
        table(words.problem_head, [[escape(cell) for cell in row] for row in problems], wrap=True)
        if problems
        else f"<p>{words.no_problems}</p>",
    ]
    told = [": ".join(row) for row in problems] or [words.no_problems]
    rows = [" · ".join(row) for row in files]
    return Page("".join(parts), "\n".join([*rows, shop.reconcile, _buyers(shop), *told]))


def _files(shop: Shop) -> list[list[str]]:
    rows = []
    for name, platform, count, first, last in shop.files.itertuples(index=False, name=None):
        ledger = shop.ledger[shop.ledger["file"] == name]
        kept = int(ledger.loc[ledger["reason"] == KEPT, "rows"].sum())
        dates = [f"{day:%Y-%m-%d}" if day == day else "–" for day in (first, last)]
        counts = [f"{number:,}" for number in (count, kept, count - kept)]
        rows.append([name, platform_name(platform), *counts, *dates])
    return rows


def _buyers(shop: Shop) -> str:
    if "buyer" not in shop.orders:
        return words.buyers_unknown
    known = int(shop.orders["buyer"].notna().sum())
    return words.buyers_known.format(known=known, all=len(shop.orders))
