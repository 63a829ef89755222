"""What a backtest is told: strategies by name with their parameters, how orders are executed, what they cost."""

from chitti_shared.contracts.strategies.costs import PRESETS, CostLine
from chitti_shared.contracts.strategies.declaration import StrategyDeclaration
from chitti_shared.contracts.strategies.execution import Execution
from chitti_shared.contracts.strategies.table import CALENDARS, STRATEGIES, STRATEGY_BY_NAME

__all__ = ["CALENDARS", "PRESETS", "STRATEGIES", "STRATEGY_BY_NAME", "CostLine", "Execution", "StrategyDeclaration"]
