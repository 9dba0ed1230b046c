"""Your own shop: an operator's export in, audits and a memo out."""

from course_utils.shop.audits import Audit, audit_shop
from course_utils.shop.reading import Shop, read_shop
from course_utils.shop.report import reading_report

__all__ = ["Audit", "Shop", "audit_shop", "read_shop", "reading_report"]
