"""The market the project ships: imported whole, and every indicator of every stock equal to TA-Lib."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest
import talib
from chitti_shared.contracts import compute, market
from chitti_shared.contracts.action import Blob

pytestmark = pytest.mark.integration

ASKED = {
    "sma": lambda close: {"values": talib.SMA(close, 30)},
    "rsi": lambda close: {"values": talib.RSI(close, 14)},
    "macd": lambda close: dict(zip(("macd_line", "signal_line", "histogram"), talib.MACD(close), strict=True)),
    "bollinger": lambda close: dict(
        zip(("upper_band", "middle_band", "lower_band"), talib.BBANDS(close, 20, 2.0, 2.0), strict=True)
    ),
}


async def test_the_sample_market_is_imported_whole_and_its_indicators_equal_talib(client):
    packed = files("chitti_cli").joinpath("sample", "nifty50_eod.csv.zip").read_bytes()
    request = market.ImportPricesRequest(document=Blob(packed), filename="nifty50_eod.csv.zip")
    report = await client.call(market.IMPORT_PRICES, request, timeout_s=90)
    assert (report.rows_stored, report.rows_rejected, len(report.symbols)) == (61_135, 0, 50)
    assert (report.first_date, report.last_date) == ("2020-10-01", "2025-09-30")

    specs = [compute.IndicatorSpec(type=name) for name in ASKED]
    items = [compute.BatchItem(symbol=symbol, indicators=specs) for symbol in report.symbols]
    batch = await client.call(compute.BATCH, compute.ComputeBatchRequest(requests=items))
    assert (batch.symbols_processed, batch.indicators_computed, batch.failed) == (50, 200, 0)
    for result in batch.results:
        bars = await client.call(market.GET_PRICES, market.GetPricesRequest(symbol=result.symbol))
        assert bars.dates == result.dates
        for name, oracle in ASKED.items():
            for output, expected in oracle(bars.close).items():
                values = getattr(result.indicators[name], output)
                np.testing.assert_allclose(
                    values, expected, rtol=0, atol=1e-9 * bars.close.max(), err_msg=result.symbol
                )
