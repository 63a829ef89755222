from mojo_compute.kernels._kernel import Kernel, StreamKernel

VECTORS: bool  # whether the C library's vector functions compute
KERNELS: dict[str, Kernel]
STREAMS: dict[str, StreamKernel]
