"""From what a run came to, to what is stored of it and what is answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import msgspec
import numpy as np
from chitti_shared.contracts.arrays import Document
from chitti_shared.contracts.backtest_results import BacktestResult
from chitti_shared.contracts.backtests import BacktestReply
from chitti_shared.errors import ChittiError

from mojo_compute.actions.backtest_tables import Page, Tables, cut, paged_fields, tables_of, texts, unpacked
from mojo_compute.backtesting.apart import Apart
from mojo_compute.backtesting.backtests import Outcome
from mojo_compute.backtesting.data import Times
from mojo_compute.backtesting.runs import SKIPS, Table
from mojo_compute.storage.jobs import Finished
from mojo_compute.storage.runs import StoredRun, TablePage

_SKIPPED_TOLD = 100


def finished_of(
    outcomes: Sequence[Outcome | ChittiError], symbols: Sequence[str], *, apart: bool, benchmark: str
) -> Finished:
    """What is stored of a run: one outcome, or with `apart` one for each symbol.

    Parameters
    ----------
    outcomes : sequence of Outcome or ChittiError
        An error in the place of a symbol that could not be run.
    symbols : sequence of str
        Of the outcomes.
    benchmark : str
        As it was asked for.
    """
    tables: dict[tuple[int, str], Table] = {}
    parts: list[dict[str, Any]] = []
    for part, (outcome, symbol) in enumerate(zip(outcomes, symbols, strict=True)):
        if isinstance(outcome, ChittiError):
            error = {"error": outcome.code, "message": outcome.message, "details": outcome.details}
            parts.append({"symbol": symbol, "error": error})
            continue
        compared = benchmark != "none"
        parts.append(_summary_of(outcome, benchmark))
        curve = outcome.benchmark_curve if compared else None
        made = tables_of(outcome.run, outcome.data.bars.times, outcome.drawdown_curve, curve)
        tables |= {(part, name): table for name, table in made.items()}
    ran = [one for one in outcomes if not isinstance(one, ChittiError)]
    summary: dict[str, Any] = {
        "apart": apart,
        "parts": parts,
        "engine": ran[0].engine,
        "computation_time_ms": round(sum(one.elapsed_s for one in ran) * 1000, 4),
    }
    if apart:
        by_symbol = dict(zip(symbols, outcomes, strict=True))
        done = {symbol: one for symbol, one in by_symbol.items() if not isinstance(one, ChittiError)}
        failed = {symbol: one for symbol, one in by_symbol.items() if isinstance(one, ChittiError)}
        summary["summary"] = Apart(done, failed).summary
    alone = parts[0] if not apart else {}
    return Finished(summary, tables, alone.get("sharpe"), alone.get("return"))


def reply_of(run_id: str, finished: Finished, page: Page, **facts: Any) -> BacktestReply:
    """The reply of a run that is at hand."""
    page = page.of(len(finished.summary["parts"]))
    by_part: dict[int, dict[str, Any]] = {}
    for (part, name), table in finished.tables.items():
        by_part.setdefault(part, {})[name] = table
    pages = {part: cut(tables, page) for part, tables in by_part.items()}
    return _completed(run_id, finished.summary, pages, page, **facts)


def page_of(run: StoredRun, page: Page) -> Page | None:
    """Which part of a stored run's long results is told; None: it has none."""
    if run.result is None or run.kind != "backtest":
        return None
    return page.of(len(run.result["parts"]))


def reply_of_stored(run: StoredRun, pages: Sequence[TablePage], page: Page | None) -> BacktestReply:
    """The reply of a stored run; `page` as `page_of` has it."""
    facts: dict[str, Any] = {
        "kind": run.kind,
        "strategy_id": run.strategy_id,
        "progress": run.progress,
        "created_at": run.created_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "attempts": run.attempts,
    }
    if run.result is not None and page is not None:
        parts = {part: unpacked(pages, part) for part in range(len(run.result["parts"]))}
        return _completed(run.run_id, run.result, parts, page, **facts)
    if run.error is not None:
        facts["error"] = {name: run.error[name] for name in ("error", "message", "details")}
    told = {"symbols": run.symbols, "run_id": run.run_id, "state": run.state, "status": run.state}
    reply = msgspec.convert({**told, **facts}, BacktestReply)
    return reply if run.result is None else msgspec.structs.replace(reply, result=Document(run.result))


