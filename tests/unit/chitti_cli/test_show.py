"""How an alert looks in a terminal."""

from __future__ import annotations

from datetime import UTC, date, datetime

from chitti_cli.show import alert_block, price_action
from chitti_shared.contracts.signals import Alert, Evidence
from rich.console import Console

AT = datetime(2025, 9, 30, 10, tzinfo=UTC)


def shown(confidence: float | None, basis: str, *evidence: Evidence) -> str:
    alert = Alert(
        alert_id="0" * 32, symbol="TCS", kind="technical", rule="squeeze_release", direction="bullish", impact=64.0,
        confidence=confidence, confidence_basis=basis, price=5472.5, bar_date=date(2025, 9, 30), created_at=AT,
        as_of=AT, summary="", evidence=list(evidence),
    )  # fmt: skip
    console = Console(width=200)
    with console.capture() as capture:
        console.print(alert_block(alert))
    return capture.get()


def figure(name: str, value: float) -> Evidence:
    return Evidence(name=name, value=value, source="signals.records")


def test_an_alert_shows_its_confidence_and_how_often_its_rule_was_right_before():
    text = shown(0.542, "56 of 97", figure("past_cases", 97.0), figure("past_hit_rate", 0.5773))
    assert "confidence 0.54 · right 58% of 97 times before" in text


def test_an_unknown_confidence_says_why_beside_what_is_known():
    basis = "22 earlier cases on the company and its industry; at least 30 are needed"
    text = shown(None, basis, figure("past_cases", 22.0), figure("past_hit_rate", 0.4091))
    assert f"confidence unknown: {basis} · right 41% of 22 times before" in text


def test_an_alert_without_a_record_shows_its_confidence_alone():
    text = shown(None, "0 earlier cases; at least 30 are needed", figure("past_cases", 0.0))
    assert "confidence unknown: 0 earlier cases; at least 30 are needed\n" in "\n".join(
        line.rstrip() + "\n" for line in text.splitlines()
    )


def test_the_extremes_that_the_shipped_rules_read_are_told():
    evidence = [figure("highest_high_of_252_bars_previous", 100.0), figure("lowest_low_of_252_bars_previous", 50.5)]
    assert price_action(evidence) == ["52-week high before 100.00", "52-week low before 50.50"]
