"""Every strategy that has a name."""

from __future__ import annotations

from chitti_shared.contracts.indicators import Parameter
from chitti_shared.contracts.strategies.declaration import StrategyDeclaration

STRATEGIES: tuple[StrategyDeclaration, ...] = (
    StrategyDeclaration(
        "sma_crossover",
        (Parameter("fast_period", int, 10, 2, 100_000), Parameter("slow_period", int, 20, 3, 100_000)),
        "Long while the fast simple average is above the slow one: in and out where they cross.",
        "Brock, Lakonishok, LeBaron, Simple Technical Trading Rules, Journal of Finance 47 (1992)",
        ordered=(("fast_period", "slow_period"),),
    ),
)
STRATEGY_BY_NAME: dict[str, StrategyDeclaration] = {one.name: one for one in STRATEGIES}
