"""Dirty exports in each platform's form, made of the course's own world: the truth is known."""

import csv
import io
from dataclasses import dataclass

import numpy as np
import pandas as pd

from course_utils.cases.fresh_food import case

NAME, PHONE, ADDRESS, NOTE = "王小明", "13812345678", "幸福路八号", "请放门口"
PRIVATE = (NAME, PHONE, ADDRESS, NOTE)
PRODUCTS = np.array(["酸奶", "苹果", "鸡蛋", "Tomatoes, 1 kg"])
CHANNELS = np.array(["app", "live", "search"])


def world(customers=120):
    """Orders as they were, one row an order: who, when, what was paid and what came back."""
    bought = case.load("purchases").sort_values(["date", "order_id"], kind="stable")
    everyone = bought["customer_id"].drop_duplicates()
    some = everyone.iloc[:: len(everyone) // customers]
    orders = bought[bought["customer_id"].isin(some)].reset_index(drop=True)
    orders["date"] = pd.to_datetime(orders["date"])
    place = np.arange(len(orders))
    cents = (orders["amount"] * 100).round().astype(int) + place % 7
    return pd.DataFrame(
        {
            "order": [f"25{day:%m%d}-{3553 * 10**14 + at:018d}"
                      for at, day in zip(place, orders["date"], strict=True)],
            "buyer": "u" + orders["customer_id"].astype(str),
            "time": orders["date"] + pd.to_timedelta(place % 1380 + 15, "min"),
            "paid": cents / 100,
            "refund": np.where(place % 9 == 4, (cents // (1 + place % 2)) / 100, 0.0),
            "discount": (place % 5) * 1.5,
            "product": PRODUCTS[place % 4],
            "channel": CHANNELS[place % 3],
        }
    )  # fmt: skip


@dataclass
class Form:
    """A platform's headers, by what they hold, and its ways to write."""

    columns: dict[str, str]  # header: field of the order, or a text that stays
    grain: str = "order"
    encoding: str = "gb18030"
    time: str = "%Y-%m-%d %H:%M:%S"
    mark: str = ","
    statuses: tuple = ("交易成功", "等待买家付款", "交易关闭")
    tells: tuple = ()  # of buyer, refund, discount, channel
    wrap: str = '="{}"'
    after_sale: str = "退款成功"
    whole: bool = False  # whether what comes back is always all


FORMS = {
    "taobao": Form(
        {"订单编号": "order", "买家会员名": "buyer", "买家支付宝账号": PHONE,
         "买家应付货款": "paid", "总金额": "paid", "买家实际支付金额": "paid",
         "订单状态": "status", "买家留言": NOTE,
         "收货人姓名": NAME, "收货地址 ": ADDRESS, "联系手机": "'" + PHONE, "订单创建时间": "time",
         "订单付款时间 ": "time", "宝贝标题 ": "product", "宝贝总数量": "1", "订单备注": NOTE},
        statuses=("卖家已发货，等待买家确认", "等待买家付款", "交易关闭"), tells=("buyer",)),
    "qianniu": Form(
        {"订单编号": "order", "支付单号": "x", "买家应付货款": "paid", "买家实付金额": "paid",
         "订单创建时间": "time", "订单付款时间": "time", "商品标题": "product",
         "退款金额": "refund", "订单状态": "status"}, tells=("refund",)),
    "tmall_items": Form(
        {"子订单编号": "line", "主订单编号": "order", "标题": "product", "价格": "price",
         "购买数量": "1", "备注": NOTE, "订单状态": "status", "买家应付货款": "paid",
         "买家实际支付金额": "paid", "退款状态": "after_sale", "退款金额": "refund",
         "订单创建时间": "time", "订单付款时间": "time"}, grain="line", tells=("refund",)),
    "jd": Form(
        {"订单号": "order", "商品ID": "sku", "商品名称": "product", "订购数量": "1",
         "下单时间": "time", "京东价": "price", "订单金额": "total",
         "应付金额": "total", "订单状态": "status",
         "下单帐号": "buyer", "客户姓名": NAME, "客户地址": ADDRESS, "联系电话": PHONE,
         "订单备注": NOTE, "订单渠道": "channel"}, grain="line", time="%Y/%m/%d %H:%M",
        statuses=("完成", "等待付款", "(删除)等待出库"), tells=("buyer", "channel")),
    "pinduoduo": Form(
        {"商品": "product", "订单号": "order", "订单状态": "status", "商品总价(元)": "paid",
         "店铺优惠折扣(元)": "discount", "平台优惠折扣(元)": "0.00", "用户实付金额(元)": "paid",
         "商品数量(件)": "1", "商家备注": NOTE, "售后状态": "after_sale", "订单成交时间": "time"},
        encoding="utf-8-sig", statuses=("已发货，待签收", "待支付", "已取消"),
        tells=("refund", "discount"), wrap="{}\t", whole=True),
    "douyin": Form(
        {"主订单编号": "order", "子订单编号": "line", "选购商品": "product", "商品数量": "1",
         "订单应付金额": "paid", "收件人": "##" + NAME, "收件人手机号": PHONE, "详细地址": ADDRESS,
         "订单提交时间": "time", "商家备注": NOTE, "订单状态": "status", "售后状态": "after_sale",
         "商家实际承担优惠金额": "discount", "流量来源": "channel"}, grain="line", encoding="utf-8",
        statuses=("已完成", "待支付", "已关闭"), tells=("refund", "discount", "channel"),
        wrap="'{}", whole=True),
    "youzan": Form(
        {"订单号": "order", "销售渠道": "channel", "订单状态": "status", "分销员": NAME,
         "订单创建时间": "time", "店铺优惠合计": "discount", "订单实付金额": "paid",
         "买家昵称": NAME, "买家手机号": "buyer", "收货人地址": ADDRESS, "订单已退款金额": "refund",
         "分销员 ": NAME}, statuses=("交易完成", "待付款", "交易关闭"),
        tells=("buyer", "refund", "discount", "channel")),
    "shopify": Form(
        {"Name": "order", "Email": "buyer", "Financial Status": "status", "Currency": "CNY",
         "Total": "total", "Discount Amount": "discount", "Created at": "time",
         "Lineitem quantity": "1", "Lineitem name": "product", "Lineitem price": "price",
         "Billing Name": NAME, "Billing Phone": PHONE, "Shipping Street": ADDRESS, "Notes": NOTE,
         "Refunded Amount": "refund", "Source": "channel"}, grain="first line", encoding="utf-8",
        statuses=("paid", "pending", "voided"), tells=("buyer", "refund", "discount", "channel"),
        wrap="{}"),
    "woocommerce": Form(
        {"Date": "time", "Order #": "order", "N. Revenue (formatted)": "paid", "Status": "status",
         "Customer": "buyer", "Customer type": "new", "Product(s)": "product", "Items sold": "1",
         "Coupon(s)": "", "Net Sales": "paid", "Attribution": "channel"}, encoding="utf-8",
        statuses=("Completed", "Pending payment", "Cancelled"),
        tells=("buyer", "refund", "channel"), wrap="{}"),
    "amazon": Form(
        {"amazon-order-id": "order", "purchase-date": "time", "order-status": "status",
         "sales-channel": "channel", "sku": "sku", "asin": "product", "quantity": "1",
         "currency": "CNY", "item-price": "paid", "item-promotion-discount": "discount",
         "ship-city": ADDRESS}, grain="line", mark="\t", encoding="utf-8",
        statuses=("Shipped", "Pending", "Cancelled"), tells=("discount", "channel"), wrap="{}"),
    "course": Form(
        {"order_id": "order", "customer_id": "buyer", "date": "time", "amount": "paid",
         "product": "product", "channel": "channel"}, encoding="utf-8",
        tells=("buyer", "refund", "channel"), wrap="{}"),
}  # fmt: skip
MONEY = {"taobao": "买家实际支付金额", "qianniu": "买家实付金额", "tmall_items": "买家实际支付金额",
         "jd": "应付金额", "pinduoduo": "用户实付金额(元)", "douyin": "订单应付金额",
         "youzan": "订单实付金额", "shopify": "Total", "woocommerce": "Net Sales",
         "amazon": "item-price", "course": "amount"}  # fmt: skip


def truth(platform, orders):
    """The orders as an audit should have them, with what the platform's form can tell."""
    form = FORMS[platform]
    kept = ["order", "time", "paid", *form.tells]
    orders = orders.copy()
    if form.whole:
        orders["refund"] = orders["paid"].where(orders["refund"] > 0, 0.0)
    return orders[kept].sort_values("order").reset_index(drop=True)


def lines_of(platform, orders):
    """What each product of each order came to."""
    if platform == "youzan":
        return orders[["order", "product"]].iloc[:0].assign(amount=0.0)
    return pd.DataFrame(
        [(order.order, product, cents / 100)
         for order in orders.itertuples()
         for product, cents in _parts(FORMS[platform], order)],
        columns=["order", "product", "amount"],
    )  # fmt: skip


def export(platform, orders):
    """Two overlapping files of a shop, dirty; the names and the bytes."""
    form = FORMS[platform]
    half = len(orders) // 2
    files = {}
    for name, part in (("one.csv", orders.iloc[: half + 20]), ("two.csv", orders.iloc[half:])):
        rows = list(form.columns), *_rows(platform, form, part)
        files[name] = _written(platform, form, rows)
    return files


def _parts(form, order):
    """The products of an order with their cents: two in a line's grain, now and then."""
    cents = round(order.paid * 100)
    if form.grain == "order" or cents % 3 or cents < 200:
        return [(order.product, cents)]
    return [(order.product, cents // 3), ("赠品" if cents % 2 else "牛奶", cents - cents // 3)]


def _rows(platform, form, orders):
    paid, unpaid, closed = form.statuses
    for place, order in enumerate(orders.itertuples()):
        yield from _order(platform, form, order, paid, place)
        if platform != "course" and place % 11 == 3:  # neither is an order
            other = order._replace(order=order.order + "9", refund=0.0)
            yield from _order(platform, form, other, unpaid if place % 2 else closed, place)
        if place % 40 == 7:  # a gift
            gift = order._replace(order=order.order + "8", paid=0.0, refund=0.0, discount=0.0)
            yield from _order(platform, form, gift, paid, place)
        if place % 50 == 9:  # stands twice
            yield from _order(platform, form, order, paid, place)
    if platform in ("woocommerce", "course"):
        for order in orders[orders["refund"] > 0].itertuples():
            yield from _order(platform, form, order._replace(paid=-order.refund), paid, 1)


def _order(platform, form, order, status, place):
    whole, parts = order.refund > 0, _parts(form, order)
    left, saved = round(order.refund * 100), round(order.discount * 100)
    for number, (product, cents) in enumerate(parts):
        head = number == 0
        last = number == len(parts) - 1
        back = cents if form.whole and whole else min(left, cents)
        left -= back
        off = saved if last or form.grain == "first line" else 0
        values = {
            "order": form.wrap.format(order.order),
            "line": form.wrap.format(f"{order.order}{number}"),
            "sku": f"S{number}", "buyer": order.buyer, "status": status, "product": product,
            "paid": _money(cents, place), "price": _money(cents, place),
            "total": _money(round(order.paid * 100), place), "refund": _money(back, place + 1),
            "discount": _money(off, place), "channel": order.channel,
            "after_sale": form.after_sale if back and (whole or not form.whole) else "没有申请退款",
            "time": _time(platform, form, order.time, place),
        }  # fmt: skip
        if form.grain == "first line":
            values["refund"] = _money(round(order.refund * 100), place)
        row = {header: values.get(field, field) for header, field in form.columns.items()}
        if form.grain == "first line" and not head:
            goes_on = ("order", "buyer", "product", "1", "price", "time")
            row = {h: row[h] if f in goes_on else "" for h, f in form.columns.items()}
        yield list(row.values())


def _money(cents, place):
    amount = f"{cents / 100:,.2f}"
    return ("-" if not cents else amount) if place % 3 else f"¥{amount}"


def _time(platform, form, time, place):
    if platform == "pinduoduo" and time.hour == 0 and time.minute == 15:
        return ""
    if platform == "shopify":
        local = time - pd.Timedelta(hours=8 + (5 if place % 2 else 4))
        return f"{local:%Y-%m-%d %H:%M:%S} {'-0500' if place % 2 else '-0400'}"
    if platform == "amazon":
        return f"{time - pd.Timedelta(hours=8):%Y-%m-%dT%H:%M:%S+00:00}"
    if form.encoding == "gb18030" and place % 13 == 5:
        return f"{(time - pd.Timestamp('1899-12-30')) / pd.Timedelta(days=1):.8f}"
    return time.strftime(form.time)


def _written(platform, form, rows):
    written = io.StringIO()
    if form.encoding == "gb18030":
        written.write("导出说明：仅供本店使用\r\n")
    header, *body = rows
    writer = csv.writer(written, delimiter=form.mark, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(body)
    if form.encoding == "gb18030":
        writer.writerow(header)
        money = list(form.columns).index(MONEY[platform])
        total = ["合计", *[""] * (len(header) - 1)]
        total[money] = "123.45"
        writer.writerow(total)
    return written.getvalue().encode(form.encoding)
