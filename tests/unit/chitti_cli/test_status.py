from __future__ import annotations

from typing import Any

import pytest
from chitti_cli.status import _remark
from chitti_shared.contracts.system import HealthReply


@pytest.mark.parametrize(
    ("info", "remark"),
    [
        ({}, ""),
        ({"model": "lexicon-1", "feeds": 4, "feeds_failing": 0, "feeds_gone": 0}, "model lexicon-1"),
        ({"model": "lexicon-1", "feeds": 4, "feeds_failing": 3}, "model lexicon-1, 3 of 4 feeds fail (chitti feeds)"),
        (
            {"feeds": 9, "feeds_failing": 3, "feeds_dead": 2, "feeds_quiet": 1},
            "3 of 9 feeds fail, 2 for a day or more, 1 bring nothing new (chitti feeds)",
        ),
        ({"feeds": 4, "feeds_failing": 1, "feeds_gone": 2}, "1 of 4 feeds fail, 2 gone (chitti feeds)"),
    ],
)
def test_a_healthy_daemon_tells_of_its_model_and_of_feeds_that_bring_nothing(info: dict[str, Any], remark: str):
    reply = HealthReply(health="healthy", service="news-nlp", version="0.1.0", uptime_s=1.0, checks={}, info=info)
    assert _remark(reply) == remark