def _completed(
    run_id: str, summary: Mapping[str, Any], pages: Mapping[int, Tables], page: Page, **facts: Any
) -> BacktestReply:
    results = [_part(one, pages.get(number), page) for number, one in enumerate(summary["parts"])]
    engine = summary["engine"]
    head = {
        "run_id": run_id,
        "state": "completed",
        "status": "completed",
        "engine": engine,
        "mojo_used": engine == "mojo",
        "computation_time_ms": summary["computation_time_ms"],
        **facts,
    }
    if summary["apart"]:
        symbols = [one["symbol"] for one in summary["parts"]]
        return BacktestReply(**head, symbols=symbols, apart=results, summary=summary["summary"])
    return BacktestReply(**head, **_given(results[0]))


def _part(summary: Mapping[str, Any], tables: Tables | None, page: Page) -> BacktestResult:
    result = msgspec.convert(summary, BacktestResult)
    if not tables:  # it failed
        return result
    names = summary["symbols"] if "symbols" in summary else [summary["symbol"]]
    return msgspec.structs.replace(result, **paged_fields(tables, page, names, daily=summary["daily"]))


def _given(result: BacktestResult) -> dict[str, Any]:
    """The fields of a result that are there."""
    values = ((name, getattr(result, name)) for name in result.__struct_fields__)
    return {name: value for name, value in values if value is not msgspec.UNSET}


def _summary_of(outcome: Outcome, benchmark: str) -> dict[str, Any]:
    """What fits into JSON."""
    times = outcome.data.bars.times
    symbols = list(outcome.symbols)
    return {
        **({"symbol": symbols[0] or None} if len(symbols) == 1 else {}),
        "symbols": symbols,
        "fill": outcome.fill,
        "results": outcome.metrics,
        "sharpe": _number(outcome.metrics["sharpe_ratio"]),
        "return": _number(outcome.metrics["total_return"]),
        "skipped": _skips(outcome, times),
        "ambiguous_bars": int(outcome.run.ambiguous_bars),
        "monthly_returns": outcome.monthly_returns,
        "benchmark": None if benchmark == "none" else {"name": benchmark, **outcome.benchmark},
        "cost_sensitivity": outcome.cost_sensitivity,
        "costs_by_line": outcome.costs_by_line,
        "lookahead": lookahead_of(outcome),
        "manifest": outcome.manifest,
        "daily": is_daily(times),
    }


def lookahead_of(outcome: Outcome) -> dict[str, Any]:
    """What the proof of causality found, as `contracts.backtest_results.Lookahead` has it."""
    look = outcome.lookahead
    return {
        "checked": look.checked,
        "ok": look.ok,
        "points": list(look.points),
        "first_difference": None if look.difference is None else look.difference._asdict(),
        "reason": look.reason,
    }


def _number(value: Any) -> float | None:
    return float(value) if value is not None and isfinite(value) else None


def is_daily(times: Times | None) -> bool:
    return times is None or bool((times == times.astype("datetime64[D]")).all())


def _skips(outcome: Outcome, times: Times | None) -> dict[str, Any]:
    skipped = outcome.run.skipped
    counts: Counter[str] = Counter()
    for reason, count in zip(skipped["reason"].tolist(), skipped["count"].tolist(), strict=True):
        counts[SKIPS[reason]] += count
    first = skipped[:_SKIPPED_TOLD]
    bars = first["bar"]
    dates: list[Any] = [None] * len(first)
    if times is not None:
        seconds = np.ascontiguousarray(times[bars].astype("datetime64[s]").view(np.int64))
        dates = texts(seconds, daily=is_daily(times))
    orders = [
        {"date": day, "symbol": outcome.symbols[row], "reason": SKIPS[reason], "bar": bar, "count": count}
        for day, (bar, row, reason, count) in zip(dates, first.tolist(), strict=True)
    ]
    return {"total": sum(counts.values()), "by_reason": dict(counts), "orders": orders}
