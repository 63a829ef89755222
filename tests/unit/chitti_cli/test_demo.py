from __future__ import annotations

import csv
import io
import zipfile
from importlib import resources

from chitti_cli.demo import headlines, sample_feed
from chitti_cli.show import price_action
from chitti_cli.status import span
from chitti_shared.contracts.signals import Evidence


def test_headlines_lose_the_publisher_behind_them():
    found = headlines(sample_feed())
    assert len(found) == 42
    assert "L&T ends lower; traders book profit despite Rs 2,500 crore order win" in found
    assert not any(title.endswith(("Market Wire", "Dalal Ledger", "Business Ledger")) for title in found)


def test_the_sample_market_is_what_its_source_note_says():
    packed = resources.files("chitti_cli").joinpath("sample", "nifty50_eod.csv.zip").read_bytes()
    assert len(packed) < 2 * 1024 * 1024
    with zipfile.ZipFile(io.BytesIO(packed)) as file:
        rows = list(csv.DictReader(io.TextIOWrapper(file.open("nifty50_eod.csv"), "utf-8")))
    assert list(rows[0]) == ["symbol", "date", "open", "high", "low", "close", "volume"]
    assert (len(rows), len({row["symbol"] for row in rows})) == (61135, 50)
    assert (min(row["date"] for row in rows), max(row["date"] for row in rows)) == ("2020-10-01", "2025-09-30")


def test_price_action_is_told_in_reading_order_and_without_what_a_person_skips():
    evidence = [
        Evidence(name="volume_ratio", value=1.84, unit="x the mean of 20 sessions", source="s"),
        Evidence(name="bar_date", value="2025-09-30", source="s"),
        Evidence(name="rsi_14", value=61.26, unit="0-100", source="s"),
        Evidence(name="change", value=-1.34, unit="%", source="s"),
    ]
    assert price_action(evidence) == ["day -1.3%", "RSI 61.3", "vol 1.8x"]


def test_spans_are_told_in_two_units_at_most():
    told = {0.4: "0 s", 59: "59 s", 61: "1 min", 3600: "1 h 0 min", 7500: "2 h 5 min", 180000: "2 d 2 h"}
    assert {seconds: span(seconds) for seconds in told} == told
