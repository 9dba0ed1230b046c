"""The synthetic world of chapter 7: a snack shop whose export stands in for a trainee's own.

What the shop exports is a table of texts, with the dirt that real exports have. The world knows
what no export shows: who was won by which offer, and who will order again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from course_utils.cases.worlds import Simulation, parameter

DAY = 86_400  # seconds
PAID, OPEN, CLOSED = ("交易完成", "已发货"), "待付款", "交易关闭"
CHANNELS = ("微信小程序", "有赞精选", "直播间")


@dataclass(frozen=True)
class World:
    """Every number that the shop runs on. Pairs are for regulars and for festival shoppers."""

    first_day: str = parameter("2025-01-01", "day", "the first day of the export")
    days: int = parameter(365, "days", "a year, exported on its last day")
    later_days: int = parameter(90, "days", "what the next export adds")
    newcomers: float = parameter(6.5, "a day", "people who order for the first time")
    festival: tuple[int, int] = parameter((287, 314), "day of the year", "Double 11, as it is now")
    rush: float = parameter(2.6, "times", "as many newcomers on a festival day")
    hunters: tuple[float, float] = parameter((0.25, 0.7), "share", "of newcomers who hunt bargains")
    gap: tuple[float, float] = parameter((38.0, 75.0), "days", "mean wait for the next order")
    spread: float = parameter(0.7, "log", "by how much people's waits differ")
    stays: tuple[float, float] = parameter((0.74, 0.3), "chance", "of another order after each")
    basket: tuple[float, float] = parameter((58.0, 34.0), "yuan", "median order")
    basket_spread: float = parameter(0.45, "log", "by how much orders differ")
    refunds: float = parameter(0.06, "share", "of orders that are sent back")
    refund_days: float = parameter(11.0, "days", "mean wait until the money is back")
    unpaid: float = parameter(0.05, "share", "of rows that were never paid")
    closed: float = parameter(0.04, "share", "of rows that were closed")
    twice: float = parameter(0.015, "share", "of rows that stand twice: two exports overlap")
    unknown: float = parameter(0.03, "share", "of orders without a phone number")
    seed: int = parameter(7, "", "fixes every draw")


def simulate(world: World | None = None) -> Simulation:
    """The shop's exports, and its orders as they were, with those to come."""
    world = world or World()
    orders = _orders(world, np.random.default_rng([world.seed, 0]))
    seen = orders[orders["day"] < world.days]
    year = _export(world, seen, world.days, 1)
    later = _export(world, orders, world.days + world.later_days, 2)
    tables = {
        "orders_2025": year,
        "orders_november": _part(year, "2025-11", "2025-12"),
        "orders_2026_q1": _part(later, "2025-12-22", "2027"),
        "pinduoduo_2025": _pinduoduo(world, np.random.default_rng([world.seed, 3])),
    }
    return Simulation(tables, {"orders_2025": orders})


# Who orders -----------------------------------------------------------------------------------


