"""The life of alerts by chance: imports, corrections, rules, mutes, restarts, two daemons, against a model in words."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pytest
from chitti_shared.contracts import signals
from chitti_shared.testing.waiting import first_true

pytestmark = pytest.mark.integration

TIMEOUT_S = 20
SYMBOLS = ("TCS", "INFY")
MONDAY = date(2025, 1, 6)
LEVELS = (98.0, 101.0)
CLOSES = (96.0, 97.0, 99.0, 100.0, 102.0, 103.0)  # none of them a level
STEPS = 40
NAMES = ["one", "two", "three"]  # of rules
CHANCES = {
    "bar": 40, "correct": 10, "race": 10, "generate": 10, "put": 9, "switch": 5, "remove": 3, "mute": 6, "unmute": 6,
    "acknowledge": 6, "restart": 3,
}  # fmt: skip


@dataclass
class Rule:
    """`close > level`, or below it."""

    name: str
    level: float
    above: bool
    cooldown: int
    horizon: int
    is_on: bool = True
    begun: int = 0  # the change of the rules with which it began to be judged as it is

    @property
    def document(self):
        condition = {">" if self.above else "<": ["close", self.level]}
        side = {"bullish" if self.above else "bearish": condition}
        return {"name": self.name, **side, "cooldown": self.cooldown, "horizon": self.horizon}

    def holds(self, close):
        return close > self.level if self.above else close < self.level


@dataclass
class Alert:
    rule: str
    symbol: str
    bar: int
    horizon: int
    above: bool
    is_acknowledged: bool = False
    outcome: tuple[str, int] | None = None


@dataclass
class Memory:
    """What the last looks at a symbol left of one rule."""

    held: bool
    alerted: int | None = None  # bar of the newest alert


@dataclass
class Model:
    """What must come of it all, in words rather than in states."""

    closes: dict[str, list[float]] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    changes: int = 0
    looked: dict[str, int] = field(default_factory=dict)  # the change of the rules that a symbol was last judged with
    memory: dict[tuple[str, str], Memory] = field(default_factory=dict)
    mutes: set[tuple[str | None, str | None]] = field(default_factory=set)
    alerts: dict[tuple[str, bool, str, int], Alert] = field(default_factory=dict)

    def put(self, rule):
        """A rule that is new, or means another thing than before, begins anew; one that is switched on does, too."""
        known = self.rules.get(rule.name)
        self.changes += 1
        same = known is not None and known.is_on and (known.level, known.above) == (rule.level, rule.above)
        rule.begun = known.begun if same else self.changes
        if not same or not rule.is_on:
            self.forget(rule.name)
        self.rules[rule.name] = rule

    def remove(self, name):
        del self.rules[name]
        self.changes += 1
        self.forget(name)

    def forget(self, name):
        for symbol in SYMBOLS:
            self.memory.pop((symbol, name), None)

    def look(self, symbol):
        """Judge the newest bar of a symbol."""
        closes = self.closes[symbol]
        bar = len(closes) - 1
        for rule in self.rules.values():
            if not rule.is_on:
                continue
            before = self.memory.get((symbol, rule.name))
            if self.looked.get(symbol, -1) < rule.begun:
                before = Memory(len(closes) > 1 and rule.holds(closes[-2]))
            before = before or Memory(held=False)
            now = rule.holds(closes[-1])
            is_rested = before.alerted is None or bar - before.alerted >= rule.cooldown
            is_muted = not self.mutes.isdisjoint({(symbol, None), (None, rule.name), (symbol, rule.name)})
            if now and not before.held and is_rested and not is_muted:
                alert = Alert(rule.name, symbol, bar, rule.horizon, rule.above)
                self.alerts.setdefault((rule.name, rule.above, symbol, bar), alert)
                before = Memory(held=True, alerted=bar)
            self.memory[symbol, rule.name] = Memory(now, before.alerted)
        self.looked[symbol] = self.changes

    def ripen(self):
        """Outcomes are found at an import of prices, and stay."""
        for one in self.alerts.values():
            closes, ripe = self.closes[one.symbol], one.bar + one.horizon
            if one.outcome is None and ripe < len(closes):
                change = closes[ripe] - closes[one.bar]
                one.outcome = ("hit" if (change if one.above else -change) > 0.0 else "miss", ripe)


def day_of(bar):
    weeks, rest = divmod(bar, 5)
    return MONDAY + timedelta(weeks=weeks, days=rest)


class Life:
    """The real thing beside the model."""

    def __init__(self, start_service, stock_market, pool, before_it_is_written, seed):
        self.start_service, self.stock_market, self.pool = start_service, stock_market, pool
        self.before_it_is_written = before_it_is_written
        self.random = random.Random(seed)
        self.model = Model()
        self.daemons = []
        self.started = 0
        self.mute_ids = {}
        self.steps = []

    async def begin(self):
        await self.stock_market._pool.execute("SELECT md.ensure_years('md.eod_prices', '2025-01-01', '2025-12-31')")
        for symbol in SYMBOLS:
            self.model.closes[symbol] = [self.random.choice(CLOSES)]
            await self.store(symbol)
        self.daemons = [await self.start(), await self.start()]
        self.at = (await self.ask(signals.GET_ALERTS)).as_of
        await self.leader(*SYMBOLS)

    async def start(self):
        self.started += 1
        return await self.start_service(f"daemon-{self.started}")

    async def ask(self, action, **fields):
        daemon = self.random.choice(self.daemons)
        return await daemon.client.call(action, action.request(**fields))

    async def store(self, symbol):
        """Import the whole history of a symbol, as a corrected file would be."""
        closes = self.model.closes[symbol]
        days = [day_of(bar) for bar in range(len(closes))]
        prices = np.array(closes)
        columns = dict.fromkeys(("open", "high", "low", "close"), prices)
        market = self.stock_market
        async with market._pool.transaction() as connection:
            seq = await connection.fetchval("UPDATE md.price_counter SET seq = seq + 1 RETURNING seq")
            instrument = await connection.fetchval(
                "INSERT INTO md.instruments (symbol, first_bar, last_bar, changed_seq) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT (symbol) DO UPDATE SET last_bar = excluded.last_bar, changed_seq = excluded.changed_seq"
                " RETURNING instrument_id",
                symbol, days[0], days[-1], seq,
            )  # fmt: skip
            await connection.execute("DELETE FROM md.eod_prices WHERE instrument_id = $1", instrument)
            await connection.executemany(
                "INSERT INTO md.eod_prices"
                " (instrument_id, trade_date, open, high, low, close, volume, adjusted, source)"
                " VALUES ($1, $2, $3, $3, $3, $3, 1000, true, 'test')",
                [(instrument, day, close) for day, close in zip(days, closes, strict=True)],
            )
            await connection.execute("SELECT pg_notify('prices_imported', $1)", str(seq))
        market.bars[symbol] = {
            "dates": [day.isoformat() for day in days], **columns, "volume": np.full(len(closes), 1000.0),
        }  # fmt: skip
        market.seqs[symbol] = seq

    async def step(self):
        name = self.random.choices(list(CHANCES), list(CHANCES.values()))[0]
        self.steps.append(name)
        await getattr(self, name)()

    async def bar(self):
        symbol = self.random.choice(SYMBOLS)
        self.model.closes[symbol].append(self.random.choice(CLOSES))
        await self.imported(symbol)

    async def correct(self):
        symbol = self.random.choice(SYMBOLS)
        closes = self.model.closes[symbol]
        closes[self.random.randrange(max(0, len(closes) - 3), len(closes))] = self.random.choice(CLOSES)
        await self.imported(symbol)

    async def imported(self, symbol):
        """Store, and let requests compete with the leader."""
        await self.store(symbol)
        competing = self.random.randrange(3)
        await asyncio.gather(*(self.ask(signals.GENERATE_SIGNALS, symbol=symbol) for _ in range(competing)))
        await self.leader(symbol)

    async def race(self):
        """Whoever judges an import is overtaken: by a correction, and a request that has judged it already."""
        symbol = self.random.choice(SYMBOLS)
        closes = self.model.closes[symbol]
        closes.append(self.random.choice(CLOSES))

        async def overtake():
            closes[-1] = self.random.choice(CLOSES)
            await self.store(symbol)
            await self.ask(signals.GENERATE_SIGNALS, symbol=symbol)
            self.model.look(symbol)

        self.before_it_is_written(overtake)
        await self.store(symbol)
        await self.leader(symbol)

    async def leader(self, *symbols):
        """Wait until the leader is through with the imports: it has looked at what they changed."""

        async def done():
            return await self.pool.fetchval(
                "SELECT (SELECT position FROM signals.cursors WHERE source = 'prices')"
                " >= (SELECT seq FROM md.price_counter)"
            )

        await first_true(done, TIMEOUT_S)
        for symbol in symbols:
            self.model.look(symbol)
        self.model.ripen()

    async def generate(self):
        symbols = self.random.choice((["TCS"], ["INFY"], list(SYMBOLS)))
        times = self.random.randint(1, 3)
        await asyncio.gather(*(self.ask(signals.GENERATE_SIGNALS, symbols=symbols) for _ in range(times)))
        for symbol in symbols:
            self.model.look(symbol)

    async def put(self):
        name = self.random.choice(NAMES)
        rule = Rule(
            name,
            self.random.choice(LEVELS),
            self.random.random() < 0.7,
            self.random.choice((0, 1, 3)),
            self.random.choice((1, 2, 4)),
        )
        await self.ask(signals.PUT_RULE, name=name, rule=rule.document)
        self.model.put(rule)

    async def switch(self):
        if self.model.rules:
            rule = self.random.choice(sorted(self.model.rules.values(), key=lambda one: one.name))
            wanted = self.random.random() < 0.6
            await self.ask(signals.SET_RULE, name=rule.name, enabled=wanted)
            self.model.put(Rule(rule.name, rule.level, rule.above, rule.cooldown, rule.horizon, wanted))

    async def remove(self):
        if self.model.rules:
            name = self.random.choice(sorted(self.model.rules))
            assert (await self.ask(signals.REMOVE_RULE, name=name)).removed
            self.model.remove(name)

    async def mute(self):
        rules = [*sorted(self.model.rules), None]
        symbol, rule = self.random.choice((*SYMBOLS, None)), self.random.choice(rules)
        if symbol is not None or rule is not None:
            asked = {name: value for name, value in (("symbol", symbol), ("rule", rule)) if value is not None}
            self.mute_ids[symbol, rule] = (await self.ask(signals.MUTE, **asked)).mute.mute_id
            self.model.mutes.add((symbol, rule))

    async def unmute(self):
        if self.mute_ids:
            muted = self.random.choice(sorted(self.mute_ids, key=str))
            assert (await self.ask(signals.UNMUTE, mute_id=self.mute_ids.pop(muted))).removed
            self.model.mutes.remove(muted)

    async def acknowledge(self):
        rows = await self.pool.fetch(
            "SELECT alert_id, rule, direction, symbol, bar_date FROM signals.alerts"
            " WHERE rule = ANY($1) ORDER BY number",
            NAMES,
        )
        if rows:
            row = self.random.choice(rows)
            times = [await self.ask(signals.ACKNOWLEDGE_ALERT, alert_id=row["alert_id"]) for _ in range(2)]
            assert times[0].acknowledged_at == times[1].acknowledged_at
            bar = next(bar for bar in range(999) if day_of(bar) == row["bar_date"])
            self.model.alerts[row["rule"], row["direction"] == "bullish", row["symbol"], bar].is_acknowledged = True

    async def restart(self):
        """One daemon dies without grace, perhaps the leader, and another one starts."""
        await self.daemons.pop(self.random.randrange(len(self.daemons))).kill()
        self.daemons.append(await self.start())

    async def stored(self):
        rows = await self.pool.fetch(
            "SELECT rule, direction, symbol, bar_date, acknowledged_at IS NOT NULL, outcome, outcome_bar"
            " FROM signals.alerts WHERE rule = ANY($1)",
            NAMES,
        )
        return Counter(tuple(row.values()) for row in rows)

    def expected(self):
        return Counter(
            (
                one.rule,
                "bullish" if one.above else "bearish",
                one.symbol,
                day_of(one.bar),
                one.is_acknowledged,
                one.outcome[0] if one.outcome else None,
                day_of(one.outcome[1]) if one.outcome else None,
            )
            for one in self.model.alerts.values()
        )

    async def told(self):
        """How often each alert was told, from the beginning on."""
        told, after = Counter(), self.at
        while True:
            page = await self.ask(signals.READ_EVENTS, after=after)
            assert page.reset is None
            for event in page.events:
                if event.event == "new_alert":
                    told[json.loads(bytes(event.data))["alert_id"]] += 1
            if page.at == after:
                return told
            after = page.at


async def live(life):
    """Chance upon chance, and after each the alerts that the model has."""
    await life.begin()
    for _ in range(3):
        await life.put()
    for _ in range(STEPS):
        await life.step()
        assert await life.stored() == life.expected(), life.steps
    everything = {row["alert_id"] for row in await life.pool.fetch("SELECT alert_id FROM signals.alerts")}
    assert await life.told() == Counter(dict.fromkeys(everything, 1))


@pytest.fixture
async def life(start_service, serve_market, stock_market, pool, before_it_is_written, monkeypatch, request):
    monkeypatch.setattr("signal_service.work.watch.due_of", lambda _kept, _now: {})  # the clock judges nothing
    await serve_market()
    return Life(start_service, stock_market, pool, before_it_is_written, request.param)


@pytest.mark.parametrize("life", range(2), indirect=True)
async def test_alerts_live_as_the_model_says(life):
    await live(life)


@pytest.mark.exhaustive
@pytest.mark.parametrize("life", range(2, 40), indirect=True)
async def test_alerts_live_as_the_model_says_whatever_happens(life):
    await live(life)
