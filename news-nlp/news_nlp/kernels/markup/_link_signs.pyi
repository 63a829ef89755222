# called from other kernels only
