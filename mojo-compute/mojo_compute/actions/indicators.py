"""`compute_<indicator>` for each entry of the registry, and the list of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from time import perf_counter
from typing import Any

from chitti_shared.contracts import compute as contract
from chitti_shared.contracts.action import Action, Empty
from chitti_shared.contracts.indicators import BY_NAME, INDICATORS, Indicator, Parameters
from chitti_shared.errors import ChittiError
from chitti_shared.ipc import Router
from chitti_shared.json.codec import values_in
from chitti_shared.logs import get_logger
from msgspec import UNSET

from mojo_compute.actions.inputs import Inputs, inputs_of, is_panel
from mojo_compute.actions.panels import compute_rows
from mojo_compute.actions.replies import item_error
from mojo_compute.context import ComputeContext
from mojo_compute.indicators.cache import key_of
from mojo_compute.indicators.compute import Computed, compute
from mojo_compute.indicators.parameters import resolve
from mojo_compute.kernels.arrays import Values, dtypes_of
from mojo_compute.market_data.bars import dates_of
from mojo_compute.storage.shared_results import SHARED_FROM_US, shared_key

# The costs in the registry are the compiled kernels'
_NUMPY_IS_SLOWER = 100.0
_FIXED_US = 20.0
_ROW_US = 20.0  # what a row of a panel costs that takes a closer look

log = get_logger(__name__)

Handler = Callable[[Any, ComputeContext], Awaitable[contract.ComputeReply]]


def register(router: Router[ComputeContext]) -> None:
    """Give every action of the indicators its handler."""
    for action in contract.COMPUTE:
        router.handles(action)(_handler(action, BY_NAME[action.name.removeprefix("compute_")]))
    router.handles(contract.LIST_INDICATORS)(list_indicators)


def _handler(action: Action, declared: Indicator) -> Handler:
    endpoint = f"/compute/{declared.name}"
    keys = [name for one in declared.parameters for name in (one.name, one.shorthand) if name]

    async def compute_indicator(request: Any, ctx: ComputeContext) -> contract.ComputeReply:
        """Serve one indicator of one series, or of rows. Errors: invalid_input, not_found, computation_error."""
        started = perf_counter()
        parameters = resolve(declared, {name: getattr(request, name) for name in keys})
        inputs = await inputs_of(request, declared.inputs, ctx)
        hit = False
        if any(map(is_panel, inputs.columns.values())):
            done, fields = await _panel(declared, request, parameters, inputs, ctx)
        else:
            done, hit = await _result(declared, inputs, parameters, ctx)
            fields = _series(declared, request, inputs, done)
        log.debug(
            "computed",
            endpoint=endpoint,
            symbol=request.symbol,
            data_points=sum(values_in(done.outputs[0])),
            computation_time_ms=round(done.elapsed_s * 1000, 4),
            mojo_used=done.engine == "mojo",
            cache_hit=hit,
            **parameters,
        )
        return _reply(action, declared, request, parameters, done, started, hit=hit, **fields)

    compute_indicator.__name__ = compute_indicator.__qualname__ = action.name
    return compute_indicator


def cost_of(declared: Indicator, inputs: Inputs, ctx: ComputeContext) -> float:
    """Microseconds that a computation is expected to take."""
    return _cost_of_bars(declared, len(next(iter(inputs.columns.values()))), ctx)


def _cost_of_bars(declared: Indicator, bars: int, ctx: ComputeContext) -> float:
    factor = _NUMPY_IS_SLOWER if ctx.engines.name == "numpy" else 1.0
    return _FIXED_US + bars * declared.cost_ns * factor / 1000.0


async def _result(
    declared: Indicator, inputs: Inputs, parameters: Parameters, ctx: ComputeContext
) -> tuple[Computed, bool]:
    """A result from this process, from the tier that processes share if it is worth asking, or computed."""
    cost_us = cost_of(declared, inputs, ctx)
    compute_here = partial(ctx.cpu.run, computed, declared, inputs, parameters, ctx, cost_us=cost_us)
    shared, stored = ctx.shared, inputs.stored
    if shared is None or stored is None or cost_us < SHARED_FROM_US:
        return await compute_here()
    if ctx.cache.find(key_of(declared.name, parameters, (inputs.columns[one] for one in declared.inputs))) is not None:
        return await compute_here()
    key = shared_key(declared.name, stored, parameters)
    found = await shared.find(key, dtypes_of(declared), len(next(iter(inputs.columns.values()))))
    if found is not None:
        ctx.metrics.observe_cache(declared.name, hit=True)
        return found, True
    done, hit = await compute_here()
    await shared.keep(key, done)
    return done, hit


def computed(declared: Indicator, inputs: Inputs, parameters: Parameters, ctx: ComputeContext) -> tuple[Computed, bool]:
    """A result, and whether the cache had it. The same asked twice at once is computed once."""
    name = declared.name
    key = key_of(name, parameters, (inputs.columns[column] for column in declared.inputs))
    with ctx.cache.flight(key) as found:
        ctx.metrics.observe_cache(name, hit=found is not None)
        if found is not None:
            return found, True
        done = compute(declared, inputs.columns, parameters, ctx.engines, inputs.called, prices=True)
        ctx.metrics.observe_computation(name, done.elapsed_s)
        ctx.cache.keep(key, done)
        return done, False


async def _panel(
    declared: Indicator,
    request: contract.SeriesRequest,
    parameters: Parameters,
    inputs: Inputs,
    ctx: ComputeContext,
) -> tuple[Computed, dict[str, Any]]:
    """A result whose outputs are rows, and the reply's own fields."""
    values = inputs.columns[declared.inputs[0]]
    cost_us = len(values) * _ROW_US + _cost_of_bars(declared, sum(values_in(values)), ctx)
    work = (declared, inputs, parameters, request.only_last, ctx)
    done, errors = await ctx.cpu.run(compute_rows, *work, lane="bulk", cost_us=cost_us)
    ctx.metrics.observe_computation(declared.name, done.elapsed_s)
    return done, dict(zip(declared.outputs, done.outputs, strict=True), errors=_errors(errors) or UNSET)


