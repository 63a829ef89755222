import platform
import subprocess
import sys

import pytest

only_glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is tuned")

SCRIPT = """
import resource
from chitti_shared.allocator import keep_freed_memory
assert keep_freed_memory()
def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(200):
        block = bytearray(700_000)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
faults()
print(faults())
"""


@only_glibc
def test_a_block_of_a_reply_freed_and_taken_again_faults_no_page():
    # in a process of its own: the setting holds for the rest of a process's life
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 200  # a mapped block would fault 171 pages each time


MEMORY = """
import os, sys
from chitti_shared.allocator import keep_freed_memory
assert keep_freed_memory()
pages = os.open("/proc/self/statm", os.O_RDONLY)
def used():  # takes nothing from the C heap, whose end a small block would hold
    return int(os.pread(pages, 200, 0).split()[1]) * os.sysconf("SC_PAGE_SIZE")
bytearray(2**23)  # by default glibc would from now on take blocks of this size from the heap
count, size, pin = map(int, sys.argv[1:])
blocks, pins = [None] * count, [None] * count  # lists that grew would lie between the blocks
before = used()
for number in range(count):
    blocks[number] = bytearray(size)
    pins[number] = bytearray(pin)
taken = used() - before
blocks.clear()
print(taken, used() - before)
"""


def memory_of(count: int, size: int, pin: int) -> tuple[int, int]:
    """Bytes in use with `count` blocks of `size`, one of `pin` kept behind each, and after the blocks are freed."""
    command = [sys.executable, "-c", MEMORY, *map(str, (count, size, pin))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    taken, left = map(int, done.stdout.split())
    assert taken > 0.9 * count * size
    return taken, left


@only_glibc
def test_large_blocks_go_back_at_once_whatever_was_taken_between_them():
    _, left = memory_of(count=60, size=2 * 2**20, pin=20_000)
    assert left < 20 * 2**20  # of 120 MiB; in the heap the pins would hold them all


@only_glibc
def test_of_small_blocks_that_were_freed_some_are_kept_and_the_rest_goes_back():
    taken, left = memory_of(count=400, size=700_000, pin=0)
    assert taken > 250 * 2**20
    assert left < 100 * 2**20  # 64 MiB are kept, and 16 MiB of growth