def _orders(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """One row an order: buyer, time in days, amount, and what comes of it."""
    days = np.arange(world.days + world.later_days)
    rush = (days >= world.festival[0]) & (days <= world.festival[1])
    won = rng.poisson(world.newcomers * np.where(rush, world.rush, 1.0))
    first = np.repeat(days, won)
    buyer = np.arange(len(first))
    hunter = rng.random(len(first)) < np.where(rush[first], *world.hunters[::-1])
    kind = hunter.astype(int)
    pace = np.array(world.gap)[kind] * np.exp(world.spread * rng.standard_normal(len(first)))
    at = first + rng.random(len(first))
    rows, here = [], np.ones(len(first), bool)
    while here.any():
        rows.append(pd.DataFrame({"buyer": buyer[here], "at": at[here], "hunter": kind[here]}))
        here &= rng.random(len(first)) < np.array(world.stays)[kind]
        at = at + rng.exponential(pace)
        here &= at < len(days)
    orders = pd.concat(rows).sort_values(["at", "buyer"], ignore_index=True)
    medians = np.array(world.basket)[orders["hunter"]]
    amounts = medians * np.exp(world.basket_spread * rng.standard_normal(len(orders)))
    orders["cents"] = np.rint(100 * amounts).astype(int)
    sent_back = rng.random(len(orders)) < world.refunds
    wait = rng.exponential(world.refund_days, len(orders))
    orders["back_at"] = np.where(sent_back, orders["at"] + wait, np.inf)
    orders["day"] = orders["at"].astype(int)
    orders["channel"] = rng.choice(len(CHANNELS), len(orders), p=(0.6, 0.25, 0.15))
    orders["known"] = rng.random(len(orders)) >= world.unknown
    return orders


# What the back office exports --------------------------------------------------------------------


def _export(world: World, orders: pd.DataFrame, until: int, part: int) -> pd.DataFrame:
    """The export of a day: Youzan's form, rows that are no order among them, and its dirt."""
    rng = np.random.default_rng([world.seed, part])
    back = orders["back_at"] < until
    yuan = orders["cents"] / 100
    rows = pd.DataFrame(
        {
            "订单号": _numbers(world, orders),
            "订单状态": np.where(orders["at"] < until - 7, *PAID),
            "订单创建时间": _times(world, orders["at"]),
            "销售渠道": np.array(CHANNELS)[orders["channel"]],
            "订单实付金额": [_money(amount) for amount in yuan],
            "订单已退款金额": np.where(back, [f"{amount:.2f}" for amount in yuan], "0.00"),
            "买家手机号": np.where(orders["known"], _phones(orders["buyer"]), ""),
            "买家昵称": [f"用户{number % 9973:04d}" for number in orders["buyer"]],
        }
    )
    more = rows.sample(frac=world.unpaid + world.closed, random_state=rng)
    no_order = more.assign(订单已退款金额="0.00", 订单号=more["订单号"].str.replace("E", "F"))
    share = world.unpaid / (world.unpaid + world.closed)
    no_order["订单状态"] = np.where(rng.random(len(more)) < share, OPEN, CLOSED)
    twice = rows.sample(frac=world.twice, random_state=rng)
    table = pd.concat([rows, no_order, twice]).sort_values(["订单创建时间", "订单号"])
    total = dict.fromkeys(table.columns, "") | {"订单号": "合计"}
    total["订单实付金额"] = f"{_sum(table['订单实付金额']):,.2f}"
    return pd.concat([table, pd.DataFrame([total])], ignore_index=True)


def _part(table: pd.DataFrame, start: str, end: str) -> pd.DataFrame:
    """The rows of an export from a day on and before another, with the total of these."""
    rows = table[table["订单创建时间"].between(start, end)]
    total = table.tail(1).assign(订单实付金额=f"{_sum(rows['订单实付金额']):,.2f}")
    return pd.concat([rows, total], ignore_index=True)


def _numbers(world: World, orders: pd.DataFrame) -> list[str]:
    """Numbers as Youzan has them: a letter, the day, and a count."""
    day = pd.Timestamp(world.first_day) + pd.to_timedelta(orders["day"], unit="D")
    return [
        f"E{each:%Y%m%d}{buyer:05d}{cents % 10_000:04d}"
        for each, buyer, cents in zip(day, orders["buyer"], orders["cents"], strict=True)
    ]


def _times(world: World, at: pd.Series) -> list[str]:
    seconds = pd.to_timedelta((at * DAY).astype(int), unit="s")
    times = pd.Timestamp(world.first_day) + seconds
    return [f"{time:%Y-%m-%d %H:%M:%S}" for time in times]


def _phones(buyers: pd.Series) -> list[str]:
    """No phone number of anybody: no such one is given out."""
    return [f"100{number:08d}" for number in buyers]


def _money(amount: float) -> str:
    return f"{amount:,.2f}" if amount < 100 else f"¥{amount:,.2f}"


def _sum(amounts: pd.Series) -> float:
    return float(amounts.str.replace("[¥,]", "", regex=True).astype(float).sum())


def _pinduoduo(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """A month of the same shop on Pinduoduo: no buyer, and most times are empty."""
    count = 600
    at = np.sort(rng.random(count) * 30)
    amounts = world.basket[1] * np.exp(world.basket_spread * rng.standard_normal(count))
    day = pd.Timestamp(world.first_day) + pd.to_timedelta(at.astype(int), unit="D")
    goods = rng.choice(["坚果礼盒", "海苔", "牛肉干;海苔"], count, p=(0.3, 0.55, 0.15))
    done = rng.random(count)
    return pd.DataFrame(
        {
            "商品": goods,
            "订单号": [f"{d:%y%m%d}-{number:015d}" for number, d in enumerate(day, 1)],
            "订单状态": np.select(
                [done < 0.05, done < 0.08], ["已取消", "已收货，退款成功"], "已收货"
            ),
            "用户实付金额(元)": [f"{amount:.2f}" for amount in amounts],
            "商品数量(件)": rng.integers(1, 4, count).astype(str),
            "订单成交时间": "",
        }
    )


# What is so -------------------------------------------------------------------------------------


def again_next(world: World, width: int = 30) -> float:
    """Of those who ordered in the last days of the export, how many percent order in as many more.

    What the next export shows of it, by people and not by phone numbers.
    """
    orders = simulate(world).counterfactuals["orders_2025"]
    end = world.days
    before = set(orders.loc[orders["day"].between(end - width, end - 1), "buyer"])
    after = set(orders.loc[orders["day"].between(end, end + width - 1), "buyer"])
    return 100 * len(before & after) / len(before)


def account(world: World) -> Mapping[str, Any]:
    """What explains it: how many of the last buyers came with the festival's offers."""
    orders = simulate(world).counterfactuals["orders_2025"]
    last = orders[orders["day"].between(world.days - 60, world.days - 1)]
    return {"hunters": 100 * float(last.groupby("buyer")["hunter"].first().mean())}
