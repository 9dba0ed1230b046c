"""The form of each platform's export: a TOML file a platform, in `profiles/`.

What a person says of a file that no profile fits is remembered in the same form, beside the record.
"""

import json
import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from course_utils.errors import InputError
from course_utils.record.progress import progress_path
from course_utils.shop import words

FOLDER = Path(__file__).with_name("profiles")
CLASSES = ("paid", "unpaid", "closed")  # what a status can mean
OWN = "shop_forms"  # a folder beside the record
SUMS = ("discount",)  # roles whose columns are added up, not taken one for the other


@dataclass(frozen=True)
class Profile:
    """How a platform's file is read.

    Attributes
    ----------
    name : str
        The file's name, by which the words call the platform.
    kind : "orders" or "refunds"
        What a row stands for; refunds belong to the orders of the profiles `refunds_of`.
    grain : "order" or "line"
        Whether an order has one row or a row for each of its products.
    columns : dict
        For each role (order, buyer, time, money, ...) the names that its column may have.
    required : list
        Roles without which the file is none of this platform.
    status : dict
        The statuses that mean paid, unpaid or closed; `refund_done` of a column `after_sale`.
    repeats : bool
        Whether the order's money stands on each of its lines.
    date_in_id : str
        A pattern for the date in an order's number, where its time is empty.
    """

    name: str
    kind: str
    grain: str
    zone: str
    required: list[str]
    columns: dict[str, list[str]]
    status: dict[str, list[str]] = field(default_factory=dict)
    repeats: bool = False
    date_in_id: str = ""
    refunds_of: list[str] = field(default_factory=list)

    def places(self, header: Sequence[str]) -> dict[str, list[int]] | None:
        """Where each role's columns stand under this header; None if one that must be is not."""
        names = [plain(name) for name in header]
        found = {}
        for role, known in self.columns.items():
            at = [names.index(plain(name)) for name in known if plain(name) in names]
            if at:
                found[role] = at if role in SUMS else at[:1]
        return found if set(self.required) <= found.keys() else None

    def means(self) -> dict[str, str]:
        """What each status means, one of `CLASSES`."""
        return {plain(s): kind for kind in CLASSES for s in self.status.get(kind, [])}


def plain(text: str) -> str:
    """A name without what differs from export to export: width, case, blanks, wrapping."""
    return unicodedata.normalize("NFKC", text).strip("\ufeff\t\r\n \"'=").casefold()


def profiles() -> list[Profile]:
    """Every profile, the course's own and those that were remembered here, sorted by name."""
    own = progress_path().parent / OWN
    return [*_in_package(), *_read(own)] if own.is_dir() else _in_package()


@cache
def _in_package() -> list[Profile]:
    return _read(FOLDER)


def _read(folder: Path) -> list[Profile]:
    return [
        Profile(name=path.stem, **tomllib.loads(path.read_text("utf-8")))
        for path in sorted(folder.glob("*.toml"))
    ]


def remember_form(
    name: str,
    *,
    order: str,
    time: str,
    money: str,
    buyer: str | None = None,
    line: str | None = None,
    zone: str = "Asia/Shanghai",
) -> str:
    """Remember which columns of a file hold the order, the time, the money and the buyer.

    Every row counts as paid. Where an order has several rows, `line` is the column that tells them
    apart, and `money` is each row's own. Only names of columns are kept, in a file `name`. Returns
    a sentence; raises `InputError` for a name or columns that can't be.
    """
    columns = {"order": order, "time": time, "money": money, "buyer": buyer, "line": line}
    given = {role: column for role, column in columns.items() if column is not None}
    if not re.fullmatch(r"\w[\w -]{0,40}", name) or name in words.platforms:
        raise InputError(words.bad_form_name.format(name=name))
    if len({plain(column) for column in given.values()}) < len(given):
        raise InputError(words.same_columns)
    lines = [
        'kind = "orders"',
        f'grain = "{"line" if line else "order"}"',
        f"zone = {json.dumps(zone)}",
        f"required = {json.dumps([*given])}",
        "[columns]",
        *(f"{role} = {json.dumps([column], ensure_ascii=False)}" for role, column in given.items()),
    ]
    folder = progress_path().parent / OWN
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.toml").write_text("\n".join(lines) + "\n", "utf-8")
    return str(words.form_remembered.format(name=name))


def platform_name(name: str) -> str:
    """What a profile is called on a page."""
    return str(words.platforms.get(name, name))


def recognised(header: Sequence[str]) -> tuple[Profile, dict[str, list[int]]] | None:
    """The profile that fits a header best, and where its columns stand."""
    fitting = [(profile, at) for profile in profiles() if (at := profile.places(header))]
    return max(fitting, key=lambda fit: (len(fit[1]), len(fit[0].required)), default=None)
