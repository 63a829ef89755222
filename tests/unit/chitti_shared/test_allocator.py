import platform
import subprocess
import sys

import pytest

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


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is tuned")
def test_a_block_of_a_reply_freed_and_taken_again_faults_no_page():
    # in a process of its own: the setting holds for the rest of a process's life
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 200  # a mapped block would fault 171 pages each time
