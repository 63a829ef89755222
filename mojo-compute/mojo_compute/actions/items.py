"""The items of a batch: those that ask for the same are computed together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
from chitti_shared.contracts import compute as contract
from chitti_shared.contracts.indicators import BY_NAME, Indicator, Parameters
from chitti_shared.errors import ChittiError, InvalidInput, NotFound
from chitti_shared.ipc import raise_if_cancelled
from chitti_shared.names import nearest
from msgspec import UNSET

from mojo_compute.actions.indicators import computed
from mojo_compute.actions.inputs import Inputs, check_given
from mojo_compute.actions.replies import item_error
from mojo_compute.context import ComputeContext
from mojo_compute.indicators.labels import Asked, labels_of
from mojo_compute.indicators.panels import compute_panels, starts_of
from mojo_compute.indicators.parameters import resolve
from mojo_compute.kernels.arrays import Values
from mojo_compute.market_data.bars import dates_of

_SHORT = 4_096  # bars of a series that is computed with others, which costs less than looking for it in the cache

Source = Inputs | ChittiError
Job = tuple[contract.BatchItem, Source]
Plan = tuple[Indicator, Parameters] | ChittiError
Wish = tuple[str, tuple[int | float, ...]]  # an indicator's name and its parameters
Record = Any  # what a contract.BatchIndicator is read from: one of BATCH_RECORDS, or an ItemError


def is_long(source: Source) -> bool:
    """Whether a source's series are computed one by one."""
    return isinstance(source, Inputs) and len(next(iter(source.columns.values()))) > _SHORT


def results_of(
    piece: list[Job], only_last: int | None, ctx: ComputeContext, threads: int
) -> list[contract.BatchResult]:
    """A piece's results, on a thread of the bulk lane; a cancelled call stops between indicators."""
    lists = _Lists()
    asked = [_asked(item, source, lists) for item, source in piece]
    together: dict[Any, list[int]] = {}
    for number, one in enumerate(asked):
        if isinstance(one, _Asked) and one.bars <= _SHORT:
            together.setdefault(one.kind, []).append(number)
    done: dict[int, dict[Wish | None, Record]] = {}
    for numbers in together.values():
        alike = [one for number in numbers if isinstance(one := asked[number], _Asked)]
        done |= dict(zip(numbers, _panel(alike, only_last, ctx, threads), strict=True))
    return [
        _result(item, one, done.get(number), only_last, ctx)
        for number, ((item, _source), one) in enumerate(zip(piece, asked, strict=True))
    ]


@dataclass(frozen=True, slots=True)
class _Plans:
    """What an item's list of indicators means: what is computed, and what each label shows of it."""

    wishes: dict[Wish, tuple[Indicator, Parameters]]
    shown: tuple[tuple[str, Wish | None, Plan], ...]
    kind: int  # lists that wish for the same of the same columns have one


@dataclass(frozen=True, slots=True)
class _Asked:
    """An item's indicators as far as they are valid, and the series they read."""

    meant: _Plans
    source: Inputs
    bars: int

    @property
    def kind(self) -> Any:
        """Items of one kind are computed together."""
        return self.meant.kind, *self.source.called.items()


class _Lists:
    """What lists of indicators mean: items mostly have the same ones."""

    def __init__(self) -> None:
        self._meant: dict[Any, _Plans | InvalidInput] = {}
        self._kinds: dict[Any, int] = {}

    def meaning(self, item: contract.BatchItem, source: Inputs) -> _Plans | InvalidInput:
        key = msgspec.msgpack.encode(item.indicators), *source.columns
        meant = self._meant.get(key)
        if meant is None:
            meant = self._meant[key] = self._read(item, source)
        return meant

    def _read(self, item: contract.BatchItem, source: Inputs) -> _Plans | InvalidInput:
        plans = [_plan(spec, source) for spec in item.indicators]
        known = [None if isinstance(plan, ChittiError) else plan for plan in plans]
        try:
            labels = labels_of(
                [
                    Asked(spec.type, spec.label, None if plan is None else plan[1])
                    for spec, plan in zip(item.indicators, known, strict=True)
                ]
            )
        except InvalidInput as error:
            return error
        wishes = [None if plan is None else _wish(plan) for plan in known]
        wanted = {wish: plan for wish, plan in zip(wishes, known, strict=True) if wish is not None and plan is not None}
        kind = self._kinds.setdefault((*wanted, *source.columns), len(self._kinds))
        return _Plans(wanted, tuple(zip(labels, wishes, plans, strict=True)), kind)


def _asked(item: contract.BatchItem, source: Source, lists: _Lists) -> _Asked | ChittiError:
    if isinstance(source, ChittiError):
        return source
    meant = lists.meaning(item, source)
    if isinstance(meant, InvalidInput):
        return meant
    return _Asked(meant, source, len(next(iter(source.columns.values()))))


