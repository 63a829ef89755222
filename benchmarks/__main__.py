"""Measure everything, print the table, write it into docs/PERFORMANCE.md: `make bench`."""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from chitti_shared.testing.stack import LiveStack

from benchmarks import compute_http, footprint, ipc_roundtrip, kernels, news, small_requests
from benchmarks.machine import describe
from benchmarks.peers.process import running_peers
from benchmarks.results import Row, below, markdown, plain
from benchmarks.target import Target

PAGE = Path(__file__).resolve().parents[1] / "docs" / "PERFORMANCE.md"
SECTION = re.compile(r"(<!-- generated: figures -->\n).*?(\n<!-- end -->)", re.DOTALL)
START_S = 10


def measure() -> list[Row]:
    """All rows, each contender beside its peer."""
    with tempfile.TemporaryDirectory(prefix="chitti-bench-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        # PostgreSQL runs as an account of its own under root and has to get through
        Path(folder).chmod(0o755)
        say("starting the stack in new folders")
        stack = LiveStack(Path(folder))
        with stack:
            first_start_s = stack.seconds_until_healthy
        say("starting it again")
        with stack, running_peers() as peer_port:
            target = Target(urlsplit(stack.base_url).port or 80, stack.token())
            say("computing over HTTP")
            rows = compute_http.measure(target, peer_port)
            say("small requests over HTTP")
            rows += small_requests.measure(target, peer_port)
            memory = footprint.measure(stack.pids())
            again_s = stack.seconds_until_healthy
    say("round trips over a socket")
    rows += ipc_roundtrip.measure()
    say("kernels and news in process")
    rows += kernels.measure()
    rows += news.measure()
    starts = [
        Row("first start, empty folders to healthy, sample market included", first_start_s, "s"),
        below("second start to healthy", again_s, START_S, unit="s"),
    ]
    return [*rows, *starts, *memory]


def write_page(rows: list[Row]) -> None:
    """Put the figures between the markers of docs/PERFORMANCE.md."""
    body = f"Measured on: {describe()}.\n\n{markdown(rows)}"
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(SECTION.sub(lambda found: found[1] + body + found[2], text), encoding="utf-8")


def say(message: str) -> None:
    print(f"... {message}", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--no-write", action="store_true", help="leave docs/PERFORMANCE.md as it is")
    options = parser.parse_args()
    rows = measure()
    print(f"\n{describe()}\n\n{plain(rows)}")
    if not options.no_write:
        write_page(rows)


if __name__ == "__main__":
    main()
