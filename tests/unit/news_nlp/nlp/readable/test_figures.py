"""Amounts, percentages and periods, by hand; each text says what is found in it."""

from __future__ import annotations

import pytest
from news_nlp import nlp
from news_nlp.nlp import readable

FIGURES = ("amount", "percent", "period")


def figures_in(text: str) -> list[tuple[str, str]]:
    return [(entity.kind, entity.text) for entity in nlp.entities(text) if entity.kind in FIGURES]


def found(text: str, kind: str) -> list[str]:
    return [words for of, words in figures_in(text) if of == kind]


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("Q2 FY26 results", ["Q2 FY26"]),
        ("Q2FY26 results", ["Q2FY26"]),
        ("1QFY26 results", ["1QFY26"]),
        ("1Q FY26 results", ["1Q FY26"]),
        ("H1FY25 sales", ["H1FY25"]),
        ("H1 FY'27 sales", ["H1 FY'27"]),
        ("sales of 2H FY2026", ["2H FY2026"]),
        ("q3 fy26 net", ["q3 fy26"]),
        ("Q4 2026 net", ["Q4 2026"]),
        ("Q2 of FY26", ["Q2 of FY26"]),
        ("FY2026 guidance", ["FY2026"]),
        ("FY 26 guidance", ["FY 26"]),
        ("FY2025-26 guidance", ["FY2025-26"]),
        ("FY25/26 guidance", ["FY25/26"]),
        ("fiscal 2027 guidance", ["fiscal 2027"]),
        ("CY25 volumes", ["CY25"]),
        ("9M FY26 profit", ["9M FY26"]),
        ("9MFY26 profit", ["9MFY26"]),
        ("September quarter profit", ["September quarter"]),
        ("Dec qtr profit", ["Dec qtr"]),
        ("first half of FY26", ["first half of FY26"]),
        ("the fourth-quarter profit", ["fourth-quarter"]),
        ("quarter ended June", ["quarter ended June"]),
        ("quarter ended June 2025", ["quarter ended June 2025"]),
        ("quarter ended June 30, 2025, and after", ["quarter ended June 30, 2025"]),
        ("year ended 31 March 2026", ["year ended 31 March 2026"]),
        ("quarter ended June 30 profit", ["quarter ended June"]),
        ("quarter ended June, 2025 profit", ["quarter ended June"]),
        ("Jul-Sep quarter profit", ["Jul-Sep quarter"]),
        ("April-June quarter of FY26", ["April-June quarter of FY26"]),
        ("March 2026 quarter profit", ["March 2026 quarter"]),
        ("financial year 2025-26", ["financial year 2025-26"]),
        ("fiscal year 2026 guidance", ["fiscal year 2026"]),
        ("9 months FY26", ["9 months FY26"]),
        ("Q2'FY26 and Q3\u2019FY26 net", ["Q2'FY26", "Q3\u2019FY26"]),
        ("FY27E EPS, Q2FY26E PAT", ["FY27E", "Q2FY26E"]),
        ("first year sales, this year, 5 years", []),
        ("May 2026 sales of May June shows", []),
        ("Q1, Q2 and FY26", ["Q1", "Q2", "FY26"]),
        ("Q2 (FY26)", ["Q2", "FY26"]),
        ("March 2026 series", []),
        ("9M shares sold", []),
        ("half the quarter", []),
        ("Q7 and H3 and FY1", []),
        ("quarter ended on a high", []),
        ("The 2025-26 budget", []),
    ],
)
def test_periods_of_accounts(text: str, periods: list[str]):
    assert found(text, "period") == periods


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("Rs 40 crore order", ["Rs 40 crore"]),
        ("Rs. 1,092.50 crore order", ["Rs. 1,092.50 crore"]),
        ("Rs40 crore order", ["Rs40 crore"]),
        ("Rs 5 lakh crore m-cap", ["Rs 5 lakh crore"]),
        ("\u20b940 crore order", ["\u20b940 crore"]),
        ("\u20b9 40 crore order", ["\u20b9 40 crore"]),
        ("\u20b9  40 apples", []),
        ("$67 a barrel", ["$67"]),
        ("$1.2 bn deal", ["$1.2 bn"]),
        ("$5m fine", ["$5m"]),
        ("INR 500 a share", ["INR 500"]),
        ("5 billion dollars", ["5 billion dollars"]),
        ("400 rupees a share", ["400 rupees"]),
        ("40cr order", ["40cr"]),
        ("Rs 1.2L cr order", ["Rs 1.2L cr"]),
        ("\u20b950L fine", ["\u20b950L"]),
        ("a 5 L engine", []),
        ("50 lakh shares", ["50 lakh"]),
        ("Rs 400-500 crore", ["Rs 400", "500 crore"]),
        ("Nifty at 24,500", []),
        ("5 m wide, 2 k run", []),
        ("Rs a share", []),
        ("\u00a540 billion stake", ["\u00a540 billion"]),
        ("\u00a5 5,000 a share", ["\u00a5 5,000"]),
        ("JPY 500 bn loan", ["JPY 500 bn"]),
        ("JPY500 a share", ["JPY500"]),
        ("500 yen a share", ["500 yen"]),
        ("EUR 3 mn, GBP 2", ["EUR 3 mn", "GBP 2"]),
        ("Rs 50 bps", ["Rs 50"]),
    ],
)
def test_amounts_have_a_currency_or_a_unit(text: str, amounts: list[str]):
    assert found(text, "amount") == amounts


@pytest.mark.parametrize("share", ["12%", "12.5 per cent", "12pc", "12 pct", "-3%", "12 percent", "12.5 %", "\u22123%"])
def test_percentages_in_every_spelling(share: str):
    assert figures_in(f"net up {share} this year") == [("percent", share)]


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("RBI cuts repo by 50 bps", ["50 bps"]),
        ("repo up 50bps", ["50bps"]),
        ("a 50-bps cut", ["50-bps"]),
        ("a 1 bp move", ["1 bp"]),
        ("a 9 b.p.s. move", ["9 b.p.s"]),
        ("by 25 basis points today", ["25 basis points"]),
        ("a 25-basis-point cut", ["25-basis-point"]),
        ("margin up 1.5 Percentage Points", ["1.5 Percentage Points"]),
        ("up 50 bps to 6.5%, then 25 bps", ["50 bps", "6.5%", "25 bps"]),
        ("up \u2212120 bps", ["\u2212120 bps"]),
        ("$50 bps", []),
        ("bps 50", []),
        ("50 basis", []),
        ("50 percentage", []),
        ("50 basis, points", []),
        ("Sensex up 300 points", []),
    ],
)
def test_points_of_a_percentage_and_their_hundredths(text: str, points: list[str]):
    assert found(text, "percent") == points
    assert nlp.entities(text) == readable.entities(text)


@pytest.mark.parametrize(
    ("later", "earlier", "sentiment"),
    [
        ("EUR 50 mn", "EUR 40 mn", "bullish"),
        ("JPY 30 bn", "\u00a540 bn", "bearish"),
        ("GBP 50 mn", "JPY 40 mn", "neutral"),
    ],
)
def test_only_figures_in_one_currency_compare(later: str, earlier: str, sentiment: str):
    assert nlp.score(f"Turnover at {later} vs {earlier}").sentiment == sentiment


def test_a_figure_never_reaches_into_a_name():
    text = "Q2 Nifty 50 crore 360 ONE FY 3M India"
    assert [(entity.text, entity.kind) for entity in nlp.entities(text)] == [
        ("Q2", "period"),
        ("Nifty 50", "index"),
        ("360 ONE", "company"),
        ("3M India", "company"),
    ]
