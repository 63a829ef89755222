"""Libraries to compare with that are not in .venv: `make bench` fetches them into build/peers."""

from __future__ import annotations

import importlib
import sys
import warnings
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "build" / "peers"
PACKAGES = (
    "ta-lib-takt",
    "vector-ta",
    "vectorbt",
    "vectorbt-rust",
    "pysimdjson",
    "fastfeedparser",
    "vaderSentiment",
    "ahocorasick-rs",
    "spacy",
)


def load(module: str) -> Any:
    """The module; None where it is not there, or can't be imported here."""
    if str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))  # behind .venv: numpy and TA-Lib are the same for both sides
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(module)
    except ImportError as error:
        print(f"... left out, {module}: {error}", file=sys.stderr, flush=True)
        return None


def has_takt() -> bool:
    """Whether ta-lib-takt is there, whose module has the name of TA-Lib's."""
    return (FOLDER / "talib").is_dir()


def describe() -> str:
    """Each library with its version, or that it was left out."""
    found = {folder.name.split("-")[0]: folder.name.split("-")[1] for folder in FOLDER.glob("*.dist-info")}
    versions = {name: found.get(name.replace("-", "_"), "").removesuffix(".dist") for name in PACKAGES}
    return ", ".join(f"{name} {version}" if version else f"{name} left out" for name, version in versions.items())
