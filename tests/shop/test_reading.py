"""What an export says is what comes out of it, to the cent; and nobody's name does."""

import csv
import io
import re
from decimal import Decimal

import pandas as pd
import pytest

from course_utils.shop import read_shop, reading_report, remember_form
from tests.shop.exports import FORMS, MONEY, PRIVATE, export, lines_of, truth, world

SALT = b"of a test"


@pytest.fixture(scope="module")
def orders():
    return world()


@pytest.fixture(scope="module")
def shops(orders):
    return {name: read_shop(export(name, orders), salt=SALT) for name in FORMS}


def column_sum(platform, data):
    """The sum of a file's column of money, by hand."""
    form = FORMS[platform]
    lines = data.decode(form.encoding).splitlines(keepends=True)
    rows = list(csv.reader(io.StringIO("".join(lines)), delimiter=form.mark))
    start = next(at for at, row in enumerate(rows) if MONEY[platform] in row)
    place = rows[start].index(MONEY[platform])
    cells = [re.sub(r"[¥,]", "", row[place]) for row in rows[start + 1 :]]
    return sum((Decimal(cell) for cell in cells if re.search(r"\d", cell)), Decimal(0))


@pytest.mark.parametrize("platform", FORMS)
def test_kept_and_dropped_add_up_to_the_file_to_the_cent(platform, orders, shops):
    shop = shops[platform]
    for name, data in export(platform, orders).items():
        amounts = shop.ledger.loc[shop.ledger["file"] == name, "amount"]
        assert round(amounts.sum(), 2) == float(column_sum(platform, data))
    assert set(shop.files["platform"]) == {platform}
    assert shop.ledger["rows"].sum() == shop.files["rows"].sum()
    kept = shop.ledger.loc[shop.ledger["reason"] == "kept", "amount"].sum()
    assert round(kept, 2) == round(shop.orders["paid"].sum(), 2)


@pytest.mark.parametrize("platform", FORMS)
def test_a_dirty_export_holds_the_orders_of_the_clean_table(platform, orders, shops):
    found, clean = shops[platform].orders, truth(platform, orders)
    assert set(found.columns) == set(clean.columns)
    found = found[clean.columns]
    if "buyer" in clean:  # the same people, under other names
        pairs = pd.DataFrame({"was": clean.pop("buyer"), "is": found.pop("buyer")})
        assert len(pairs.drop_duplicates()) == pairs["was"].nunique() == pairs["is"].nunique()
    if platform == "pinduoduo":  # where the time is empty the date stands in the order's number
        found["time"], clean["time"] = found["time"].dt.normalize(), clean["time"].dt.normalize()
    pd.testing.assert_frame_equal(found, clean, check_dtype=False)


@pytest.mark.parametrize("platform", FORMS)
def test_each_product_of_an_order_is_a_line_and_gifts_that_come_along_cost_nothing(
    platform, orders, shops
):
    def by_product(lines):
        return lines.groupby(["order", "product"])["amount"].sum().round(2).to_dict()

    assert by_product(shops[platform].lines) == by_product(lines_of(platform, orders))


@pytest.mark.parametrize("platform", FORMS)
def test_no_name_phone_address_or_note_is_in_any_frame(platform, orders, shops):
    shop = shops[platform]
    said = "".join(
        table.to_csv() for table in (shop.orders, shop.lines, shop.refunds, shop.ledger, shop.files)
    )
    said += f"{shop.problems}{shop!r}{reading_report(shop).html}{reading_report(shop)!r}"
    assert [private for private in PRIVATE if private in said] == []
    assert not any(re.search(rf"\b{buyer}\b", said) for buyer in orders["buyer"].unique()[:20])
    if "buyer" in shop.orders:
        assert shop.orders["buyer"].dropna().str.fullmatch("b[0-9a-f]{20}").all()


def test_a_buyer_has_one_name_on_a_machine_and_another_elsewhere(orders):
    files = export("course", orders.iloc[:30])
    first, again, elsewhere = (
        read_shop(files, salt=salt).orders["buyer"] for salt in (SALT, SALT, b"another")
    )
    assert (first == again).all()
    assert not set(first) & set(elsewhere)


def test_the_salt_is_kept_and_no_row_is_written(orders, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "work"))
    files = export("course", orders.iloc[:30])
    assert (read_shop(files).orders["buyer"] == read_shop(files).orders["buyer"]).all()
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["shop_salt"]


