"""Files of splits, bonuses and dividends."""

from __future__ import annotations

import gzip
from datetime import date

import pytest
from chitti_shared.errors import InvalidInput, PayloadTooLarge
from mojo_compute.market_data.adjustments import MOST_ROWS, Adjustment, read_adjustments
from mojo_compute.market_data.documents import Limits

HEADER = "symbol,ex_date,kind,ratio,price_factor,volume_factor,amount,note\n"


def read(text: str):
    return read_adjustments(text.encode(), "actions.csv", Limits())


def test_each_kind_becomes_factors_or_an_amount():
    found = read(
        HEADER
        + "TCS,2018-05-31,bonus,1:1,,,,\n"
        + "INFY,14-Jun-2019,split,1:5,,,,face value ten to two\n"
        + "IDEA,2020-01-02,consolidation,10:1,,,,\n"
        + "RELIANCE,2020-05-13,rights,,0.98,1,,\n"
        + "itc,2024-06-04,Dividend,,,,7.5,\n"
    )
    assert (found.rows_read, found.rejected) == (5, [])
    assert [(one.kind, one.price_factor, one.volume_factor, one.amount) for one in found.adjustments] == [
        ("bonus", 0.5, 2.0, None),
        ("split", 0.2, 5.0, None),
        ("consolidation", 10.0, 0.1, None),
        ("rights", 0.98, 1.0, None),
        ("dividend", 1.0, 1.0, 7.5),
    ]
    assert found.adjustments[1] == Adjustment(
        3, "INFY", None, date(2019, 6, 14), "split", 0.2, 5.0, None, "face value ten to two"
    )
    assert found.adjustments[4].symbol == "ITC"


def test_a_file_may_name_isins_and_be_gzipped():
    packed = gzip.compress(b"\xef\xbb\xbfISIN, ex_date ,kind,amount\nINE467B01029,2024-01-19,dividend,27\n\n")
    found = read_adjustments(packed, "a.csv.gz", Limits())
    assert [(one.isin, one.symbol, one.amount) for one in found.adjustments] == [("INE467B01029", None, 27.0)]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (",2020-01-01,bonus,1:1,,,,", "symbol: missing"),
        ("lower case,2020-01-01,bonus,1:1,,,,", "symbol: expected"),
        ("TCS,yesterday,bonus,1:1,,,,", "ex_date: not a day"),
        ("TCS,1960-01-01,bonus,1:1,,,,", "ex_date: not a day from 1990-01-01 on"),
        ("TCS,2020-01-01,gift,1:1,,,,", "kind: expected split"),
        ("TCS,2020-01-01,bonus,one,,,,", "ratio: expected two numbers"),
        ("TCS,2020-01-01,bonus,0:1,,,,", "ratio: expected two numbers above 0"),
        ("TCS,2020-01-01,split,10:2,,,,", "makes 2 shares of 10"),
        ("TCS,2020-01-01,consolidation,1:5,,,,", "makes 5 shares of 1"),
        ("TCS,2020-01-01,split,1:5,0.2,5,,", "beside factors"),
        ("TCS,2020-01-01,rights,1:5,,,,", "told by price_factor"),
        ("TCS,2020-01-01,rights,,0.9,,,", "volume_factor: expected a number above 0"),
        ("TCS,2020-01-01,rights,,-1,1,,", "price_factor: expected a number above 0"),
        ("TCS,2020-01-01,split,,inf,1,,", "price_factor"),
        ("TCS,2020-01-01,dividend,,,,,", "amount: expected a number above 0"),
        ("TCS,2020-01-01,dividend,,,,1_0,", "amount"),
        ("TCS,2020-01-01,dividend,1:1,,,5,", "a dividend has only its amount"),
        ("TCS,2020-01-01,split,1:5,,,5,", "only a dividend has one"),
        ("TCS,2020-01-01", "kind: expected"),
    ],
)
def test_a_bad_row_is_kept_out_with_its_reason(row, says):
    found = read(HEADER + "TCS,2020-01-01,bonus,1:1,,,,\n" + row + "\n")
    assert (found.rows_read, len(found.adjustments)) == (2, 1)
    assert [(one.file, one.line) for one in found.rejected] == [("actions.csv", 3)]
    assert says in found.rejected[0].reason


@pytest.mark.parametrize(
    "text",
    [
        "",
        "date,open,high,low,close,volume\n",
        "symbol,kind,amount\n",
        "ex_date,kind,amount\n",
        "symbol,symbol,ex_date,kind\n",
    ],
)
def test_another_header_is_refused(text):
    with pytest.raises(InvalidInput, match="expected a header") as refused:
        read(text)
    assert refused.value.details["field"] == "document"


def test_too_many_rows_are_refused():
    with pytest.raises(PayloadTooLarge, match="more than 20000 rows"):
        read(HEADER + "TCS,2020-01-01,dividend,,,,1,\n" * (MOST_ROWS + 1))
