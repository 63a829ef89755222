import pickle
import tracemalloc

import numpy as np
import pytest
from chitti_shared.contracts.strategies import CostLine
from mojo_compute.backtesting.backtests import backtest
from mojo_compute.backtesting.metrics import FIGURES
from mojo_compute.backtesting.sweeps.grids import Axis
from mojo_compute.backtesting.sweeps.jobs import StrategyJob
from mojo_compute.backtesting.sweeps.parts import Piece
from mojo_compute.backtesting.sweeps.subjects import Subject
from support.markets import bars_about, walk
from support.series import panel, series

PIECES = {
    "sma_crossover": {"fast_period": [3, 5, 9, 15], "slow_period": [8, 12, 20]},
    "ema_crossover": {"fast_period": [3, 5], "slow_period": [12, 20, 30]},
    "rsi_reversion": {"period": [7, 14], "oversold": [35, 45.5], "overbought": [55, 60]},
    "macd_cross": {"fast_period": [5, 12], "slow_period": [20, 26], "signal_period": [5, 9]},
    "bollinger_reversion": {"period": [10, 20], "std_dev": [1.0, 2.0]},
    "donchian_breakout": {"entry_period": [10, 20], "exit_period": [5, 10]},
    "supertrend": {"period": [7, 10], "multiplier": [1.0, 2.0]},
}
SETTINGS = [
    {},
    {"fill": "close", "direction": "both", "position_size": 0.9},
    {"fill": "next_close", "direction": "short", "lot_size": 5},
    {"stop_loss": 0.03, "take_profit": 0.05, "trailing_stop": 0.04, "slippage_bps": 5, "direction": "both"},
    {"size_type": "volatility", "position_size": 0.2, "max_bars": 7, "max_entries": 3, "leverage": 2},
    {"size_type": "kelly", "kelly_trades": 3, "tick_size": "nse", "slippage_ticks": 1},
    {"risk_free_rate": 0.06, "minimum_return": 0.02, "var_method": "gaussian", "volume_limit": 0.01},
]
NSE = [CostLine(name="a", rate=0.0003, maximum=20.0), CostLine(name="b", rate=0.18, basis=["a"])]


def job_of(data, strategy_id, values, given=None, costs="flat", metrics=FIGURES):
    subject = Subject(strategy_id) if isinstance(strategy_id, str) else Subject(document=strategy_id)
    axes = [Axis.of(name, list(one)) for name, one in values.items()]
    return StrategyJob(data, subject, given or {}, subject.grid(axes, given or {}), costs, metrics)


def alone(data, subject, given, costs="flat"):
    """The same combination as one backtest, as anybody would ask for it."""
    strategy, execution = subject.made(given)
    return backtest(data, strategy, execution, costs, verify_causality=0).metrics


def check_all(job, series_number=0):
    part = job.run(Piece(series_number, 0, job.grid.size))
    for at, number in enumerate(part.numbers.tolist()):
        expected = alone(job.data[series_number], job.subject, job.parameters(number), job.costs)
        found = {name: None if np.isnan(v) else v for name, v in zip(job.metrics, part.values[:, at], strict=True)}
        assert found == {name: expected[name] for name in job.metrics}, job.parameters(number)
    return part


@pytest.mark.parametrize("strategy_id", sorted(PIECES))
def test_every_figure_of_a_trial_is_that_of_a_single_run_bit_for_bit(strategy_id):
    part = check_all(job_of((series(300),), strategy_id, PIECES[strategy_id], {"direction": "both"}))
    trades = part.values[FIGURES.index("total_trades")]
    assert trades.max() > 3


@pytest.mark.parametrize("given", SETTINGS, ids=lambda given: " ".join(map(str, given.values())))
@pytest.mark.parametrize("costs", ["flat", "nse_delivery", NSE], ids=["flat", "nse", "lines"])
def test_every_setting_means_the_same_as_in_a_single_run(given, costs):
    check_all(
        job_of((series(400, 5),), "ema_crossover", {"fast_period": [3, 8], "slow_period": [10, 20]}, given, costs)
    )


def test_settings_of_the_execution_vary_beside_those_of_the_strategy():
    values = {"stop_loss": [0.02, 0.1, None], "fast_period": [3, 8], "transaction_cost": [0.0, 0.001],
              "fill": ["close", "next_open"]}  # fmt: skip
    part = check_all(job_of((series(300, 3),), "sma_crossover", values))
    assert len(part.numbers) == 24
    assert len(set(part.values[FIGURES.index("total_return")].tolist())) > 12


def test_each_series_is_tried_for_itself():
    job = job_of((series(300, 1), series(250, 2)), "sma_crossover", PIECES["sma_crossover"])
    assert check_all(job, 0).values[2].tolist() != check_all(job, 1).values[2].tolist()


def test_combinations_out_of_order_are_left_out_and_counted():
    part = job_of((series(300),), "sma_crossover", PIECES["sma_crossover"]).run(Piece(0, 0, 12))
    assert part.invalid == 3  # 9 and 15 are not below 8, 15 not below 12
    assert part.numbers.tolist() == [0, 1, 2, 3, 4, 5, 7, 8, 11]


