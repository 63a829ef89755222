"""Scans of symbols, with a mojo-compute that answers from the shipped bars."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from chitti_shared.contracts.columns import ComputeColumnsReply, RefusedSymbol
from chitti_shared.errors import NotFound, PayloadTooLarge
from chitti_shared.ipc import Lanes
from signal_service.patterns import catalogue
from signal_service.work.scans import Scans

from tests.support.pattern_bars import columns_for, sample

NAMES = ["gap_up", "golden_cross", "support_bounce"]
FIRST_DAY = 18_000


class Compute:
    """Answers for at most so many symbols at once; every other symbol than those of the sample is refused."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.asked: list[list[str]] = []

    async def call(self, _action: Any, request: Any, **_options: Any) -> ComputeColumnsReply:
        self.asked.append(request.symbols)
        if len(request.symbols) > self.most:
            raise PayloadTooLarge("too many values")
        known = [symbol for symbol in request.symbols if symbol in sample()]
        bars = [sample()[symbol] for symbol in known]
        columns = [list(columns_for(one, NAMES).values()) for one in bars]
        return ComputeColumnsReply(
            symbols=known,
            current=known,
            counts=np.array([len(one) for one in bars]),
            changed_seq=[1] * len(known),
            days=np.concatenate([np.arange(FIRST_DAY, FIRST_DAY + len(one)) for one in bars]),
            **{
                name: np.concatenate([getattr(one, name) for one in bars])
                for name in ("open", "high", "low", "close", "volume")
            },
            columns=np.concatenate([np.array(one) for one in columns], axis=1),
            recent=np.empty((0, len(known))),
            refused={
                symbol: RefusedSymbol(error="not_found", message=f"no symbol {symbol}", details={"kind": "symbol"})
                for symbol in request.symbols
                if symbol not in known
            },
        )


@pytest.fixture
def lanes():
    made = Lanes()
    yield made
    made.close()


async def test_what_one_reply_has_no_room_for_is_asked_in_halves(lanes):
    compute = Compute(most=2)
    scans, refused = await Scans(compute, lanes).of(["TCS", "ITC", "INFY", "WIPRO", "TITAN"], NAMES)
    assert refused == {}
    assert [len(one) for one in compute.asked] == [5, 2, 3, 1, 2]
    for symbol, scan in scans.items():
        bars = sample()[symbol]
        assert scan.patterns == catalogue.find(bars, columns_for(bars, NAMES), NAMES)


async def test_one_symbol_that_no_reply_has_room_for_is_an_error(lanes):
    with pytest.raises(PayloadTooLarge):
        await Scans(Compute(most=0), lanes).of(["TCS"], NAMES)


async def test_a_symbol_that_is_refused_leaves_the_others(lanes):
    scans, refused = await Scans(Compute(most=9), lanes).of(["TCS", "NOSUCH"], NAMES)
    assert set(scans) == {"TCS"}
    assert isinstance(refused["NOSUCH"], NotFound)
    assert refused["NOSUCH"].details == {"kind": "symbol"}


async def test_since_and_newest_leave_what_later_bars_completed(lanes):
    scans = Scans(Compute(most=9), lanes)
    everything = (await scans.of(["TCS"], NAMES))[0]["TCS"]
    count = len(everything.bars)
    newest = (await scans.of(["TCS"], NAMES, newest=200))[0]["TCS"]
    assert newest.patterns == [one for one in everything.patterns if one.last >= count - 200]
    since = everything.date_of(count - 300)
    later = (await scans.of(["TCS"], NAMES, since=since))[0]["TCS"]
    assert later.patterns == [one for one in everything.patterns if everything.date_of(one.last) >= since]
    assert everything.date_of(0) == date(2019, 4, 14)