def _errors(errors: Mapping[int, ChittiError]) -> dict[int, contract.ItemError]:
    return {row: item_error(errors[row]) for row in sorted(errors)}


def _series(declared: Indicator, request: contract.SeriesRequest, inputs: Inputs, done: Computed) -> dict[str, Any]:
    """The reply's own fields of one series."""
    last = slice(-request.only_last, None) if request.only_last is not None else slice(None)
    outputs: dict[str, Any] = {name: values[last] for name, values in zip(declared.outputs, done.outputs, strict=True)}
    dates = dates_of(inputs.days[last]) if inputs.days is not None else UNSET
    if request.format == "lwc":
        return {"series": {name: points(dates, values) for name, values in outputs.items()}}
    return {**outputs, "dates": dates}


def _reply(
    action: Action,
    declared: Indicator,
    request: contract.SeriesRequest,
    parameters: Parameters,
    done: Computed,
    started: float,
    *,
    hit: bool,
    **fields: Any,
) -> contract.ComputeReply:
    return action.reply(  # type: ignore[return-value]
        symbol=request.symbol,
        indicator=declared.label,
        computation_time_ms=round(done.elapsed_s * 1000, 4),
        time_ms=round((perf_counter() - started) * 1000, 4),
        engine=done.engine,
        mojo_used=done.engine == "mojo",
        cache_hit=hit,
        lookback=done.lookback,
        stable_from=done.stable_from,
        **parameters,
        **fields,
    )


def points(dates: Any, values: Values) -> list[contract.Point]:
    """A series in Lightweight Charts form; a missing value is a gap."""
    return [
        contract.Point(day) if value != value else contract.Point(day, value)
        for day, value in zip(dates, values.tolist(), strict=True)
    ]


async def list_indicators(_request: Empty, _ctx: ComputeContext) -> contract.ListIndicatorsReply:
    """Tell every indicator with its inputs, parameters and outputs."""
    return contract.ListIndicatorsReply(indicators=[_entry(one) for one in INDICATORS], count=len(INDICATORS))


def _entry(one: Indicator) -> contract.IndicatorEntry:
    return contract.IndicatorEntry(
        name=one.name,
        action=f"compute_{one.name}",
        label=one.label,
        group=one.group,
        inputs=list(one.inputs),
        parameters=[
            contract.IndicatorParameter(
                name=parameter.name,
                type="integer" if parameter.kind is int else "number",
                default=parameter.default,
                minimum=parameter.ge,
                maximum=parameter.le,
                shorthand=parameter.shorthand,
                names=list(parameter.names),
            )
            for parameter in one.parameters
        ],
        outputs=list(one.outputs),
        integers=list(one.integers),
        recursive=one.recursive,
        recursive_by=list(one.recursive_by),
        repaints=one.repaints,
        streams=one.streams,
        sparse=one.sparse,
        lookback=one.lookback({parameter.name: parameter.default for parameter in one.parameters}),
        summary=one.summary,
        source=one.source,
        aliases=list(one.aliases),
    )