def course_file(*rows):
    return ("order_id,customer_id,date,amount\n" + "\n".join(rows)).encode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n123", "picture"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
        (b"\xff\x00\xfe\xfd no text", "no text"),
        (b"one column\n1\n2\n", "no export that the course knows"),
        (b"order_id,customer_id,date,amount\n", "no rows"),
        (course_file("3.5535E+18,7,2025-06-01,10"), "don't open it in Excel"),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_sentence_and_the_others_are_read(data, said):
    shop = read_shop({"bad.csv": data, "good.csv": course_file("1,7,2025-06-01,10")}, salt=SALT)
    assert len(shop.orders) == 1
    (problem,) = shop.problems
    assert problem[0] == "bad.csv"
    assert said in problem[1]
    assert read_shop({"bad.csv": data}, salt=SALT).orders.empty


def test_rows_that_cannot_be_right_are_dropped_and_told_with_their_amounts():
    rows = ["1,7,2025-06-01,10", "2,7,1900-01-01,20", "3,7,2099-01-01,30", "4,7,soon,40",
            ",7,2025-06-01,50", "5,7,2025-06-01,much", "6,7,2025-06-01,99999999999",
            "7,7,2025-06-01,-5", "8,7,2025-06-01,1,2,3,4"]  # fmt: skip
    shop = read_shop({"a.csv": course_file(*rows)}, salt=SALT)
    assert shop.orders["order"].tolist() == ["1"]
    reasons = shop.ledger.set_index("reason")["amount"].to_dict()
    assert reasons == {
        "kept": 10, "date_impossible": 50, "no_date": 40, "no_order_number": 50,
        "amount_unreadable": 0, "amount_impossible": 99999999999, "refund_row": -5, "broken_row": 1,
    }  # fmt: skip
    assert len(shop.problems) == 7  # each reason, and a refund of no order
    assert "1 paid orders and ¥10.00 from 2025-06-01" in shop.reconcile


def test_ten_thousand_duplicates_are_one_order():
    shop = read_shop({"a.csv": course_file(*["1,7,2025-06-01,10"] * 10_000)}, salt=SALT)
    assert len(shop.orders) == 1
    assert "9,999" in shop.problems[0][1]


def test_a_newer_file_counts_and_days_without_a_file_are_told():
    early = "order_id,customer_id,date,amount\n1,7,2025-06-01,10\n2,7,2025-06-02,20\n"
    late = "order_id,customer_id,date,amount\n2,7,2025-06-02,25\n"
    last = "order_id,customer_id,date,amount\n3,7,2025-06-09,5\n"
    files = {"1.csv": early.encode(), "2.csv": late.encode(), "3.csv": last.encode()}
    shop = read_shop(files, salt=SALT)
    assert shop.orders["paid"].tolist() == [10, 25, 5]
    assert any("6 days between 2025-06-02 and 2025-06-09" in said for _, said in shop.problems)


def test_two_platforms_are_not_mixed(orders):
    files = {"shopify.csv": export("shopify", orders)["one.csv"],
             "few.csv": course_file("1,7,2025-06-01,10")}  # fmt: skip
    shop = read_shop(files, salt=SALT)
    assert set(shop.files["platform"]) == {"shopify"}
    assert any(name == "few.csv" and "Shopify" in said for name, said in shop.problems)


def test_an_unknown_status_is_asked_about(orders):
    data = export("taobao", orders)["one.csv"].decode("gb18030").replace("交易关闭", "被冻结")
    shop = read_shop({"a.csv": data.encode("gb18030")}, salt=SALT)
    assert any("被冻结" in said for _, said in shop.problems)


def test_a_refunds_file_takes_off_what_came_back_and_only_when_it_did():
    refunds = (
        "退款编号,订单编号,退款完结时间,买家会员名称,买家退款金额,退款状态\n"
        '="91",="1",2025-06-20 10:00:00,王小明,4.50,退款成功\n'
        '="92",="2",,王小明,9.00,退款关闭\n'
        '="93",="5",2025-06-21 10:00:00,王小明,2.00,退款成功\n'
    ).encode("gb18030")
    sold = (
        "订单编号,买家会员名,买家实际支付金额,订单状态,订单创建时间\n"
        '="1",a,10.00,交易成功,2025-06-01 10:00:00\n="2",b,9.00,交易成功,2025-06-02 10:00:00\n'
    ).encode("gb18030")
    shop = read_shop({"refunds.csv": refunds, "sold.csv": sold}, salt=SALT)
    assert shop.orders["refund"].tolist() == [4.5, 0]
    assert shop.refunds["amount"].tolist() == [4.5, 2.0]
    assert any("¥2.00" in said for _, said in shop.problems)
    assert "add the export of orders" in read_shop({"r.csv": refunds}, salt=SALT).problems[0][1]


