"""`chitti rules statistics`: what the table shows."""

from __future__ import annotations

import io

from chitti_cli.rule_records import table_of
from chitti_shared.contracts import signals
from rich.console import Console


def reply(confidence: float | None = None) -> signals.GetRuleStatisticsReply:
    figures = signals.RecordFigures(
        cases=1234, hits=700, hit_rate=0.567, expected_rate=0.551, mean_return=0.01, mean_move=0.031
    )
    outcomes = signals.AlertOutcomes(alerts=7, pending=7, hits=0, misses=0, hit_rate=None, mean_return=None)
    one = signals.RuleStatistics(
        rule="sma_crossover",
        direction="bearish",
        horizon=5,
        cooldown=5,
        base_rate=0.45,
        confidence=confidence,
        confidence_basis="said",
        history=figures,
        outcomes=outcomes,
    )
    return signals.GetRuleStatisticsReply(rules=[one], count=1, symbols=50, price_seq=3)


def shown(told: signals.GetRuleStatisticsReply, *, of_company: bool) -> str:
    console = Console(width=160, record=True, file=io.StringIO())
    console.print(table_of(told, of_company))
    return console.export_text()


def test_a_row_has_the_record_and_the_alerts() -> None:
    text = shown(reply(), of_company=False)
    assert "confidence" not in text
    for words in ("sma_crossover bearish", "1,234", "56.7 %", "55.1 %", "3.1 %", "7", "-"):
        assert words in text


def test_of_one_company_the_confidence_is_there() -> None:
    assert "48.2 %" in shown(reply(0.482), of_company=True)
    assert "confidence" in shown(reply(), of_company=True)
