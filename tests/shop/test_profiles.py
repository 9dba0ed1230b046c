"""Headers as real exports have them belong to their platform, and nobody's name is a column read."""

# ruff: noqa: E501 - Chinese counts double, and headers are easier to compare in few lines
import pytest

from course_utils.shop.profiles import profiles, recognised

HEADERS = {
    "taobao": "订单编号,买家会员名,买家支付宝账号,买家应付货款,买家应付邮费,买家支付积分,总金额,返点积分,买家实际支付金额,"
    "买家实际支付积分,订单状态,买家留言,收货人姓名,收货地址 ,运送方式,联系电话 ,联系手机,订单创建时间,订单付款时间 ,宝贝标题 ,"
    "宝贝种类 ,物流单号 ,物流公司,订单备注,宝贝总数量,店铺Id,店铺名称,订单关闭原因,卖家服务费,买家服务费,发票抬头,是否手机订单",
    "qianniu": "订单编号,支付单号,支付详情,买家应付货款,买家应付邮费,总金额,买家实付金额,订单创建时间,订单付款时间,商品标题,"
    "退款金额,是否主动赔付,主动赔付金额,主动赔付出账时间,商品属性SKU,C2B小额收款,确认收货打款金额,总金额（旧版）",
    "tmall_items": "子订单编号,主订单编号,商品标题,商品价格,购买数量,外部系统编号,商品属性,套餐信息,备注,订单状态,商家编码,"
    "支付单号,买家应付货款,买家实付金额,退款状态,退款金额,订单创建时间,订单付款时间",
    "tmall_refunds": "退款编号,订单编号,支付宝交易号,订单付款时间,商品编码,退款完结时间,买家会员名称,买家实际支付金额,宝贝标题,"
    "买家退款金额,手工退款/系统退款,售后类型,退款的申请时间,退款状态,货物状态",
    "jd": "订单号,商品ID,商品名称,订购数量,支付方式,下单时间,京东价,订单金额,结算金额,余额支付,应付金额,订单状态,订单类型,"
    "下单帐号,客户姓名,客户地址,联系电话,订单备注,发票类型,运费金额,付款确认时间,增值税发票,货号,订单完成时间,订单来源,订单渠道",
    "pinduoduo": "商品,订单号,订单状态,商品总价（元）,邮费（元）,店铺优惠折扣（元）,平台优惠折扣（元）,多多支付立减金额（元）,"
    "用户实付金额（元）,商家实收金额（元）,商品数量（件）,发货时间,确认收货时间,商品id,商品规格,样式ID,商家编码-规格维度,"
    "商家编码-商品维度,商家备注,售后状态,快递单号,快递公司,订单成交时间",
    "douyin": "主订单编号,子订单编号,选购商品,商品规格,商品数量,商家编码,订单应付金额,运费,收件人,收件人手机号,详细地址,"
    "订单提交时间,商家备注,订单完成时间,订单状态,售后状态,取消原因,发货时间,平台实际承担优惠金额,商家实际承担优惠金额",
    "youzan": "订单号,销售渠道,归属店铺,订单类型,订单状态,推广方式,订单来源,订单创建时间,买家付款时间,交易成功时间,付款方式,"
    "支付流水号,商品金额合计,运费,店铺优惠合计,应收订单金额,订单实付金额,分销员,买家昵称,买家是否会员,买家手机号,分销员,"
    "订单退款状态,订单已退款金额",
    "shopify": "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,"
    "Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,"
    "Lineitem quantity,Lineitem name,Lineitem price,Billing Name,Billing Phone,Shipping Name,Notes,"
    "Cancelled at,Payment Method,Refunded Amount,Vendor,Id,Tags,Source,Lineitem discount,Phone",
    "woocommerce": "Date,Order #,N. Revenue (formatted),Status,Customer,Customer type,Product(s),"
    "Items sold,Coupon(s),Net Sales,Attribution",
    "amazon": "amazon-order-id,merchant-order-id,purchase-date,last-updated-date,order-status,"
    "fulfillment-channel,sales-channel,sku,asin,item-status,quantity,currency,item-price,ship-city,"
    "ship-state,ship-postal-code",
    "course": "order_id,customer_id,date,amount",
}  # fmt: skip
PRIVATE = ("姓名", "地址", "电话", "备注", "留言", "收件", "发票", "支付宝", "昵称", "Billing", "Shipping",
           "Phone", "Notes", "ship-")  # fmt: skip


def test_there_is_a_header_for_every_profile():
    assert HEADERS.keys() == {profile.name for profile in profiles()}


@pytest.mark.parametrize("platform", HEADERS)
def test_a_real_header_belongs_to_its_platform_in_any_order_and_with_dirt(platform):
    header = HEADERS[platform].split(",")
    for names in (header, header[::-1], [f'"{name}"\t' for name in header]):
        profile, places = recognised(names)
        assert profile.name == platform
        read = [header[at] for ats in places.values() for at in ats] if names is header else []
        assert not [name for name in read if name.startswith(PRIVATE) or name.endswith(PRIVATE)]


@pytest.mark.parametrize("platform", HEADERS)
def test_every_status_has_one_meaning(platform):
    (profile,) = [each for each in profiles() if each.name == platform]
    known = [
        status for kind in ("paid", "unpaid", "closed") for status in profile.status.get(kind, [])
    ]
    assert len(known) == len(set(known)) == len(profile.means())


def test_a_header_that_lacks_a_column_belongs_to_nobody():
    for platform, header in HEADERS.items():
        (profile,) = [each for each in profiles() if each.name == platform]
        names = header.split(",")
        money = profile.places(names)["money"]
        assert recognised([name for at, name in enumerate(names) if at not in money]) is None
