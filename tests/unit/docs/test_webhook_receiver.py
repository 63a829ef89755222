"""The receiver that docs/SIGNALS.md shows takes what the daemon signs, and nothing else."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from signal_service.webhooks.signing import signature

PAGE = Path(__file__).resolve().parents[3] / "docs" / "SIGNALS.md"
BODY = b'{"event":"new_alert","event_id":"00ff00ff00ff00ff-7","data":{}}'


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("CHITTI_WEBHOOK_SECRET", "whsec_test")
    code = re.search(r"```python\n(import hashlib.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert code is not None
    names: dict[str, Any] = {"__name__": "receiver"}
    exec(compile(code[1], str(PAGE), "exec"), names)
    return names


def test_what_the_daemon_signs_is_genuine(receiver):
    assert receiver["is_genuine"](signature("whsec_test", int(time.time()), BODY), BODY)


@pytest.mark.parametrize(
    ("secret", "late_s", "added"), [("whsec_other", 0, b""), ("whsec_test", 3600, b""), ("whsec_test", 0, b" ")]
)
def test_another_secret_an_old_request_and_a_changed_body_are_refused(receiver, secret, late_s, added):
    header = signature(secret, int(time.time()) - late_s, BODY)
    assert not receiver["is_genuine"](header, BODY + added)


@pytest.mark.parametrize(
    "header",
    ["", "t=1", "v1=00", "t=x,v1=y", ",,,", "t=\u0663,v1=0", "t={now},v1=\u00e9", f"t={'9' * 5000},v1=0"],
)
def test_a_header_that_is_none_is_refused(receiver, header):
    assert not receiver["is_genuine"](header.replace("{now}", str(int(time.time()))), BODY)
