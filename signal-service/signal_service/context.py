"""What the handlers of signal-service work with."""

from __future__ import annotations

from dataclasses import dataclass

from chitti_shared.ipc import Client, Lanes

from signal_service.storage.alerts import AlertTable
from signal_service.storage.mutes import MuteTable
from signal_service.storage.outcomes import OutcomeTable
from signal_service.storage.patterns import PatternTable
from signal_service.storage.rules import RuleTable
from signal_service.storage.sources import SourceTables
from signal_service.storage.watchlist import WatchlistTable
from signal_service.storage.webhooks import WebhookTable
from signal_service.work.books import Books
from signal_service.work.filters import Filters
from signal_service.work.judge import Judge
from signal_service.work.listing import Listing
from signal_service.work.market import Market
from signal_service.work.metrics import SignalMetrics
from signal_service.work.records import RecordKeeper
from signal_service.work.results import Results
from signal_service.work.scans import Scans
from signal_service.work.sending import Sender
from signal_service.work.snapshot import Screens
from signal_service.work.tail import AlertLog, Clock


@dataclass(frozen=True, slots=True)
class SignalContext:
    """The stores, the log, the judge and the clock of one daemon."""

    alerts: AlertTable
    listing: Listing
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
    filters: Filters
    webhooks: WebhookTable
    sender: Sender
    judge: Judge
    scans: Scans
    results: Results
    screens: Screens
    cpu: Lanes
    metrics: SignalMetrics
    clock: Clock
