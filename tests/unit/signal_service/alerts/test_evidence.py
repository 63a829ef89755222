from __future__ import annotations

import pytest
from signal_service.alerts.evidence import name_of


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("RSI(14) 1 bar ago", "rsi_14_previous"),
        ("highest high of 252 bars 1 bar ago", "highest_high_of_252_bars_previous"),
        ("SMA(20) + (ATR(20) * 1.5)", "sma_20_plus_atr_20_times_1_5"),
        ("SMA(20) - (ATR(20) * 1.5)", "sma_20_minus_atr_20_times_1_5"),
        ("close / SMA(20)", "close_by_sma_20"),
        ("close * -1.5", "close_times_minus_1_5"),
    ],
)
def test_a_number_is_called_after_how_it_was_computed(text, name):
    assert name_of(text) == name
