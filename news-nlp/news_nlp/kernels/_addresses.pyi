"""Called from other kernels only."""
