"""An Excel workbook is read as the CSV that it would be."""

import csv
import io
import zipfile
from xml.sax.saxutils import escape

import pandas as pd
import pytest

from course_utils.shop import read_shop
from tests.shop.exports import FORMS, export, world

SALT = b"of a test"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARTS = {
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="orders" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
    '<xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>',
    "_rels/.rels": f'<Relationships xmlns="{RELATIONS}">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>",
}
LETTERS = [a + b for a in ["", *"ABCDEFGH"] for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]


def cell_of(value, place):
    """A cell: text as text, a float as a number, a Timestamp as Excel keeps a time."""
    if isinstance(value, pd.Timestamp):
        days = (value - pd.Timestamp("1899-12-30")) / pd.Timedelta(days=1)
        return f'<c r="{place}" s="1"><v>{days!r}</v></c>'
    if isinstance(value, float):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    text = f'<t xml:space="preserve">{escape(value)}</t>'
    return f'<c r="{place}" t="inlineStr"><is>{text}</is></c>'


def workbook(rows):
    """A workbook with these rows, by the standard of the form (ECMA-376)."""
    lines = [
        f'<row r="{number}">'
        + "".join(cell_of(v, f"{at}{number}") for at, v in zip(LETTERS, row, strict=False))
        + "</row>"
        for number, row in enumerate(rows, 1)
    ]
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**PARTS, "xl/worksheets/sheet1.xml": sheet}.items():
            archive.writestr(name, text)
    return data.getvalue()


@pytest.mark.parametrize("platform", ["taobao", "jd", "shopify"])
def test_a_workbook_holds_what_the_csv_holds(platform):
    form = FORMS[platform]
    files = export(platform, world())
    books = {}
    for name, data in files.items():
        text = data.decode(form.encoding).removeprefix("\ufeff")
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=form.mark)
        books[name] = workbook(list(rows))
    found, wanted = read_shop(books, salt=SALT), read_shop(files, salt=SALT)
    pd.testing.assert_frame_equal(found.orders, wanted.orders)
    assert round(found.ledger["amount"].sum(), 2) == round(wanted.ledger["amount"].sum(), 2)


def test_numbers_and_times_of_excel_are_read():
    rows = [
        ["order_id", "customer_id", "date", "amount"],
        ["1", 7.0, pd.Timestamp("2025-06-01 18:30"), 10.5],
        ["2", 7.0, pd.Timestamp("2025-06-09"), 1234.0],
    ]
    shop = read_shop({"orders.xlsx": workbook(rows)}, salt=SALT)
    assert list(shop.orders["paid"]) == [10.5, 1234.0]
    assert list(shop.orders["time"].dt.strftime("%m-%d %H:%M")) == ["06-01 18:30", "06-09 00:00"]
    assert len(set(shop.orders["buyer"])) == 1


def test_an_order_number_that_lost_its_digits_is_refused():
    rows = [
        ["order_id", "customer_id", "date", "amount"],
        [3553512345678901234.0, "7", "2025-06-01", "10"],
    ]
    shop = read_shop({"orders.xlsx": workbook(rows)}, salt=SALT)
    ((_, said),) = shop.problems
    assert "don't open it in Excel" in said
    assert shop.orders.empty


@pytest.mark.parametrize("data", [b"PK\x03\x04 no more", b"\xd0\xcf\x11\xe0 no more"])
def test_a_damaged_workbook_gets_a_sentence(data):
    ((_, said),) = read_shop({"orders.xlsx": data}, salt=SALT).problems
    assert said.startswith("orders.xlsx is an Excel file that can't be read")


def test_an_empty_workbook_gets_a_sentence():
    ((_, said),) = read_shop({"orders.xlsx": workbook([])}, salt=SALT).problems
    assert "orders.xlsx" in said