def test_masked_buyers_are_unknown_and_counted():
    rows = ["1,7,2025-06-01,10", "2,张**,2025-06-01,10", "3,##x,2025-06-01,10", "4,,2025-06-01,1"]
    shop = read_shop({"a.csv": course_file(*rows)}, salt=SALT)
    assert shop.orders["buyer"].isna().tolist() == [False, True, True, True]
    assert any("3 of 4" in said for _, said in shop.problems)


def test_a_folder_is_read_and_a_missing_file_named(tmp_path):
    (tmp_path / "a.csv").write_bytes(course_file("1,7,2025-06-01,10"))
    assert len(read_shop(tmp_path, salt=SALT).orders) == 1
    with pytest.raises(ValueError, match=r"no file nowhere\.csv"):
        read_shop(tmp_path / "nowhere.csv", salt=SALT)


def test_the_report_tells_of_files_problems_and_what_to_reconcile(shops):
    text = repr(reading_report(shops["jd"]))
    assert "one.csv · JD (京东商家后台)" in text
    assert shops["jd"].reconcile in text
    assert "repeat its amount" in text
    assert "headers again, left out: 2" in text
    assert "Total rows left out" in text
    assert "don't tell who bought" in repr(reading_report(shops["amazon"]))
    clean = read_shop({"a.csv": course_file("1,7,2025-06-01,10")}, salt=SALT)
    assert "Nothing was left out" in repr(reading_report(clean))
    assert "No paid order" in repr(reading_report(read_shop({}, salt=SALT)))


UNKNOWN = "单号,会员卡,下单,实收\n001,M1,2025-06-01,10.00\n002,M1,2025-06-03,5.50\n".encode()


def test_an_unknown_file_is_known_after_four_answers(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "work"))
    files = {"till.csv": UNKNOWN}
    ((name, said),) = read_shop(files, salt=SALT).problems
    assert name == "till.csv"
    assert "单号, 会员卡, 下单, 实收" in said
    assert "remember_form" in said
    remember_form("my till", order="单号", time="下单", money="实收", buyer="会员卡")
    shop = read_shop(files, salt=SALT)
    assert shop.orders["paid"].tolist() == [10, 5.5]
    assert len(set(shop.orders["buyer"])) == 1
    assert "till.csv · my till" in repr(reading_report(shop))
    (kept,) = tmp_path.rglob("*.toml")
    assert "M1" not in kept.read_text("utf-8")


def test_lines_of_an_unknown_file_add_up(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "work"))
    remember_form("lines", order="单号", time="下单", money="实收", line="会员卡")
    rows = (
        "单号,会员卡,下单,实收\n001,a,2025-06-01,10\n001,b,2025-06-01,5.50\n001,b,2025-06-01,5.50"
    )
    assert read_shop({"a.csv": rows.encode()}, salt=SALT).orders["paid"].tolist() == [15.5]


@pytest.mark.parametrize(
    ("name", "money", "said"),
    [("../up", "实收", "name of its own"), ("jd", "实收", "name of its own"),
     ("till", "单号", "same column")],
)  # fmt: skip
def test_a_form_that_cannot_be_gets_a_sentence(name, money, said, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "work"))
    with pytest.raises(ValueError, match=said):
        remember_form(name, order="单号", time="下单", money=money)
    assert not [*tmp_path.rglob("*.toml")]


def test_a_file_of_two_gigabytes_is_refused_unread(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)
    ((_, said),) = read_shop(path, salt=SALT).problems
    assert "shorter period" in said


def test_lines_that_a_quote_swallows_are_told():
    rows = ["1,7,2025-06-01,10", '"2,7,2025-06-01,10', "3,7,2025-06-01,10", '4",7,2025-06-01,10']
    shop = read_shop({"a.csv": course_file(*rows)}, salt=SALT)
    assert any("part of a cell: 2" in said for _, said in shop.problems)
