"""Strategies as data: `compile_strategy({"entry": {">": ["close", {"sma": 50}]}, ...}).signals(data)`.

The language is `chitti_shared.expressions`; here it becomes array operations.
"""

from mojo_compute.backtesting.expressions.columns import Columns, columns_of
from mojo_compute.backtesting.expressions.programs import Program
from mojo_compute.backtesting.expressions.strategies import CompiledStrategy, compile_strategy
from mojo_compute.backtesting.expressions.values import Kept

__all__ = ["Columns", "CompiledStrategy", "Kept", "Program", "columns_of", "compile_strategy"]
