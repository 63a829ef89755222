from mojo_compute.kernels.arrays import Floats, Marks, Starts, Values

class Kernel:
    inputs: int
    parameters: int
    outputs: int
    @property
    def writes_past(self) -> bool: ...
    def __call__(self, *arguments: Values | float) -> None: ...
    def try_series(
        self,
        given: tuple[object, ...],
        results: tuple[Values, ...],
        numbers: tuple[float, ...],
        lookback: int,
        least: tuple[int, ...],
        high: int,
        low: int,
        sparse: bool,
    ) -> bool: ...
    def run_panel(
        self,
        given: tuple[Floats, ...],
        numbers: tuple[float, ...],
        results: tuple[Values, ...],
        starts: Starts,
        found: Marks,
        unfit: int,
        lookbacks: tuple[int, ...],
        sparse: bool,
        least: tuple[int, ...] | None = None,
        high: int = -1,
        low: int = -1,
        streamed: bool = False,
    ) -> int: ...

def look_at(
    columns: tuple[Floats, ...], least: tuple[int, ...], high: int, low: int, starts: Starts, found: Marks
) -> None: ...

class StreamKernel:
    inputs: int
    parameters: int
    outputs: int
