"""An operator's exports in, orders out, with a report of every row and every cent.

Each row of a file is kept or dropped for one reason, so that what was kept and what was dropped
add up to the file, in rows and to the cent. No name, phone, address or note is ever read: only the
columns that a profile names are, and the buyer's key is hashed before anything is made of it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from course_utils.errors import InputError
from course_utils.shop import words
from course_utils.shop.cells import FIRST_YEAR, LAST_YEAR, SHORTENED, money, texts, times
from course_utils.shop.files import LARGEST_FILE, Table, read_table
from course_utils.shop.keys import hashed, machine_salt
from course_utils.shop.profiles import Profile, plain, platform_name

TOTALS = ("总计", "合计", "小计", "Total", "Totals", "TOTAL", "total")
LARGEST = 10_000_000_00  # cents: no row of a shop's export is worth more
KEPT, REFUND = "kept", "refund_row"
TEXT = ("order", "line", "buyer", "status", "after_sale", "product", "channel", "currency")


@dataclass(frozen=True)
class Shop:
    """A shop's orders, and how they were read.

    Attributes
    ----------
    orders : DataFrame
        One row a paid order: `order`, `time` (the shop's clock), `paid` (money); where the
        files tell, `buyer` (a hash, missing where unknown), `refund`, `discount`, `channel`.
    lines : DataFrame
        One row a product of an order: `order`, `product`, `amount` (money); empty where not told.
    refunds : DataFrame
        One row a refund whose day is known: `order`, `time`, `amount`.
    ledger : DataFrame
        By `file` and `reason` how many `rows` and what `amount` (money) was kept or dropped.
    files : DataFrame
        One row a file: `file`, `platform`, `rows`, `first`, `last`.
    problems : list of (str, str)
        The file, and what was found in it with what to do about it.
    """

    orders: pd.DataFrame
    lines: pd.DataFrame
    refunds: pd.DataFrame
    ledger: pd.DataFrame
    files: pd.DataFrame
    problems: list[tuple[str, str]]

    @property
    def reconcile(self) -> str:
        """The line to hold against the back office."""
        if self.orders.empty:
            return words.nothing_kept
        days = self.orders["time"].dt.strftime("%Y-%m-%d")
        return words.reconcile.format(
            orders=len(self.orders),
            paid=round(self.orders["paid"].sum(), 2),
            first=days.min(),
            last=days.max(),
        )


def read_shop(
    files: Iterable[str | Path] | Mapping[str, bytes] | str | Path,
    *,
    zone: str | None = None,
    salt: bytes | None = None,
) -> Shop:
    """Read the exports of one shop; nothing is written but, once, this machine's salt.

    `files` are paths, a folder, or the bytes of files by their names, as an upload gives them.
    Later ones are taken to be newer: where exports overlap, the newest row of an order counts.
    `zone` is the shop's time zone, for exports whose times bring their own (default: the
    profile's). What is wrong with a file stands in `problems`; nothing is raised for it.
    """
    salt = machine_salt() if salt is None else salt
    problems: list[tuple[str, str]] = []
    tables: list[tuple[str, Table]] = []
    for name, load in _opened(files):
        try:
            tables.append((name, read_table(name, load())))
        except InputError as error:
            problems.append((name, str(error)))
        except OSError as error:
            problems.append((name, words.not_opened.format(file=name, reason=error.strerror)))
    tables = _one_platform(tables, problems)
    read = []
    for name, table in tables:
        try:
            rows = _rows(name, table, zone or table.profile.zone, salt)
            read.append((name, table, rows))
            if table.above:
                problems.append((name, words.lines_above.format(lines=table.above)))
            if table.inside:
                problems.append((name, words.lines_inside.format(lines=table.inside)))
        except InputError as error:
            problems.append((name, str(error)))
    return _settled(read, problems)


def _opened(
    files: Iterable[str | Path] | Mapping[str, bytes] | str | Path,
) -> Iterable[tuple[str, Callable[[], bytes]]]:
    """Each file's name with what reads its bytes."""
    if isinstance(files, Mapping):
        yield from ((name, partial(bytes, data)) for name, data in files.items())
        return
    paths = [files] if isinstance(files, str | Path) else list(files)
    for path in map(Path, paths):
        if not path.exists():
            raise InputError(words.no_file.format(file=path.name))
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        for one in inside:
            if one.is_file() and not one.name.startswith("."):
                yield one.name, partial(_bytes, one)


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > LARGEST_FILE:
        raise InputError(words.large_file.format(file=path.name))
    return path.read_bytes()


def _one_platform(
    tables: list[tuple[str, Table]], problems: list[tuple[str, str]]
) -> list[tuple[str, Table]]:
    """Leave out the files that belong to another platform than most rows do."""
    rows: dict[str, int] = {}
    for _, table in tables:
        if table.profile.kind == "orders":
            rows[table.profile.name] = rows.get(table.profile.name, 0) + len(table.cells)
    main = max(rows, key=lambda name: rows[name], default="")
    kept = []
    for name, table in tables:
        if table.profile.name == main or main in table.profile.refunds_of:
            kept.append((name, table))
        else:
            said = words.another_platform if main else words.refunds_alone
            named = platform_name(table.profile.name)
            problems.append(
                (name, said.format(file=name, platform=named, main=platform_name(main)))
            )
    return kept


# Rows -----------------------------------------------------------------------------------------


def _rows(name: str, table: Table, zone: str, salt: bytes) -> pd.DataFrame:
    """Each row of a file with its order, time and cents, and the reason if it is dropped."""
    profile, cells = table.profile, table.cells
    bare = {role: texts(cells[role]) for role in TEXT if role in cells}
    for role in {"order", "line"} & bare.keys():
        if bare[role].str.fullmatch(SHORTENED).any():
            raise InputError(words.lost_digits.format(file=name))
    rows = pd.DataFrame({"order": bare["order"], "file": name})
    rows["cents"] = money(cells["money"])
    rows["line"] = _line(profile, bare)
    rows["buyer"] = hashed(bare["buyer"], salt) if "buyer" in bare else None
    for role in ("product", "channel", "currency"):
        rows[role] = bare.get(role)
    for role in ("refund", "quantity", "price"):
        rows[role] = _sure(cells[role]) if role in cells else np.nan
    sums = [column for column in cells if str(column).startswith("discount")]
    rows["discount"] = sum(_sure(cells[column]) for column in sums) if sums else np.nan
    rows["time"] = _time(profile, cells, bare["order"], zone)
    status = _meaning(profile, bare, cells)
    rows["refund"] = _refund(profile, bare, rows)
    rows["reason"] = _reasons(profile, table, rows, status)
    rows["state"] = bare.get("status", "")
    _continue_orders(profile, rows)
    rows["cents"] = rows["cents"].where(np.isfinite(rows["cents"]), 0.0)
    return rows


def _sure(cells: pd.Series) -> pd.Series:
    """Amounts in cents, 0 where none can be read."""
    found = money(cells)
    return found.where(np.isfinite(found), 0.0)


def _line(profile: Profile, bare: Mapping[str, pd.Series]) -> pd.Series:
    """What names a row: its line's own number, or the order's with the product's."""
    if "line" not in bare:
        return bare["order"]
    return bare["order"] + "|" + bare["line"]


def _time(profile: Profile, cells: pd.DataFrame, order: pd.Series, zone: str) -> pd.Series:
    found = pd.Series(pd.NaT, index=cells.index, dtype="datetime64[s]")
    if "time" in cells:
        found = times(cells["time"], zone)
    empty = found.isna()
    if profile.date_in_id and empty.any():
        digits = order[empty].str.extract(profile.date_in_id)[0]
        dated = pd.to_datetime(digits, format="%y%m%d", errors="coerce")
        found[empty] = dated.astype("datetime64[s]")
    return found


def _meaning(profile: Profile, bare: Mapping[str, pd.Series], cells: pd.DataFrame) -> pd.Series:
    """What each row's status means: paid, unpaid, closed, or missing where it isn't known."""
    if "status" in bare:
        known = profile.means()
        return bare["status"].map({s: known.get(plain(s)) for s in bare["status"].unique()})
    if "paid_at" in cells:
        paid = texts(cells["paid_at"]).str.len() > 1
        return pd.Series(np.where(paid, "paid", "unpaid"), index=cells.index)
    return pd.Series("paid", index=cells.index)


def _refund(profile: Profile, bare: Mapping[str, pd.Series], rows: pd.DataFrame) -> pd.Series:
    """The cents that came back, as far as the row itself tells."""
    if "after_sale" not in bare:
        return rows["refund"]
    done = bare["after_sale"].isin([*profile.status["refund_done"]])
    amount = rows["refund"] if rows["refund"].notna().any() else rows["cents"]
    return amount.where(done & np.isfinite(amount), 0.0)


def _reasons(profile: Profile, table: Table, rows: pd.DataFrame, status: pd.Series) -> pd.Series:
    """Why each row is dropped: the first reason that holds, or "kept"."""
    cents = rows["cents"]
    first = table.first.str.strip("=\"'\t ")
    year = rows["time"].dt.year
    undated = profile.kind == "orders"  # a refund may do without its day
    cases = {
        "total_row": first.isin(TOTALS) | rows["order"].isin(TOTALS),
        "broken_row": table.broken,
        "no_order_number": rows["order"].isin(("", "-")),
        "amount_unreadable": np.isposinf(cents),
        "amount_impossible": cents.abs() > LARGEST,
        "unpaid": status == "unpaid",
        "closed": status == "closed",
        "status_unknown": status.isna(),
        "no_date": rows["time"].isna() & undated,
        "date_impossible": (year < FIRST_YEAR) | (year > LAST_YEAR),
        REFUND: cents < 0,
    }
    return pd.Series(
        np.select([np.asarray(case, dtype=bool) for case in cases.values()], [*cases], KEPT),
        index=rows.index,
    )


def _continue_orders(profile: Profile, rows: pd.DataFrame) -> None:
    """Let lines that only go on with an order, without money and status, share its fate."""
    if profile.grain != "line" or profile.repeats:
        return
    goes_on = rows["cents"].isna() & (rows["state"] == "") & (rows["order"] != "")
    if goes_on.any():
        heads = rows[~goes_on].drop_duplicates("order").set_index("order")
        for column in ("reason", "time", "buyer", "channel"):
            told = rows.loc[goes_on, "order"].map(heads[column])
            rows.loc[goes_on, column] = (
                told.fillna("no_order_number") if column == "reason" else told
            )


# Orders ---------------------------------------------------------------------------------------


def _settled(read: list[tuple[str, Table, pd.DataFrame]], problems: list[tuple[str, str]]) -> Shop:
    kinds = {"orders": _NO_ROWS, "refunds": _NO_ROWS}
    for kind in kinds:
        parts = [rows for _, table, rows in read if table.profile.kind == kind]
        if parts:
            kinds[kind] = pd.concat(parts, ignore_index=True)
            _drop_duplicates(
                kinds[kind], next(t.profile for _, t, _ in read if t.profile.kind == kind)
            )
    rows, back = kinds["orders"], kinds["refunds"]
    _drop_other_currencies(rows)
    _drop_unpaid_gifts(rows)
    refunds = _refund_rows(rows, back)
    orders = _orders(rows, refunds, bool(len(back)))
    shop = Shop(
        orders,
        _lines(rows),
        refunds.dropna(subset=["time"]).reset_index(drop=True),
        _ledger(pd.concat([rows, back]) if len(back) else rows),
        _files(read),
        problems,
    )
    problems += _found(shop, rows, refunds)
    return shop


_TEXTS = ("order", "line", "buyer", "product", "channel", "currency", "reason", "file", "state")
_NUMBERS = ("cents", "refund", "discount", "quantity", "price")
_NO_ROWS = pd.DataFrame(
    {name: pd.Series(dtype="str") for name in _TEXTS}
    | {name: pd.Series(dtype="float64") for name in _NUMBERS}
    | {"time": pd.Series(dtype="datetime64[s]")}
)


def _drop_duplicates(rows: pd.DataFrame, profile: Profile) -> None:
    """Mark rows that stand twice; of an order in several files the last file's rows count."""
    no_order = rows["reason"].isin(["total_row", "broken_row", "no_order_number"])
    open_rows = rows[~no_order & (rows["cents"].fillna(0) >= 0)]
    place = pd.Series(pd.factorize(open_rows["file"])[0], index=open_rows.index)
    newest = place.groupby(open_rows["order"]).transform("max")
    older = place < newest
    heads = open_rows
    if profile.grain == "line" and "line" not in profile.columns:
        # Lines that go on have the order's name, too.
        heads = (
            open_rows[open_rows["state"] != ""] if open_rows["state"].ne("").any() else open_rows
        )
    # A line that goes on belongs to the nearest head above it.
    owner = np.searchsorted(heads.index, open_rows.index, side="right") - 1
    twice = heads.duplicated(["file", "line"]).iloc[np.maximum(owner, 0)].set_axis(open_rows.index)
    rows.loc[older[older].index, "reason"] = "duplicate"
    rows.loc[twice[twice].index, "reason"] = "duplicate"
    back = rows[~no_order & (rows["cents"].fillna(0) < 0)]
    again = back.duplicated(["order", "time", "cents"])
    rows.loc[again[again].index, "reason"] = "duplicate"
    if profile.repeats:
        kept = rows[rows["reason"] == KEPT]
        further = kept.duplicated("order")
        rows.loc[further[further].index, "reason"] = "amount_again"


def _drop_other_currencies(rows: pd.DataFrame) -> None:
    kept = rows["reason"] == KEPT
    known = rows.loc[kept & rows["currency"].notna() & (rows["currency"] != ""), "currency"]
    counts = known.value_counts()
    if len(counts) > 1:
        main = counts.index[0]
        others = rows["order"].isin(rows.loc[known.index[known != main], "order"])
        rows.loc[kept & others, "reason"] = "another_currency"


def _drop_unpaid_gifts(rows: pd.DataFrame) -> None:
    """Mark orders for which nothing was paid."""
    kept = rows["reason"] == KEPT
    total = rows[kept].groupby("order")["cents"].sum()
    free = rows["order"].isin(total.index[total <= 0])
    rows.loc[kept & free, "reason"] = "nothing_paid"


def _refund_rows(rows: pd.DataFrame, back: pd.DataFrame) -> pd.DataFrame:
    """Refunds that have a row of their own: `order`, `time`, `amount` in money above zero."""
    negative = rows[rows["reason"] == REFUND]
    filed = back[back["reason"] == KEPT]
    parts = [
        part[["order", "time"]].assign(amount=part["cents"].abs() / 100)
        for part in (negative, filed)
        if len(part)
    ]
    if not parts:
        return pd.DataFrame({
            "order": pd.Series(dtype="str"),
            "time": pd.Series(dtype="datetime64[s]"),
            "amount": pd.Series(dtype="float64"),
        })  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _orders(rows: pd.DataFrame, refunds: pd.DataFrame, filed: bool) -> pd.DataFrame:
    kept = rows[rows["reason"] == KEPT]
    columns = {"time": ("time", "min"), "paid": ("cents", "sum")}
    told = [name for name in ("buyer", "channel") if kept[name].notna().any()]
    columns |= {name: (name, "first") for name in told}
    amounts = [name for name in ("discount", "refund") if kept[name].notna().any()]
    columns |= {name: (name, "sum") for name in amounts}
    orders = kept.groupby("order", sort=True).agg(**columns).reset_index()
    for name in ["paid", *amounts]:
        orders[name] = orders[name].astype(float) / 100
    if len(refunds) or filed:
        came_back = orders["order"].map(refunds.groupby("order")["amount"].sum()).fillna(0.0)
        # A file of refunds says the same again as the orders' own column, and more exactly.
        orders["refund"] = came_back.round(2)
    return orders


def _lines(rows: pd.DataFrame) -> pd.DataFrame:
    """What each order's products came to; by their list price where the money is the order's."""
    told = rows["reason"].isin([KEPT, "amount_again"]) & rows["product"].notna()
    kept = rows[told & rows["order"].isin(rows.loc[rows["reason"] == KEPT, "order"])]
    listed = kept["price"].notna()
    amount = (kept["price"] * kept["quantity"] / 1e4).where(listed, kept["cents"] / 100)
    return kept[["order", "product"]].assign(amount=amount.astype(float)).reset_index(drop=True)


# The report -----------------------------------------------------------------------------------


def _ledger(rows: pd.DataFrame) -> pd.DataFrame:
    counted = rows.assign(cents=rows["cents"].fillna(0)).groupby(["file", "reason"], sort=True)
    ledger = counted["cents"].agg(["size", "sum"]).reset_index()
    ledger.columns = pd.Index(["file", "reason", "rows", "amount"])
    return ledger.assign(amount=(ledger["amount"].astype(float) / 100).round(2))


def _files(read: list[tuple[str, Table, pd.DataFrame]]) -> pd.DataFrame:
    found = []
    for name, table, rows in read:
        dated = rows.loc[rows["reason"] == KEPT, "time"]
        found.append((name, table.profile.name, len(rows), dated.min(), dated.max()))
    return pd.DataFrame(found, columns=["file", "platform", "rows", "first", "last"])


def _found(shop: Shop, rows: pd.DataFrame, refunds: pd.DataFrame) -> Iterable[tuple[str, str]]:
    """What the person should know about the rows, each with what to do."""
    dropped = shop.ledger[~shop.ledger["reason"].isin([KEPT, REFUND])]
    for file, reason, count, amount in dropped.itertuples(index=False, name=None):
        said = words.dropped[reason].format(rows=count, amount=amount)
        if reason == "status_unknown":
            these = rows[(rows["file"] == file) & (rows["reason"] == reason)]["state"]
            said += " " + words.these_statuses.format(statuses=", ".join(sorted(set(these))[:8]))
        yield file, said
    yield from _gaps(shop.files)
    lost = ~refunds["order"].isin(shop.orders["order"])
    if lost.any():
        amount = refunds.loc[lost, "amount"].sum()
        yield "", words.refunds_without.format(rows=int(lost.sum()), amount=amount)
    if "buyer" in shop.orders and shop.orders["buyer"].isna().any():
        missing = int(shop.orders["buyer"].isna().sum())
        yield "", words.buyers_missing.format(rows=missing, all=len(shop.orders))


def _gaps(files: pd.DataFrame) -> Iterable[tuple[str, str]]:
    """The days between files of orders that no file covers."""
    orders = files[files["platform"] != "tmall_refunds"].dropna(subset=["first"])
    orders = orders.sort_values("first")
    if len(orders) < 2:
        return
    until = orders["last"].cummax().shift()
    empty = (orders["first"].dt.normalize() - until.dt.normalize()).dt.days - 1
    for place in orders.index[empty > 0]:
        said = words.gap.format(
            days=int(empty[place]),
            first=f"{until[place]:%Y-%m-%d}",
            last=f"{orders.loc[place, 'first']:%Y-%m-%d}",
        )
        yield orders.loc[place, "file"], said
