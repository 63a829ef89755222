"""What a process that runs somebody's model file gives up before it opens the file.

A model is data, but data that is parsed and executed by two large native libraries. The worker
needs no connection, no other program and no priority, so it gives them up for good: the kernel
answers EPERM from then on (seccomp), whatever the model makes the libraries do.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from typing import Final

_NICENESS: Final = 10

# <linux/prctl.h>, <linux/seccomp.h>, <linux/audit.h>
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_SECCOMP: Final = 22
_PR_SET_NO_NEW_PRIVS: Final = 38
_SECCOMP_MODE_FILTER: Final = 2
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | 1  # SECCOMP_RET_ERRNO with EPERM
_X32: Final = 0x40000000  # the second numbering of system calls on x86-64

# <linux/bpf_common.h>
_LOAD_WORD: Final = 0x20
_JUMP_IF_EQUAL: Final = 0x15
_JUMP_IF_NOT_BELOW: Final = 0x35
_RETURN: Final = 0x06

# machine: AUDIT_ARCH and the numbers of socket, connect, bind, listen, execve, execveat, ptrace,
# process_vm_readv, process_vm_writev, io_uring_setup, pidfd_getfd
_REFUSED_CALLS: Final = {
    "x86_64": (0xC000003E, (41, 42, 49, 50, 59, 322, 101, 310, 311, 425, 438)),
    "aarch64": (0xC00000B7, (198, 203, 200, 201, 221, 281, 117, 270, 271, 425, 438)),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def confine(memory_mb: int) -> bool:
    """Bound this process for good: memory, priority, core files, its parent's life, system calls.

    Parameters
    ----------
    memory_mb : int
        MiB of private writable memory; beyond it an allocation fails. Files that are only read
        don't count.

    Returns
    -------
    bool
        Whether the kernel now refuses connections and programs; False where there is no seccomp
        (another system than Linux, another processor than x86-64 and arm64).
    """
    os.nice(_NICENESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (memory_mb << 20, memory_mb << 20))
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _REFUSED_CALLS:
        return False
    control = ctypes.CDLL(None).prctl
    control.argtypes = (ctypes.c_int, *(ctypes.c_ulong,) * 4)
    if control(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        return False
    filter_ = _filter_of(*_REFUSED_CALLS[machine])
    program = _Program(len(filter_) // 8, filter_)
    if control(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(control(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program), 0, 0) == 0)


def _filter_of(architecture: int, refused: tuple[int, ...]) -> bytes:
    """A program that lets every system call through but the refused ones and those of foreign numberings."""
    count = len(refused)
    lines = [
        (_LOAD_WORD, 0, 0, 4),  # seccomp_data.arch
        (_JUMP_IF_EQUAL, 0, count + 3, architecture),
        (_LOAD_WORD, 0, 0, 0),  # seccomp_data.nr
        (_JUMP_IF_NOT_BELOW, count + 1, 0, _X32),
        *((_JUMP_IF_EQUAL, count - at, 0, number) for at, number in enumerate(refused)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("=HBBI", *line) for line in lines)
