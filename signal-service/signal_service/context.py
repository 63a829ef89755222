"""What the handlers of signal-service work with."""

from __future__ import annotations

from dataclasses import dataclass

from signal_service.storage.alerts import AlertTable
from signal_service.storage.sources import SourceTables
from signal_service.storage.watchlist import WatchlistTable
from signal_service.storage.webhooks import WebhookTable
from signal_service.work.filters import Filters
from signal_service.work.judge import Judge
from signal_service.work.listing import Listing
from signal_service.work.metrics import SignalMetrics
from signal_service.work.results import Results
from signal_service.work.sending import Sender
from signal_service.work.tail import AlertLog, Clock


@dataclass(frozen=True, slots=True)
class SignalContext:
    """The stores, the log, the judge and the clock of one daemon."""

    alerts: AlertTable
    listing: Listing
    watchlist: WatchlistTable
    sources: SourceTables
    events: AlertLog
    filters: Filters
    webhooks: WebhookTable
    sender: Sender
    judge: Judge
    results: Results
    metrics: SignalMetrics
    clock: Clock
