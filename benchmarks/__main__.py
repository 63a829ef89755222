"""Measure everything, print the table, write it into docs/PERFORMANCE.md: `make bench`."""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from chitti_shared.testing.stack import LiveStack

from benchmarks import (
    alerts,
    backtest_http,
    backtests,
    batches,
    compute_http,
    fan_out,
    footprint,
    functions,
    generation,
    indicator_peers,
    indicators,
    ipc_roundtrip,
    news_accuracy,
    news_finbert,
    news_language,
    news_parsing,
    news_storage,
    news_training,
    number_texts,
    patterns,
    portfolio,
    rules,
    screens,
    signals_scores,
    small_requests,
    streams,
    sweeps,
)
from benchmarks.machine import describe
from benchmarks.peers import libraries
from benchmarks.peers.process import running_peers
from benchmarks.results import Row, below, markdown, plain
from benchmarks.target import Target

PAGE = Path(__file__).resolve().parents[1] / "docs" / "PERFORMANCE.md"
SECTION = r"(?<=<!-- generated: {} -->\n)(.*?)(?=\n<!-- end -->)"
START_S = 10


def measure(headlines: Path | None, bars: Path | None) -> tuple[list[Row], str]:
    """All rows, each contender beside its peer; and the table of every function.

    `headlines` is a file of labelled ones, `bars` a folder of daily bars for the confidence of alerts.
    """
    with tempfile.TemporaryDirectory(prefix="chitti-bench-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        # PostgreSQL runs as an account of its own under root and has to get through
        Path(folder).chmod(0o755)
        rows = over_http(Path(folder))
    say("round trips over a socket")
    rows += ipc_roundtrip.measure()
    say("alerts from a commit to thousands of readers")
    rows += fan_out.measure()
    say("numbers as JSON text")
    rows += number_texts.measure()
    say("every indicator that TA-Lib has, as series and panels; this takes some minutes")
    named, series, panels = indicators.measure()
    rows += named
    say("indicators of other libraries")
    rows += indicator_peers.measure()
    say("streams")
    rows += streams.measure()
    say("a million alerts")
    rows += alerts.measure()
    say("backtests")
    rows += backtests.measure()
    say("sweeps")
    rows += sweeps.measure()
    say("patterns of price")
    rows += patterns.measure()
    say("portfolios")
    rows += portfolio.measure()
    say("screens")
    rows += screens.measure()
    say(f"confidence of alerts on {'the sample market; --bars FOLDER takes others' if bars is None else bars}")
    rows += signals_scores.measure(bars)
    rows += of_news(headlines)
    return rows, functions.markdown(series, panels)


def of_news(headlines: Path | None) -> list[Row]:
    """Parsing, reading and storing news; with labelled headlines, how right the verdicts are."""
    say("parsing feeds")
    rows = news_parsing.measure()
    say("reading articles")
    rows += news_language.measure()
    say("storing and serving articles")
    rows += news_storage.measure()
    say("a model of BERT's size")
    rows += news_finbert.measure()
    if headlines is None:
        say("no file of labelled headlines was given (--headlines FILE): accuracy is left out")
        return rows
    say("labelled headlines")
    return rows + news_accuracy.measure(headlines) + news_training.measure(headlines)


def over_http(folder: Path) -> list[Row]:
    """What the whole stack does, from two starts in one folder."""
    say("starting the stack in new folders")
    stack = LiveStack(folder)
    with stack:
        first_start_s = stack.seconds_until_healthy
    say("starting it again")
    with stack, running_peers() as peer_port:
        again_s = stack.seconds_until_healthy
        target = Target(urlsplit(stack.base_url).port or 80, stack.token())
        say("backtests over HTTP")
        rows = backtest_http.measure(target)
        say("computing over HTTP")
        rows += compute_http.measure(target, peer_port)
        say("small requests over HTTP")
        rows += small_requests.measure(target, peer_port)
        memory = footprint.measure(stack.pids())
        say("batches over HTTP")
        rows += batches.measure(target, stack)
        say("rules over a universe; its prices are imported first")
        rows += rules.measure(target, stack)
        say("signals over the same universe")
        rows += [*generation.in_memory(), *generation.measure(stack)]
    return [
        *rows,
        Row("first start, empty folders to healthy, sample market included", first_start_s, "s"),
        below("second start to healthy", again_s, START_S, unit="s"),
        *memory,
    ]


def write_page(sections: Mapping[str, str]) -> None:
    """Put each text between the markers of its name in docs/PERFORMANCE.md."""
    page = PAGE.read_text(encoding="utf-8")
    for name, text in sections.items():
        before, _old, after = re.split(SECTION.format(name), page, maxsplit=1, flags=re.DOTALL)
        page = before + text + after
    PAGE.write_text(page, encoding="utf-8")


def say(message: str) -> None:
    print(f"... {message}", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--no-write", action="store_true", help="leave docs/PERFORMANCE.md as it is")
    parser.add_argument("--headlines", type=Path, help="CSV of labelled headlines (headline, entity, sentiment)")
    parser.add_argument("--bars", type=Path, help="folder of CSV files date,open,high,low,close,volume, one a company")
    options = parser.parse_args()
    rows, every_function = measure(options.headlines, options.bars)
    where = f"Measured on: {describe()}.\nCompared with: {libraries.describe()}."
    print(f"\n{where}\n\n{plain(rows)}\n\n{every_function}")
    if not options.no_write:
        write_page({"figures": f"{where}\n\n{markdown(rows)}", "functions": every_function})


if __name__ == "__main__":
    main()
