"""What the handlers of signal-service work with."""

from __future__ import annotations

from dataclasses import dataclass

from signal_service.storage.alerts import AlertTable
from signal_service.storage.patterns import PatternTable
from signal_service.storage.sources import SourceTables
from signal_service.storage.watchlist import WatchlistTable
from signal_service.work.judge import Judge
from signal_service.work.metrics import SignalMetrics
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
    events: AlertLog
    judge: Judge
    scans: Scans
    results: Results
    metrics: SignalMetrics
    clock: Clock
