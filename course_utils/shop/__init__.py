"""Your own shop: an operator's export in, audits and a memo out."""

from course_utils.shop.audits import Audit, audit_shop
from course_utils.shop.box import memo_of, shop_box
from course_utils.shop.memo import memo_page, write_memo
from course_utils.shop.profiles import remember_form
from course_utils.shop.promises import kept_promises, promise
from course_utils.shop.reading import Shop, read_shop
from course_utils.shop.report import reading_report

__all__ = [
    "Audit",
    "Shop",
    "audit_shop",
    "kept_promises",
    "memo_of",
    "memo_page",
    "promise",
    "read_shop",
    "reading_report",
    "remember_form",
    "shop_box",
    "write_memo",
]
