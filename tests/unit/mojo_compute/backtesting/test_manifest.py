"""What a run was made of."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from chitti_shared.contracts.strategies import PRESETS, Execution
from mojo_compute.backtesting.builds import build_id
from mojo_compute.backtesting.data import Bars, Data, News
from mojo_compute.backtesting.manifest import data_hash, differences, encoded, manifest_of, signals_hash
from mojo_compute.backtesting.signals import Signals
from mojo_compute.backtesting.strategies import make
from support.histories import stocks, with_gaps, with_news

DATA = with_news(with_gaps(stocks(2, 60), 1, np.array([3])), 20)


def copied(data: Data) -> Data:
    bars = data.bars
    columns = [getattr(bars, name).copy() for name in ("open", "high", "low", "close", "volume")]
    return Data(Bars(*columns, times=bars.times.copy(), symbols=tuple(bars.symbols)), data.news)


def manifest(data: Data = DATA, **changes: object) -> dict[str, object]:
    given = {
        "strategy": make("sma_crossover"),
        "signals": Signals(entries=np.zeros((2, 60), np.bool_)),
        "execution": Execution(),
        "costs": "flat",
        "engine": "cython",
        "verify_causality": 3,
        "seed": 0,
    }
    given |= changes
    return manifest_of(
        data, given.pop("strategy"), given.pop("signals"), given.pop("execution"), given.pop("costs"), **given
    )


def test_equal_runs_have_equal_manifests():
    assert encoded(manifest()) == encoded(manifest(copied(DATA)))
    assert differences(manifest(), copied(DATA), engine="cython") == ()


@pytest.mark.parametrize("column", ["open", "high", "low", "close", "volume"])
def test_one_other_number_is_another_hash(column: str):
    other = copied(DATA)
    values = getattr(other.bars, column)
    values[0, 30] = np.nextafter(values[0, 30], np.inf)
    assert data_hash(other) != data_hash(DATA)
    assert differences(manifest(), other, engine="cython") == ("data_hash",)


def test_dates_names_articles_and_shape_are_hashed():
    bars, news = DATA.bars, DATA.news
    others = [
        Data(replace(bars, times=bars.times + np.timedelta64(1, "s")), news),
        Data(replace(bars, times=None), news),
        Data(replace(bars, symbols=("A", "B")), news),
        Data(replace(bars, volume=None), news),
        Data(bars),
        Data(bars, News(news.first_seen, news.first_seen, news.rows, news.scores)),
        DATA.until(58),
    ]
    assert len({data_hash(one) for one in [DATA, *others]}) == len(others) + 1


def test_other_decisions_are_told_apart():
    flags = np.zeros((2, 60), np.bool_)
    flags[1, 7] = True
    several = [Signals(entries=flags), Signals(exits=flags), Signals(entries=~flags), Signals(weights=flags * 0.5)]
    assert len({manifest(signals=one)["signals_hash"] for one in several}) == 4
    assert manifest(signals=Signals(entries=flags.copy()))["signals_hash"] == signals_hash(several[0])


def test_dates_count_as_times_whatever_their_unit():
    days = replace(DATA.bars, times=DATA.bars.times.astype("datetime64[D]"))
    assert data_hash(Data(days, DATA.news)) == data_hash(DATA)


def test_everything_that_decides_is_told():
    told = manifest(strategy=make("rsi_reversion", {"period": np.int64(9)}), execution=Execution(stop_loss=0.1))
    assert told["strategy"] == "rsi_reversion"
    assert told["parameters"] == {"overbought": 70.0, "oversold": 30.0, "period": 9}
    assert told["execution"]["stop_loss"] == 0.1
    assert told["execution"]["fill"] == "next_open"
    assert told["symbols"] == list(DATA.bars.symbols)
    assert (told["bars"], told["articles"]) == (60, 20)
    assert (told["first"], told["last"]) == ("2023-01-02T00:00:00", "2023-03-24T00:00:00")
    assert json.loads(encoded(told)) == told


def test_cost_lines_are_told_whole():
    told = manifest(costs=PRESETS["nse_delivery"])
    assert [line["name"] for line in told["costs"]] == [line.name for line in PRESETS["nse_delivery"]]
    assert manifest(costs="nse_delivery")["costs"] == "nse_delivery"


def test_another_engine_or_code_is_a_difference():
    told = manifest()
    assert differences(told, DATA, engine="numpy") == ("engine",)
    assert differences(told | {"code_version": "0+0"}, DATA, engine="cython") == ("code_version",)


def test_the_build_is_told():
    version, _, modules = build_id().partition("+")
    assert version[0].isdigit()
    assert len(modules) == 16
    assert manifest()["code_version"] == build_id()


def test_arrays_among_the_parameters_are_told_by_their_hash():
    strategy = make("sma_crossover")
    strategy.parameters = {"table": np.arange(6.0).reshape(2, 3), "names": ("a", "b")}
    told = manifest(strategy=strategy)["parameters"]
    assert told["table"]["shape"] == [2, 3]
    assert told["names"] == ["a", "b"]
    strategy.parameters = {"table": np.arange(1.0, 7.0).reshape(2, 3), "names": ("a", "b")}
    assert manifest(strategy=strategy)["parameters"]["table"]["hash"] != told["table"]["hash"]
