"""`chitti alerts` with its conditions as its user types them, against a real daemon."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.terminal import Chitti

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("daemon")]

_INSERT = """
INSERT INTO signals.alerts (alert_id, symbol, kind, rule, direction, impact, confidence, confidence_basis, price,
    bar_date, as_of, created_at, expires_at, summary, evidence)
VALUES (md5($1::text), $2, $3, $4, $5, $6, $7, 'test', 100, '2025-09-01', now(), now() - $1::int * interval '1 day',
    now() + (2 * $1::int - 3) * interval '1 day', $1::text, '[{"name": "close", "value": 1, "source": "test"}]')
"""
#        symbol      kind         rule             direction  impact confidence
ROWS = [
    ("TCS", "technical", "sma_crossover", "bullish", 50.0, 0.6),
    ("INFY", "combined", "volume_surge", "bearish", 80.0, None),
    ("SUNPHARMA", "technical", "sma_crossover", "bullish", 90.0, 0.7),
]


@pytest.fixture(autouse=True)
async def _stored(pool: Any) -> None:
    """Three alerts, one, two and three days old; the first of them is over."""
    for number in range(3, 0, -1):
        await pool.execute(_INSERT, str(number), *ROWS[number - 1])
    await pool.execute("UPDATE signals.streams SET state_version = state_version + 1")


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        ((), [3, 2, 1]),
        (("--limit", "2"), [2, 1]),
        (("--symbol", "tcs", "--symbol", "INFY"), [2, 1]),
        (("--sector", "pharma"), [3]),
        (("--kind", "technical", "--rule", "sma_crossover", "--direction", "bullish"), [3, 1]),
        (("--min-impact", "80", "--sort", "impact"), [3, 2]),
        (("--min-confidence", "0.6", "--sort", "confidence"), [3, 1]),
        (("--since", "60h"), [2, 1]),
        (("--since", "84h", "--until", "36h"), [3, 2]),
        (("--expired",), [1]),
        (("--unseen", "--outcome", "pending", "--current"), [3, 2]),
        (("--watchlist",), []),
    ],
)
async def test_alerts_are_listed_by_every_condition(chitti: Chitti, options: tuple[str, ...], numbers: list[int]):
    code, lines, complaints = await chitti("alerts", *options, "--json")
    assert (code, complaints) == (0, "")
    assert [int(json.loads(line)["summary"]) for line in lines.splitlines()] == numbers


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--symbol", "TCSS"), "did you mean 'TCS'"),
        (("--sector", "Bankin"), "did you mean 'Banking'"),
        (("--rule", "golden_cros"), "did you mean 'golden_cross'"),
        (("--kind", "technic"), "chitti alerts --help"),
        (("--min-impact", "101"), "min_impact"),
        (("--since", "yesterday"), "a time is YYYY-MM-DD"),
        (("--follow", "--sort", "impact", "--until", "2d"), "until, sort: only stored alerts are listed by that"),
        (("--after", "x-1"), "--from-start and --after go with --follow"),
    ],
)
async def test_what_can_not_be_asked_is_refused_in_words_that_help(
    chitti: Chitti, options: tuple[str, ...], words: str
):
    code, lines, complaints = await chitti("alerts", *options)
    assert (code != 0, lines) == (True, "")
    assert words in " ".join(complaints.replace("│", " ").split())


async def test_a_question_that_no_alert_meets_says_so(chitti: Chitti):
    code, said, _ = await chitti("alerts", "--symbol", "ITC")
    assert (code, said.strip()) == (0, "no stored alert meets all of that")
