# Functions for other kernels: nothing that Python sees.
