"""What the handlers of signal-service work with."""

from __future__ import annotations

from dataclasses import dataclass

from chitti_shared.ipc import Client

from signal_service.storage.alerts import AlertTable
from signal_service.storage.mutes import MuteTable
from signal_service.storage.outcomes import OutcomeTable
from signal_service.storage.patterns import PatternTable
from signal_service.storage.rules import RuleTable
from signal_service.storage.sources import SourceTables
from signal_service.storage.watchlist import WatchlistTable
from signal_service.work.books import Books
from signal_service.work.judge import Judge
from signal_service.work.market import Market
from signal_service.work.metrics import SignalMetrics
from signal_service.work.records import RecordKeeper
from signal_service.work.results import Results
from signal_service.work.scans import Scans
from signal_service.work.tail import AlertLog, Clock


@dataclass(frozen=True, slots=True)
class SignalContext:
    """The stores, the log, the judge and the clock of one daemon."""

    alerts: AlertTable
    watchlist: WatchlistTable
    patterns: PatternTable
    sources: SourceTables
    rules: RuleTable
    mutes: MuteTable
    books: Books
    market: Market
    compute: Client
    records: RecordKeeper
    outcomes: OutcomeTable
    events: AlertLog
    judge: Judge
    scans: Scans
    results: Results
    metrics: SignalMetrics
    clock: Clock
