"""Which kernel sets can be used here, and in which order they are asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from chitti_shared.errors import EngineUnavailable

if TYPE_CHECKING:
    from mojo_compute.kernels._kernel import StreamKernel
    from mojo_compute.kernels.families import Family

Kernel = Callable[..., None]

ORDER = ("mojo", "cython", "numpy")


@dataclass(frozen=True, slots=True)
class Engine:
    """A kernel set: kernels of one series and stream kernels by the indicator's name, and families of indicators."""

    name: str
    series: Mapping[str, Kernel]
    streams: Mapping[str, StreamKernel] = field(default_factory=dict)
    families: tuple[Family, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """A kernel set that was asked for and cannot be used, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Engines:
    """Kernel sets in the order of preference; the first that has a kernel computes."""

    chain: tuple[Engine, ...]
    missing: tuple[Missing, ...] = ()
    _found: dict[str, tuple[str, Kernel]] = field(default_factory=dict, repr=False, compare=False)
    _families: dict[str, Family] = field(default_factory=dict, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The preferred kernel set."""
        return self.chain[0].name

    @property
    def has_mojo(self) -> bool:
        """Whether real Mojo kernels are in use."""
        return any(engine.name == "mojo" for engine in self.chain)

    def kernel(self, indicator: str) -> tuple[str, Kernel]:
        """The engine's name and the kernel of an indicator. Errors: EngineUnavailable."""
        found = self._found.get(indicator)
        if found is None:
            found = self._found[indicator] = self._search(indicator)
        return found

    def family(self, indicator: str) -> Family | None:
        """The family of an indicator that the first engine computes."""
        if not self._families:
            self._families.update({member.name: one for one in self.chain[0].families for member in one.members})
        return self._families.get(indicator)

    def stream(self, indicator: str) -> StreamKernel:
        """The stream kernel of an indicator. Errors: EngineUnavailable."""
        for engine in self.chain:
            if indicator in engine.streams:
                return engine.streams[indicator]
        raise EngineUnavailable(f"a stream of {indicator} needs the compiled kernels", indicator=indicator)

    def _search(self, indicator: str) -> tuple[str, Kernel]:
        for engine in self.chain:
            if indicator in engine.series:
                return engine.name, engine.series[indicator]
        asked = ", ".join(engine.name for engine in self.chain)
        raise EngineUnavailable(f"no engine in use ({asked}) has a kernel for {indicator}", indicator=indicator)


def select(setting: str) -> Engines:
    """The kernel sets for `CHITTI_ENGINE`: the named one (auto: the fastest) and those behind it.

    Parameters
    ----------
    setting : {"auto", "mojo", "cython", "numpy"}

    Raises
    ------
    EngineUnavailable
        Not one of them can be used.
    """
    wanted = ORDER if setting == "auto" else ORDER[ORDER.index(setting) :]
    chain: list[Engine] = []
    missing: list[Missing] = []
    for name in wanted:
        try:
            module = import_module(f"mojo_compute.engines.{name}_engine")
        except ImportError as error:
            missing.append(Missing(name, str(error)))
        else:
            chain.append(Engine(name, module.SERIES, getattr(module, "STREAMS", {}), getattr(module, "FAMILIES", ())))
    if not chain:
        raise EngineUnavailable(f"none of these engines can be used: {', '.join(wanted)}", engines=list(wanted))
    return Engines(tuple(chain), tuple(missing))


@cache
def available() -> Engines:
    """Everything that can be used in this process, fastest first."""
    return select("auto")
