"""The handlers of signal-service's actions."""

from chitti_shared.contracts import signals
from chitti_shared.ipc import Router

from signal_service.actions import (
    alerts,
    generation,
    mutes,
    rule_backtests,
    rules,
    scanning,
    screening,
    statistics,
    streams,
    watchlist,
    webhooks,
)
from signal_service.context import SignalContext


def build_router() -> Router[SignalContext]:
    """Every action with its handler."""
    router: Router[SignalContext] = Router(signals.SIGNAL_SERVICE)
    for module in (
        alerts,
        generation,
        mutes,
        rule_backtests,
        rules,
        scanning,
        screening,
        statistics,
        streams,
        watchlist,
        webhooks,
    ):
        module.register(router)
    router.check_complete()
    return router
