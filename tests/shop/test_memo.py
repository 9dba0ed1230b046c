"""The memo says every figure with its doubt, prints on two sheets, and names nobody."""

import re
from html import escape

import pytest

from course_utils.authoring.pages import BROWSERS, print_page
from course_utils.shop import audit_shop, memo_page, read_shop, write_memo
from tests.shop.exports import PRIVATE, export, world

SALT = b"of a test"


@pytest.fixture(scope="module", params=["shopify", "pinduoduo", "course"])
def shop(request):
    return read_shop(export(request.param, world(400)), salt=SALT)


def test_each_figure_has_its_definition_interval_period_and_doubt(shop):
    audit = audit_shop(shop)
    page = memo_page(shop, audit)
    assert escape(shop.reconcile) in page
    for one in audit.figures:
        for said in (one.name, one.definition, one.amount, one.doubt, f"{one.last:%Y-%m-%d}"):
            assert escape(said) in page
    for said in audit.refused.values():
        assert page.count(escape(said)) == 1
    assert not re.search(r"url\(|@import|<link|<script|src=", page)


def test_nobody_is_named(shop):
    page = memo_page(shop, audit_shop(shop))
    assert [private for private in PRIVATE if private in page] == []
    assert not any(name in page for name in set(shop.orders.get("buyer", [])))
    assert not any(order in page for order in shop.orders["order"])


def test_a_shop_without_orders_has_a_memo_of_refusals():
    shop = read_shop({}, salt=SALT)
    page = memo_page(shop, audit_shop(shop))
    assert "No paid order was found." in page
    assert "look at the reading report" in page


def test_it_is_written_where_it_is_wanted_or_a_sentence_says_why_not(shop, tmp_path):
    audit = audit_shop(shop)
    assert "memo.html" in write_memo(shop, audit, tmp_path / "memo.html")
    assert (tmp_path / "memo.html").read_text("utf-8") == memo_page(shop, audit)
    with pytest.raises(ValueError, match="choose another folder"):
        write_memo(shop, audit, tmp_path / "nowhere" / "memo.html")


def test_it_prints_on_two_sheets(shop, tmp_path):
    path = tmp_path / "memo.html"
    write_memo(shop, audit_shop(shop), path)
    if not print_page(path).endswith(".pdf"):
        pytest.skip(f"none of {BROWSERS} is here")
    sheets = re.findall(rb"/Type\s*/Page\b", path.with_suffix(".pdf").read_bytes())
    assert 1 <= len(sheets) <= 2
