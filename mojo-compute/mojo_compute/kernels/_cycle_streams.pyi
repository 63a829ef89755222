from mojo_compute.kernels._kernel import Kernel, StreamKernel

KERNELS: dict[str, Kernel]
STREAMS: dict[str, StreamKernel]
