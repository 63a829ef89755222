from collections.abc import Callable

from mojo_compute.kernels._kernel import StreamKernel

class Running:
    def __init__(
        self,
        chosen: StreamKernel,
        numbers: tuple[float, ...],
        least: tuple[int, ...],
        recursive: bool,
        whole: tuple[bool, ...],
        refuse: Callable[[int, float | None], object],
    ) -> None: ...
    def feed(
        self,
        first: float,
        second: float | None = None,
        third: float | None = None,
        fourth: float | None = None,
        fifth: float | None = None,
    ) -> float | tuple[float, ...]: ...
    def save(self) -> bytes: ...
    def load(self, state: bytes) -> None: ...
