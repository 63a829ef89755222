"""What a backtest may be asked, as JSON."""

from __future__ import annotations

import json

import numpy as np
import pytest
from chitti_shared.contracts import backtests as contract
from chitti_shared.contracts.action import schema_of
from chitti_shared.errors import InvalidInput
from chitti_shared.json import array_keys_of, decode, encode

RUN = "0b4f3c1e-7a52-4c1d-9f0e-2d6a8b7c5e41"


def test_a_request_reads_the_words_that_python_keeps_for_itself():
    request = decode(contract.BacktestRequest, b'{"strategy_id":"sma_crossover","symbol":"TCS","async":true}')
    assert request.async_ is True
    assert json.loads(encode(request))["async"] is True
    reply = contract.BacktestReply(run_id=RUN, state="completed", return_=0.5)
    assert json.loads(encode(reply))["return"] == 0.5


def test_number_arrays_inside_prices_and_panels_are_arrays():
    text = (
        b'{"prices":{"dates":["2025-01-01"],"close":[1,null]},"panel":{"M&M":{"dates":[],"close":[2.5],"open":[3]}},'
        b'"strategy_id":"x"}'
    )
    request = decode(contract.BacktestRequest, text)
    assert request.prices is not None
    assert request.panel is not None
    np.testing.assert_array_equal(request.prices.close, [1.0, np.nan])
    np.testing.assert_array_equal(request.panel["M&M"].open, [3.0])
    assert array_keys_of(contract.BacktestRequest) == {"open", "high", "low", "close", "volume"}


def test_parameters_are_numbers_words_and_weights_and_null_is_the_default():
    text = b'{"parameters":{"fast_period":5,"position_size":0.5,"fill":"close","stop_loss":null,"weights":{"TCS":0.5}}}'
    assert decode(contract.BacktestRequest, text).parameters == {
        "fast_period": 5,
        "position_size": 0.5,
        "fill": "close",
        "stop_loss": None,
        "weights": {"TCS": 0.5},
    }


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (b'{"strategy_id":""}', "strategy_id"),
        (b'{"strategy":[]}', "strategy"),
        (b'{"symbol":"tcs"}', "symbol"),
        (b'{"symbols":[]}', "symbols"),
        (b'{"mode":"both"}', "mode"),
        (b'{"start":"yesterday"}', "start"),
        (b'{"bars":0}', "bars"),
        (b'{"costs":"cheap"}', "costs"),
        (b'{"costs":[{"name":"stt"}]}', "costs[0].rate"),
        (b'{"verify_causality":-1}', "verify_causality"),
        (b'{"benchmark":"my own"}', "benchmark"),
        (b'{"idempotency_key":"a b"}', "idempotency_key"),
        (b'{"prices":{"close":[1]}}', "prices.dates"),
        (b'{"prices":{"dates":[],"close":[1],"closes":[1]}}', "prices.closes"),
        (b'{"trades_limit":-1}', "trades_limit"),
        (b'{"strategyid":"x"}', "strategyid"),
        (b'{"parameters":{"x":[1]}}', "parameters[...]"),
    ],
)
def test_a_request_that_cannot_be_read_names_the_field(text, field):
    with pytest.raises(InvalidInput) as refused:
        decode(contract.BacktestRequest, text)
    assert refused.value.details["field"] == field


@pytest.mark.parametrize("run_id", ["", "abc", RUN.upper(), RUN + "\n", RUN[:-1]])
def test_a_run_id_is_that_of_a_run(run_id):
    with pytest.raises(InvalidInput):
        decode(contract.GetBacktestRequest, json.dumps({"run_id": run_id}).encode())


def test_the_schemas_show_what_may_be_left_out_of_a_reply():
    schema = schema_of(contract.BacktestReply)["$defs"]["BacktestReply"]
    assert schema["required"] == ["run_id", "state"]
    assert schema["properties"]["equity_curve"]["type"] == "array"
