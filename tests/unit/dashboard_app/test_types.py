"""The dashboard's types follow the contracts."""

from __future__ import annotations

import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).parents[3] / "dashboard-app" / "generate_types.py"


def test_the_types_of_the_dashboard_are_current():
    spec = importlib.util.spec_from_file_location("generate_types", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.TARGET.read_text(encoding="utf-8") == module.contracts_ts(), (
        "run python dashboard-app/generate_types.py"
    )
