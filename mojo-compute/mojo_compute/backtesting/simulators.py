"""Which implementation executes orders: the compiled one, or the readable one."""

from __future__ import annotations

from functools import cache
from typing import Protocol

from chitti_shared.contracts.strategies import Execution
from chitti_shared.errors import EngineUnavailable

from mojo_compute.backtesting.corporate import Actions
from mojo_compute.backtesting.costs import Schedule
from mojo_compute.backtesting.data import Bars
from mojo_compute.backtesting.runs import Run
from mojo_compute.backtesting.signals import Signals


class Simulate(Protocol):
    """What executes signals over bars; docs/BACKTESTING.md says how."""

    def __call__(
        self,
        bars: Bars,
        signals: Signals,
        execution: Execution,
        schedule: Schedule,
        actions: Actions | None = None,
        positions: bool = False,
    ) -> Run: ...


@cache
def simulator(engine: str | None = None) -> tuple[str, Simulate]:
    """An engine's name, and what executes orders by it.

    Parameters
    ----------
    engine : {"auto", "mojo", "cython", "numpy"}, optional
        None and "auto": the fastest there is. There is none of Mojo: it falls to the next.

    Raises
    ------
    EngineUnavailable
        It is not there, or there is no such engine.
    """
    if engine in (None, "auto", "mojo", "cython"):
        try:
            from mojo_compute.backtesting.simulation import simulate
        except ImportError as error:
            if engine == "cython":
                raise EngineUnavailable(f"the compiled engine can't be used: {error}", engine=engine) from error
        else:
            return "cython", simulate
    elif engine != "numpy":
        raise EngineUnavailable(f"no engine is called {engine!r}: there are cython and numpy", engine=engine)
    from mojo_compute.backtesting.readable.simulation import simulate as simulate_readably

    return "numpy", simulate_readably
