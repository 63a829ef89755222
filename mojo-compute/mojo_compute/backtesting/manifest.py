"""What a run was made of, so that it can be made again: data, strategy, settings, code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import msgspec
import numpy as np
import xxhash
from chitti_shared.contracts.strategies import CostLine, Execution

from mojo_compute.backtesting.builds import build_id
from mojo_compute.backtesting.data import Data
from mojo_compute.backtesting.signals import Signals
from mojo_compute.backtesting.strategies.strategy import Decides

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

Manifest = dict[str, Any]  # JSON-ready

VERSION = 1  # of the manifest's own form
_SAME = ("data_hash", "actions_hash", "code_version", "engine")


def data_hash(data: Data) -> str:
    """XXH3 (128 bits, hexadecimal) of everything that decisions and fills are made of.

    That is the shape, the symbols, the bars with their times, and the articles.
    """
    bars, news = data.bars, data.news
    whole = xxhash.xxh3_128()
    head = (bars.close.shape, bars.symbols, bars.volume is None, bars.times is None, news is None)
    whole.update(repr(head).encode())
    for values in (bars.open, bars.high, bars.low, bars.close, bars.volume):
        if values is not None:
            whole.update(_bytes(values))
    if bars.times is not None:
        whole.update(_seconds(bars.times))
    if news is not None:
        for column in (_seconds(news.first_seen), _seconds(news.published), news.rows, news.scores):
            whole.update(_bytes(column))
    return whole.hexdigest()


def _bytes(values: Any) -> Buffer:
    return cast("Buffer", np.ascontiguousarray(values))


def signals_hash(signals: Signals) -> str:
    """XXH3 (128 bits, hexadecimal) of everything that was decided."""
    return _hash_of_columns(signals)


def _seconds(times: Any) -> Any:
    return np.ascontiguousarray(times.astype("datetime64[s]")).view(np.int64)


def manifest_of(
    data: Data,
    strategy: Decides,
    signals: Signals,
    execution: Execution,
    costs: str | Sequence[CostLine],
    *,
    engine: str,
    verify_causality: int,
    seed: int,
    actions: object = None,
) -> Manifest:
    """Everything that decides about a run, JSON-ready.

    Parameters
    ----------
    data : Data
    strategy : Strategy
        By its name, `parameters`, and `definition` where it came as data.
    signals : Signals
        What it answered: all that tells ready-made ones apart.
    execution : Execution
    costs : str or sequence of CostLine
    engine : str
    verify_causality, seed : int
        Of the proof.
    actions : Actions or None
        Splits and dividends that were applied.
    """
    bars = data.bars
    dated = bars.times is not None and len(bars) > 0
    return {
        "version": VERSION,
        "data_hash": data_hash(data),
        "actions_hash": None if actions is None else _hash_of_columns(actions),
        "symbols": list(bars.symbols),
        "bars": len(bars),
        "first": str(bars.times[0]) if dated and bars.times is not None else None,
        "last": str(bars.times[-1]) if dated and bars.times is not None else None,
        "articles": None if data.news is None else len(data.news.scores),
        "strategy": strategy.name,
        "parameters": plain(strategy.parameters),
        "definition": getattr(strategy, "definition", None),
        "signals_hash": signals_hash(signals),
        "execution": _settings(execution),
        "costs": costs if isinstance(costs, str) else [msgspec.to_builtins(line) for line in costs],
        "engine": engine,
        "verify_causality": verify_causality,
        "seed": seed,
        "code_version": build_id(),
    }


def differences(manifest: Manifest, data: Data, *, engine: str, actions: object = None) -> tuple[str, ...]:
    """What has changed since: of `data_hash`, `actions_hash`, `code_version`, `engine` those that differ."""
    now = {
        "data_hash": data_hash(data),
        "actions_hash": None if actions is None else _hash_of_columns(actions),
        "code_version": build_id(),
        "engine": engine,
    }
    return tuple(name for name in _SAME if manifest.get(name) != now[name])


def plain(values: Any) -> Any:
    """As JSON has it: numpy's numbers as Python's, mappings with sorted names, arrays by their hash."""
    if isinstance(values, Mapping):
        return {str(name): plain(values[name]) for name in sorted(values, key=str)}
    if isinstance(values, np.generic):
        return values.item()
    if isinstance(values, np.ndarray):
        return {"shape": list(values.shape), "hash": xxhash.xxh3_128_hexdigest(_bytes(values))}
    if isinstance(values, list | tuple):
        return [plain(one) for one in values]
    if isinstance(values, msgspec.Struct):
        return msgspec.to_builtins(values)
    return values


@cache
def _encoder() -> msgspec.json.Encoder:
    return msgspec.json.Encoder(order="deterministic")


def encoded(manifest: Manifest) -> bytes:
    """Canonical JSON: equal runs have equal bytes."""
    return _encoder().encode(manifest)


def _settings(execution: Execution) -> dict[str, Any]:
    return msgspec.structs.asdict(execution)


def _hash_of_columns(table: Any) -> str:
    """Of a dataclass of arrays, None among them."""
    whole = xxhash.xxh3_128()
    for name in table.__dataclass_fields__:
        values = getattr(table, name)
        if values is None:
            continue
        whole.update(f"{name} {values.dtype} {values.shape}".encode())
        whole.update(_bytes(values))
    return whole.hexdigest()
