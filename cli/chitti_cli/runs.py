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
from chitti_shared.settings import Settings
from rich.markup import escape

from chitti_cli.problem import Problem
from chitti_cli.running import err
from chitti_cli.sockets import LONG_S, client_of, read

_RUN_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOST_TRADES = 100_000
MOST_BARS = backtests.MAX_BARS


async def ask(settings: Settings, request: dict[str, Any], timeout_s: float) -> bytes:
    """Run a backtest; the reply as JSON, with all its bars and trades. Raises `Problem`: the request is none."""
    whole = {**request, "trades_limit": MOST_TRADES, "curve_limit": MOST_BARS}

    def told(part: BacktestPart) -> str:
        return part.stage

    return await answer(settings, backtests.BACKTEST, whole, timeout_s, told)


async def answer(
    settings: Settings, action: Action, request: dict[str, Any], timeout_s: float, told: Callable[[Any], str]
) -> bytes:
    """The reply of a long action as JSON; meanwhile its partial replies are shown as `told` puts them.

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
            reply = await client.call(
                action,
                asked,
                timeout_s=timeout_s,
                on_partial=lambda progress, part: status.update(f"{escape(told(part))} ({progress:.0%})"),
            )
    return as_json(reply)


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
    return as_json(reply)


def as_json(reply: Reply) -> bytes:
    """As it goes over HTTP: arrays as lists, null where there is no number."""
    return msgspec.json.encode(reply, enc_hook=listed)


def listed(value: object) -> object:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    raise NotImplementedError(f"no JSON for {type(value).__name__}")
