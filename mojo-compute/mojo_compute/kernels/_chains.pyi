from mojo_compute.kernels._kernel import Kernel, StreamKernel
from mojo_compute.kernels.families import Family

KERNELS: dict[str, Kernel]
STREAMS: dict[str, StreamKernel]
FAMILIES: tuple[Family, ...]
