"""Files of companies' figures: headers of several screeners, units, blanks, and what is refused."""

from __future__ import annotations

import contextlib
import gzip
from datetime import date

import pytest
from chitti_shared.errors import InvalidInput, PayloadTooLarge
from chitti_shared.universe.figures import FIGURES, figure_headers, squashed
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.market_data import Limits, ReadFigures, read_fundamentals
from mojo_compute.market_data import fundamentals as module

TODAY = date(2026, 8, 31)


def read(text: str | bytes, day: date | None = None) -> ReadFigures:
    data = text.encode() if isinstance(text, str) else text
    return read_fundamentals(data, "figures.csv", TODAY, day, Limits())


def one_value(header: str, cell: str) -> float | None:
    """The figure of a file with one company and one column beside its symbol."""
    found = read(f'symbol,pb,{header}\nTCS,1,"{cell}"\n')
    assert found.rejected == []
    (company,) = found.companies
    rest = [value for metric, value in company.values.items() if metric != "pb"]
    return rest[0] if rest else None


def test_every_header_of_a_metric_means_one_metric_only():
    spelled = [
        squashed(one) for kind in FIGURES for one in {squashed(x) for x in (kind.name, kind.title, *kind.headers)}
    ]
    assert len(spelled) == len(set(spelled)) == len(figure_headers())


def test_an_export_with_growth_and_margins_is_read_by_its_headers():
    found = read(
        "Symbol,Industry,Qtr Profit Var %,QoQ profits %,QoQ sales %,OPM,Last_Updated\n"
        "AAA,Services,32.42,14.47,-10.81,44.84,2026-08-01 05:24:30\n"
        "DUMMYXYZ,Services,0.0,0.0,0.0,0.0,2026-08-01 05:25:22\n"
    )
    assert (found.rows_read, found.rows_skipped, found.passed_over) == (2, 1, ["Industry"])
    (company,) = found.companies
    assert (company.symbol, company.day) == ("AAA", date(2026, 8, 1))
    assert company.values == {
        "profit_growth": 32.42, "profit_growth_qoq": 14.47, "sales_growth_qoq": -10.81, "opm": 44.84,
    }  # fmt: skip


def test_a_table_of_names_with_amounts_in_crores_is_read():
    found = read(
        "S.No.,Name,CMP Rs.,P/E,Mar Cap Rs.Cr.,Div Yld %,NP Qtr Rs.Cr.,Sales Qtr Rs.Cr.,ROCE %\n"
        '1.,Example Industr,1300,22.5,"17,58,912.10",0.4%,"19,407",-,\n'
    )
    (company,) = found.companies
    assert (company.symbol, company.name, company.day) == (None, "Example Industr", TODAY)
    assert company.values == {"pe": 22.5, "market_cap": 1758912.1, "dividend_yield": 0.4, "net_profit_quarter": 19407.0}
    assert found.passed_over == ["S.No.", "CMP Rs."]
    assert found.cells_missing == 2


@pytest.mark.parametrize(
    ("header", "cell", "value"),
    [
        ("ROE", "12.5%", 12.5),
        ("ROE %", "(3.5)", -3.5),
        ("ROE %", "\u22123.5", -3.5),
        ("D/E", "0.45x", 0.45),
        ("Market Cap", "1,234.5 Cr", 1234.5),
        ("Market Cap", "\u20b9 5,00,000 crore", 500000.0),
        ("Market Cap (Rs)", "12,50,00,000", 12.5),
        ("Market Cap (Rs. Lakhs)", "1250", 12.5),
        ("Market Cap (Rs mn)", "1250", 125.0),
        ("EPS", "Rs. 42.10", 42.1),
        ("EPS", "1e2", 100.0),
        ("P/E", "NaN", None),
        ("P/E", " - ", None),
        ("P/E", "N/A", None),
        ("Order book Rs Cr", "77", 77.0),
        ("52W Index %", "88", 88.0),
    ],
)
def test_a_cell_is_read_in_its_columns_unit(header, cell, value):
    assert one_value(header, cell) == value


@pytest.mark.parametrize(
    "cell", ["1,23", "12,34.5.6", "--5", "(5", "twelve", "1e999", "0x1f", "5 lakh", "12_000", "5 %"]
)
def test_a_bad_cell_is_told_and_its_rows_other_figures_are_kept(cell):
    found = read(f'symbol,P/E,ROE,Mar Cap Rs.Cr.\nTCS,20,40,"{cell}"\n')
    assert found.companies[0].values == {"pe": 20.0, "roe": 40.0}
    assert found.cells_rejected == 1
    assert found.rows_rejected == 0
    assert found.rejected[0].line == 2
    assert found.rejected[0].reason.startswith("Mar Cap Rs.Cr.: expected")


