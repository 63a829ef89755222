"""Finds every .pyx below the package roots and builds it beside its source.

CHITTI_MARCH    the -march value (default native; images use x86-64-v3; empty: the compiler's own)
CHITTI_DEBUG=1  bounds checks, no optimisation, asserts kept
CHITTI_SKIP_EXTENSIONS=1  installs the Python part alone: an editable install would else compile all of it a second time
"""

import os
import sys
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

ROOTS = ("shared", "mojo-compute", "signal-service", "news-nlp", "core-api")
DEBUG = os.environ.get("CHITTI_DEBUG") == "1"
MARCH = os.environ.get("CHITTI_MARCH", "native")
# -g0: Python's own flags ask for debug information, which takes a third of the compiler's time
FLAGS = ["-O0", "-g", "-UNDEBUG"] if DEBUG else ["-O3", "-g0", "-fno-math-errno", "-fno-trapping-math"]
# no fused multiply-add: series, panel, stream and another machine give the same bits
FLAGS += ["-ffp-contract=off", *([f"-march={MARCH}"] if MARCH else [])]
DIRECTIVES = {
    "language_level": 3,
    "boundscheck": DEBUG,
    "wraparound": False,
    "initializedcheck": DEBUG,
    "cdivision": True,
    "embedsignature": True,
    "freethreading_compatible": True,
}


def extension(root: str, path: Path) -> Extension:
    cpp = "distutils: language" in path.read_text(encoding="utf-8")[:200]
    standard = ["-std=c++17"] if cpp else ["-std=c11"]
    if sys.platform == "darwin" and MARCH == "native":
        FLAGS[:] = [flag for flag in FLAGS if not flag.startswith("-march")] + ["-mcpu=native"]
    name = ".".join(path.relative_to(root).with_suffix("").parts)
    return Extension(
        name,
        [str(path)],
        extra_compile_args=FLAGS + standard,
    )


SOURCES = [] if os.environ.get("CHITTI_SKIP_EXTENSIONS") == "1" else ROOTS
paths = [(root, path) for root in SOURCES for path in Path(root).rglob("*.pyx")]
# the longest first: they are compiled beside each other, and one begun last would be waited for
paths.sort(key=lambda found: (-found[1].stat().st_size, found))
extensions = [extension(root, path) for root, path in paths]
setup(
    ext_modules=cythonize(
        extensions,
        compiler_directives=DIRECTIVES,
        include_path=list(ROOTS),
        build_dir="build/cython",
        nthreads=os.cpu_count() or 1,
    )
)