def test_combinations_that_need_more_bars_than_there_are_have_failed():
    values = {"fast_period": [3, 60], "slow_period": [10, 80]}
    part = job_of((series(50),), "sma_crossover", values, metrics=("sharpe_ratio",)).run(Piece(0, 0, 4))
    assert (part.numbers.tolist(), part.invalid, part.failed) == ([0], 1, 2)
    assert part.reason == "sma with period 60 needs more than the 50 bars that there are"


def test_settings_that_the_data_refuses_have_failed():
    bare = series(60)
    data = type(bare)(type(bare.bars)(bare.bars.open, bare.bars.high, bare.bars.low, bare.bars.close))
    job = job_of((data,), "sma_crossover", {"volume_limit": [0.0, 0.1], "fast_period": [2, 4]})
    part = job.run(Piece(0, 0, 4))
    assert (part.numbers.tolist(), part.failed) == ([0, 1], 2)
    assert "volume" in part.reason


@pytest.mark.parametrize("metrics", [("sharpe_ratio",), ("avg_mae", "total_return"), ("var_95", "avg_mfe")])
def test_only_the_wanted_figures_come_and_they_are_the_same(metrics):
    check_all(job_of((series(300),), "macd_cross", PIECES["macd_cross"], metrics=metrics))


def test_a_series_with_gaps_is_tried_as_a_single_run_is():
    data = series(200)
    for name in ("open", "high", "low", "close", "volume"):
        getattr(data.bars, name)[0, 60:65] = np.nan
    check_all(job_of((data,), "sma_crossover", PIECES["sma_crossover"]))


def test_a_strategy_over_many_symbols_is_tried_over_one_cash_pool():
    markets = [bars_about(walk(seed, 300), seed) for seed in range(4)]
    data = panel(markets, ("A", "B", "C", "D"))
    values = {"lookback": [20, 40], "top": [1, 2], "position_size": [0.2]}
    part = check_all(job_of((data,), "momentum_rank", values, {"skip": 5}))
    assert len(part.numbers) == 4


def test_a_job_that_was_sent_elsewhere_answers_the_same_bits():
    job = job_of((series(300),), "bollinger_reversion", PIECES["bollinger_reversion"])
    before = job.run(Piece(0, 0, 4))
    after = pickle.loads(pickle.dumps(job)).run(Piece(0, 0, 4))
    assert before.values.tobytes() == after.values.tobytes()


def test_pieces_of_any_size_answer_the_same_bits():
    job = job_of((series(300),), "sma_crossover", PIECES["sma_crossover"])
    whole = job.run(Piece(0, 0, 12))
    parts = [job.run(Piece(0, first, first + 5)) for first in (0, 5)] + [job.run(Piece(0, numbers=np.array([11, 10])))]
    values = np.concatenate([part.values for part in parts], axis=1)
    assert values[:, :8].tobytes() == np.ascontiguousarray(whole.values[:, :8]).tobytes()
    assert values[:, 8].tolist() == pytest.approx(whole.values[:, 8].tolist(), rel=0, abs=0, nan_ok=True)


WRITTEN = {
    "parameters": {"fast": 5, "slow": {"default": 20, "min": 3, "max": 60}, "risk": 0.05},
    "entry": {"crosses_above": [{"sma": {"period": {"param": "fast"}}}, {"sma": {"period": {"param": "slow"}}}]},
    "exit": {"crosses_below": [{"sma": {"period": {"param": "fast"}}}, {"sma": {"period": {"param": "slow"}}}]},
    "stop_loss": {"param": "risk"},
}


def test_a_strategy_as_data_is_tried_with_the_parameters_that_it_names():
    values = {"fast": [3, 5], "slow": [10, 20], "risk": [0.02, 0.2], "position_size": [0.1, 0.5]}
    part = check_all(job_of((series(300),), WRITTEN, values))
    assert len(part.numbers) == 16
    assert len(set(part.values[FIGURES.index("total_return")].tolist())) > 8


AS_DATA = {
    "parameters": {"length": 10},
    "entry": {"crosses_above": ["close", {"sma": {"period": {"param": "length"}}}]},
}


@pytest.mark.parametrize(
    ("strategy_id", "values"),
    [("sma_crossover", {"fast_period": [3], "slow_period": range(10, 40)}), (AS_DATA, {"length": range(10, 40)})],
)
def test_what_was_kept_for_series_that_are_done_is_let_go(strategy_id, values):
    job = job_of(tuple(series(2_000, seed) for seed in range(40)), strategy_id, values, metrics=("total_return",))
    first = job.run(Piece(0, 0, 30))
    tracemalloc.start()
    try:
        for number in range(1, 40):
            job.run(Piece(number, 0, 30))
        held, _most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 8 * 30 * 2_000 * 8  # the lines of eight series, of 39
    assert np.array_equal(job.run(Piece(0, 0, 30)).values, first.values)
