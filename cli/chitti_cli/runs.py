"""Asks the daemon for backtests: new ones and those it kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from chitti_shared.contracts import backtests
from chitti_shared.contracts.action import Action, Reply
from chitti_shared.contracts.backtests import BacktestPart, BacktestReply
from chitti_shared.contracts.compute import MOJO_COMPUTE
from chitti_shared.ipc import Client
from chitti_shared.settings import Settings
from msgspec import UnsetType
from rich.markup import escape

from chitti_cli.problem import Problem
from chitti_cli.running import err
from chitti_cli.sockets import LONG_S, client_of, read

_RUN_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOST_TRADES = 100_000
MOST_BARS = backtests.MAX_BARS
_CURVES = ("equity_curve", "drawdown_curve", "benchmark_curve")
_LISTS = ("dates", "trades", "round_trips")


async def ask(settings: Settings, request: dict[str, Any], timeout_s: float) -> bytes:
    """Run a backtest; the reply as JSON, with all its bars and trades. Raises `Problem`: the request is none."""

    def told(part: BacktestPart) -> str:
        return part.stage

    limits = {"trades_limit": MOST_TRADES, "curve_limit": MOST_BARS}
    first: BacktestReply = await answer(settings, backtests.BACKTEST, {**request, **limits}, timeout_s, told)
    async with client_of(MOJO_COMPUTE, settings) as client:
        return as_json(await whole(client, first))


async def hand_in(settings: Settings, request: dict[str, Any], timeout_s: float) -> str:
    """Make a job of a backtest; its run's id. Raises `Problem`: the request is none."""
    reply: BacktestReply = await answer(
        settings, backtests.BACKTEST, {**request, "async": True}, timeout_s, lambda part: part.stage
    )
    return reply.run_id


async def answer(
    settings: Settings, action: Action, request: dict[str, Any], timeout_s: float, told: Callable[[Any], str]
) -> Any:
    """The reply of a long action; meanwhile its partial replies are shown as `told` puts them.

    Raises
    ------
    Problem
        The request is none.
    """
    try:
        asked = msgspec.convert({**request, "progress": True}, action.request)
    except msgspec.ValidationError as error:
        raise Problem(
            f"this can't be asked for: {error}", f"see: chitti {action.name.replace('_', '-')} --help"
        ) from error
    what, symbols = request.get("strategy_id", "the strategy"), request.get("symbols", [])
    of = request.get("symbol") or f"{len(symbols)} symbols"
    with err.status(f"running {escape(str(what))} over {escape(str(of))} ...") as status:
        async with client_of(MOJO_COMPUTE, settings) as client:
            return await client.call(
                action,
                asked,
                timeout_s=timeout_s,
                on_partial=lambda progress, part: status.update(f"{escape(told(part))} ({progress:.0%})"),
            )


async def whole(client: Client, first: BacktestReply) -> BacktestReply:
    """A run with the bars and trades that its reply had no room for."""
    pages = [first]
    while pages[-1].next_curve or pages[-1].next_trades:
        last = pages[-1]
        if not first.kept:
            notes = [] if isinstance(first.notes, UnsetType) else first.notes
            told = "the run was not kept: only its first bars and trades are told"
            return msgspec.structs.replace(first, notes=[*notes, told])
        asked = backtests.GetBacktestRequest(
            run_id=first.run_id,
            curve_after=last.next_curve or 0,
            curve_limit=MOST_BARS if last.next_curve else 0,
            trades_after=last.next_trades or 0,
            trades_limit=MOST_TRADES if last.next_trades else 0,
        )
        page: BacktestReply = await client.call(backtests.GET_BACKTEST, asked, timeout_s=LONG_S)
        # what was not asked for is not told: it ended before
        curve, trades = (page.next_curve if last.next_curve else None), (page.next_trades if last.next_trades else None)
        pages.append(msgspec.structs.replace(page, next_curve=curve, next_trades=trades))
    return joined(pages)


def joined(pages: list[BacktestReply]) -> BacktestReply:
    """The first page with the curves and trades of all."""
    together: dict[str, Any] = {"next_curve": None, "next_trades": None}
    for name in (*_CURVES, *_LISTS):
        parts = [part for page in pages if not isinstance(part := getattr(page, name), UnsetType) and part is not None]
        if len(parts) > 1:
            together[name] = np.concatenate(parts) if name in _CURVES else [one for part in parts for one in part]
    return msgspec.structs.replace(pages[0], **together) if len(pages) > 1 else pages[0]


async def find(settings: Settings, source: str) -> bytes:
    """The reply of a run that was made before: by its id, or from a file.

    Raises
    ------
    Problem
        The file can't be read.
    """
    if not _RUN_ID.fullmatch(source):
        return read(Path(source))
    asked = backtests.GetBacktestRequest(run_id=source, trades_limit=MOST_TRADES, curve_limit=MOST_BARS)
    async with client_of(MOJO_COMPUTE, settings) as client:
        reply: BacktestReply = await client.call(backtests.GET_BACKTEST, asked, timeout_s=LONG_S)
        return as_json(await whole(client, reply))


def as_json(reply: Reply) -> bytes:
    """As it goes over HTTP: arrays as lists, null where there is no number."""
    return msgspec.json.encode(reply, enc_hook=listed)


def listed(value: object) -> object:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    raise NotImplementedError(f"no JSON for {type(value).__name__}")
