"""Cells as exports write them."""

import numpy as np
import pandas as pd
import pytest

from course_utils.shop.cells import money, texts, times


@pytest.mark.parametrize(
    ("cell", "is_"),
    [('="3553"', "3553"), ('"3553"', '"3553"'), ("'186", "186"), ("\t1\t", "1"), ("１８", "18"),
     ("已发货，待签收", "已发货,待签收"), ("", ""), ("=", ""), (" a b ", "a b")],
)  # fmt: skip
def test_texts(cell, is_):
    assert texts(pd.Series([cell])).tolist() == [is_]


@pytest.mark.parametrize(
    ("cell", "cents"),
    [("1,299.00", 129900), ("¥3", 300), ("￥3.10", 310), ("3.5元", 350), ("-", np.nan),
     ("", np.nan),
     ("-12.30", -1230), ("(5.00)", -500), ("1.2.3", np.inf), ("1e5", np.inf), ("much", np.inf),
     ("0.29", 29), ("１２", 1200), (".5", 50), ("USD 4", 400)],
)  # fmt: skip
def test_money(cell, cents):
    np.testing.assert_equal(money(pd.Series([cell])).tolist(), [cents])


@pytest.mark.parametrize(
    ("cell", "is_"),
    [("2016/5/23 22:02", "2016-05-23 22:02:00"), ("2016-05-23", "2016-05-23 00:00:00"),
     ("2016年5月23日", "2016-05-23 00:00:00"), ("2016.5.23 7:08", "2016-05-23 07:08:00"),
     ("20160523", "2016-05-23 00:00:00"), ("42513.5", "2016-05-23 12:00:00"),
     ("2024-05-01 20:00:00 -0400", "2024-05-02 08:00:00"),
     ("2024-05-01T10:00:00+00:00", "2024-05-01 18:00:00"),
     ("2024-05-01T10:00:00Z", "2024-05-01 18:00:00"), ("soon", "NaT"), ("", "NaT"), ("1", "NaT")],
)  # fmt: skip
def test_times(cell, is_):
    found = times(pd.Series([cell, "2020-01-01 00:00:00"]), "Asia/Shanghai")
    assert [str(each) for each in found] == [is_, "2020-01-01 00:00:00"]