def test_a_column_by_another_name_is_a_metric_where_it_holds_numbers():
    found = read("symbol,52W Index %,Order Book,Remark\nTCS,88,12,good\nINFY,70,oops,fine\nWIPRO,60,15,1\n")
    assert {metric: (one.unit, one.known) for metric, one in found.columns.items()} == {
        "index_52w": ("percent", False),
        "order_book": ("number", False),
    }
    assert found.passed_over == ["Remark"]
    assert [one.reason for one in found.rejected] == ["Order Book: expected a number, found 'oops'"]


@pytest.mark.parametrize("symbol", ["TCS", "tcs", "NSE:TCS", "TCS.NS", "TCS-EQ", " TCS "])
def test_symbols_are_read_as_screeners_write_them(symbol):
    assert read(f"NSE Code,P/E\n{symbol},20\n").companies[0].symbol == "TCS"


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("symbl,P/E", "did you mean 'symbol'"),
        ("P/E,ROE", "no column names the companies"),
        ("symbol,P/E,PE ratio", "both mean pe"),
        ("symbol,nse code,P/E", "both mean symbol"),
        ("symbol,industry", "no column is a figure"),
        ("", "no column names the companies"),
    ],
)
def test_a_wrong_header_is_refused_with_what_was_found_and_what_is_needed(header, said):
    with pytest.raises(InvalidInput) as refused:
        read(f"{header}\nTCS,20,30\n" if header else "")
    assert said in refused.value.message
    assert "expected a header with symbol" in refused.value.message
    assert header[:20] in refused.value.message
    assert refused.value.details == {"field": "document", "constraint": "a known header"}


def test_a_file_whose_columns_hold_only_texts_is_refused():
    with pytest.raises(InvalidInput, match="no column holds figures: Rating hold texts"):
        read("symbol,Rating\nTCS,good\n")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",20,2026-08-01", "symbol: missing"),
        ("T C S,20,2026-08-01", "symbol: expected"),
        ("TCS,20,2027-01-01", "as_of: expected a day from 1990-01-01 to 2026-08-31"),
        ("TCS,20,soon", "as_of: expected a day"),
        ("TCS,20,2026-08-01,7", "expected 3 fields, found 4"),
    ],
)
def test_a_bad_row_is_kept_out_and_told(row, reason):
    found = read(f"symbol,P/E,as_of\n{row}\nINFY,25,2026-08-02\n")
    assert [one.symbol for one in found.companies] == ["INFY"]
    assert found.rows_rejected == 1
    assert found.rejected[0].line == 2
    assert found.rejected[0].reason.startswith(reason)


def test_a_row_without_a_day_takes_the_given_one():
    found = read("symbol,P/E,as_of\nTCS,20,\nINFY,25,01-Jul-2026\n", date(2026, 6, 30))
    assert [one.day for one in found.companies] == [date(2026, 6, 30), date(2026, 7, 1)]


def test_a_row_without_figures_is_skipped():
    found = read("symbol,P/E,ROE\nTCS,,-\nINFY,25\n")
    assert [one.values for one in found.companies] == [{"pe": 25.0}]
    assert (found.rows_read, found.rows_skipped) == (2, 1)


def test_semicolons_tabs_marks_and_archives_are_understood():
    assert read("\ufeffsymbol;P/E\nTCS;20\n").companies[0].values == {"pe": 20.0}
    assert read("symbol\tP/E\nTCS\t20\n").companies[0].values == {"pe": 20.0}
    assert read(gzip.compress(b"symbol,P/E\nTCS,20\n")).companies[0].values == {"pe": 20.0}


def test_more_than_can_be_read_at_once_is_refused(monkeypatch):
    monkeypatch.setattr(module, "MOST_ROWS", 1)
    with pytest.raises(PayloadTooLarge, match="2 rows, at most 1"):
        read("symbol,P/E\nTCS,20\nINFY,21\n")
    with pytest.raises(PayloadTooLarge, match="302 columns"):
        read("symbol," + ",".join(f"m{number}" for number in range(301)))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    with contextlib.suppress(InvalidInput, PayloadTooLarge):
        read(b"symbol,P/E\n" + data)


@given(st.floats(-1e9, 1e9).map(lambda x: round(x, 2)))
def test_indian_grouping_changes_no_number(value):
    whole, _, cents = f"{abs(value):.2f}".partition(".")
    head, tail = whole[:-3], whole[-3:]
    pairs = [head[max(0, at - 2) : at] for at in range(len(head), 0, -2)][::-1]
    text = ("-" if value < 0 else "") + ",".join([*pairs, tail]) + "." + cents
    assert one_value("EPS", text) == pytest.approx(value)
