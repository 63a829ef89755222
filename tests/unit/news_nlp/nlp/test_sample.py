"""The sample feed, item by item, as a person reads it."""

from __future__ import annotations

from pathlib import Path

import pytest
from news_nlp import nlp
from news_nlp.parsing import parse_feed

SAMPLE = Path(__file__).parents[4] / "cli" / "chitti_cli" / "sample" / "nifty_sample.xml"
UP, DOWN, FLAT = "bullish", "bearish", "neutral"

EXPECTED: list[tuple[str, str, dict[str, str]]] = [
    ("Hero MotoCorp jumps", UP, {"HEROMOTOCO": UP}),
    ("Hero MotoCorp shares rally", UP, {"HEROMOTOCO": UP}),
    ("JSW Steel gains 2%", UP, {"JSWSTEEL": UP}),
    ("Hindalco rises", UP, {"HINDALCO": UP}),
    ("SBI hits 52-week high", UP, {"SBIN": UP}),
    ("State Bank of India scales", UP, {"SBIN": UP}),
    ("Maruti Suzuki extends gains", UP, {"MARUTI": UP}),
    ("Bajaj Finance up 1%", UP, {"BAJFINANCE": UP}),
    ("Adani Ports climbs", UP, {"ADANIPORTS": UP}),
    ("BEL bags orders", UP, {"BEL": UP}),
    ("Shriram Finance gains", UP, {"SHRIRAMFIN": UP}),
    ("Tata Consumer rises", UP, {"TATACONSUM": UP}),
    ("Eicher Motors steady", UP, {"EICHERMOT": UP}),
    ("ICICI Bank slips", DOWN, {"ICICIBANK": DOWN}),
    ("Trent tumbles", DOWN, {"TRENT": DOWN}),
    ("Westside owner Trent", DOWN, {"TRENT": DOWN}),
    ("TCS under pressure", DOWN, {"TCS": DOWN}),
    ("Titan Company shares decline", DOWN, {"TITAN": DOWN}),
    ("Airtel drops", DOWN, {"BHARTIARTL": DOWN}),
    ("ITC falls", DOWN, {"ITC": DOWN}),
    ("Jio Financial slides", DOWN, {"JIOFIN": DOWN}),
    ("Dr Reddy's hit", DOWN, {"DRREDDY": DOWN}),
    ("Adani Enterprises slips", DOWN, {"ADANIENT": DOWN}),
    ("Reliance Industries eases", DOWN, {"RELIANCE": DOWN}),
    ("Tech Mahindra, Wipro", DOWN, {"TECHM": DOWN, "WIPRO": DOWN}),
    ("Apollo Hospitals declines", DOWN, {"APOLLOHOSP": DOWN}),
    ("HCL Tech misses", DOWN, {"HCLTECH": DOWN}),
    ("Bajaj Finserv falls", DOWN, {"BAJAJFINSV": DOWN}),
    ("L&T ends lower", DOWN, {"LT": DOWN}),
    ("M&M to launch", FLAT, {"M&M": FLAT}),
    ("Reliance Power surges", UP, {"RPOWER": UP}),
    ("RBI keeps repo rate", UP, {}),
    ("Sensex, Nifty end lower", DOWN, {}),
    ("Nifty Bank gains", UP, {}),
    ("UltraTech Cement to acquire", FLAT, {"ULTRACEMCO": FLAT}),
    ("Sun Pharma gets US approval", UP, {"SUNPHARMA": UP}),
    ("Infosys to consider", FLAT, {"INFY": FLAT}),
    ("Tata group firms", FLAT, {}),
    ("ONGC, Oil India", UP, {"ONGC": UP, "OIL": UP}),
    ("Power Grid board approves", FLAT, {"POWERGRID": FLAT}),
    ("Eternal faces GST demand", DOWN, {"ETERNAL": DOWN}),
    ("Kotak Mahindra Bank: what", FLAT, {"KOTAKBANK": FLAT}),
]
TITLES = [item.title for item in parse_feed(SAMPLE.read_bytes()).items]


@pytest.mark.parametrize(("number", "start", "whole", "symbols"), [(i, *row) for i, row in enumerate(EXPECTED)])
def test_an_item_of_the_sample_is_read_right(number: int, start: str, whole: str, symbols: dict[str, str]):
    title = TITLES[number]
    assert title.startswith(start)
    meaning = nlp.score(title)
    assert meaning.sentiment == whole
    assert {symbol: said.sentiment for symbol, said in meaning.symbols.items()} == symbols


def test_the_sample_has_no_other_item():
    assert len(TITLES) == len(EXPECTED)