def _wish(plan: tuple[Indicator, Parameters]) -> Wish:
    declared, parameters = plan
    return declared.name, tuple(parameters.values())


def _plan(spec: contract.IndicatorSpec, source: Inputs) -> Plan:
    declared = BY_NAME.get(spec.type)
    if declared is None:
        return NotFound(
            f"no indicator is called {spec.type!r}{nearest(spec.type, BY_NAME)}", kind="indicator", type=spec.type
        )
    try:
        parameters = resolve(declared, spec.params)
        check_given(source.columns, declared.inputs)
    except InvalidInput as error:
        return error
    return declared, parameters


def _panel(
    alike: list[_Asked], only_last: int | None, ctx: ComputeContext, threads: int
) -> list[dict[Wish | None, Record]]:
    """The records of items that ask for the same of series of the same kind."""
    first = alike[0]
    plans = first.meant.wishes
    if any(one.source.days is None and _is_ragged(one) for one in alike):
        return [{} for _ in alike]  # columns of unequal length: the long way says so
    needed = dict.fromkeys(name for declared, _parameters in plans.values() for name in declared.inputs)
    columns = {name: np.concatenate([one.source.columns[name] for one in alike]) for name in needed}
    starts = starts_of([one.bars for one in alike])
    panels = compute_panels(
        list(plans.values()),
        columns,
        starts,
        ctx.engines,
        threads,
        prices=True,
        called=first.source.called,
        between=raise_if_cancelled,
    )
    edges = [(int(start), int(end)) for start, end in pairwise(starts)]
    records: list[dict[Wish | None, Record]] = [{} for _ in alike]
    for (wish, (declared, parameters)), panel in zip(plans.items(), panels, strict=True):
        ctx.metrics.observe_computation(declared.name, panel.elapsed_s)
        fields = _fields(declared, parameters, declared.lookback(parameters), panel.elapsed_s / len(alike), hit=False)
        record = contract.BATCH_RECORDS[declared.name]
        for number, (start, end) in enumerate(edges):
            error = panel.errors.get(number)
            if error is not None:
                records[number][wish] = item_error(error)
                continue
            since = max(end - only_last, start) if only_last is not None else start
            outputs = [values[since:end] for values in panel.outputs]
            records[number][wish] = record(**fields, **dict(zip(declared.outputs, outputs, strict=True)))
    return records


def _is_ragged(one: _Asked) -> bool:
    return any(len(values) != one.bars for values in one.source.columns.values())


def _result(
    item: contract.BatchItem,
    asked: _Asked | ChittiError,
    done: dict[Wish | None, Record] | None,
    only_last: int | None,
    ctx: ComputeContext,
) -> contract.BatchResult:
    if isinstance(asked, ChittiError):
        return contract.BatchResult(symbol=item.symbol, indicators={}, error=item_error(asked))
    last = slice(-only_last, None) if only_last is not None else slice(None)
    found = done or {}
    indicators = {
        label: found.get(wish) or _one(plan, asked.source, last, ctx) for label, wish, plan in asked.meant.shown
    }
    days = asked.source.days
    dates: Any = UNSET if days is None else _written(days[last].tobytes())
    return contract.BatchResult(symbol=item.symbol, indicators=indicators, dates=dates)


@lru_cache(maxsize=64)
def _written(days: bytes) -> msgspec.Raw:
    """Dates in JSON; symbols that traded on the same days share them."""
    return msgspec.Raw(msgspec.json.encode(dates_of(np.frombuffer(days, dtype="datetime64[D]"))))


def _one(plan: Plan, source: Inputs, last: slice, ctx: ComputeContext) -> Record:
    """One indicator of one item; errors become its result, but not those of a call that is cancelled."""
    if isinstance(plan, ChittiError):
        return item_error(plan)
    raise_if_cancelled()
    declared, parameters = plan
    try:
        made, hit = computed(declared, source, parameters, ctx)
    except ChittiError as error:
        return item_error(error)
    outputs = [_kept(values, last) for values in made.outputs]
    fields = _fields(declared, parameters, made.lookback, made.elapsed_s, hit=hit)
    return contract.BATCH_RECORDS[declared.name](**fields, **dict(zip(declared.outputs, outputs, strict=True)))


def _fields(
    declared: Indicator, parameters: Parameters, lookback: int, elapsed_s: float, *, hit: bool
) -> dict[str, Any]:
    """A record's fields but for its outputs."""
    return {
        "indicator": declared.label,
        "computation_time_ms": round(elapsed_s * 1000, 4),
        "cache_hit": hit,
        "lookback": lookback,
        **parameters,
    }


def _kept(values: Values, last: slice) -> Values:
    """The values of a reply; a few of many are copied, so that the many can go."""
    chosen = values[last]
    return chosen if len(chosen) == len(values) else chosen.copy()
