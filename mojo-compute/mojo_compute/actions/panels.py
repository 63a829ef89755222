"""One indicator of many series in one request: a row for each, and an error where a row has no values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from chitti_shared.contracts.compute import MAX_BATCH
from chitti_shared.contracts.indicators import Indicator, Parameters
from chitti_shared.errors import ChittiError, InvalidInput, PayloadTooLarge
from chitti_shared.ipc import raise_if_cancelled

from mojo_compute.actions.inputs import Inputs, is_panel
from mojo_compute.actions.replies import check_size
from mojo_compute.context import ComputeContext
from mojo_compute.indicators.compute import Computed
from mojo_compute.indicators.panels import PanelComputed, compute_panels, starts_of
from mojo_compute.kernels.arrays import Floats, Starts

_GROUP = 262_144  # bars that are computed between two looks at whether the caller is still there
_WORTH_THREADS = 65_536  # bars


@dataclass(frozen=True, slots=True)
class Rows:
    """Series behind series: row r of a column is `column[starts[r] : starts[r + 1]]`."""

    columns: Mapping[str, Floats]
    starts: Starts
    called: Mapping[str, str]


def _rows_of(declared: Indicator, inputs: Inputs) -> Rows:
    """The inputs of an indicator as rows.

    Raises
    ------
    InvalidInput
        One of them is a single series, they have not the same rows, or none.
    PayloadTooLarge
        More rows than a request may have.
    """
    columns: dict[str, Floats] = {}
    lengths: npt.NDArray[np.int64] | None = None
    for meant in declared.inputs:
        name = inputs.called.get(meant, meant)
        columns[meant], own = _flat(name, inputs.columns[meant])
        _check_lengths(name, own, own if lengths is None else lengths)
        lengths = own
    assert lengths is not None  # every indicator reads something
    return Rows(columns, starts_of(lengths), inputs.called)


def _flat(name: str, values: npt.NDArray[Any]) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Rows behind each other, and their lengths."""
    if not is_panel(values):
        raise InvalidInput(
            f"{name} is one series beside a panel: give a row for each", field=name, constraint="a row for each series"
        )
    if values.dtype == object:
        return np.concatenate(values), np.array([len(row) for row in values])
    if values.ndim != 2:
        raise InvalidInput(
            f"{name} must be a series or rows of them, found shape {values.shape}", field=name, constraint="1-D or 2-D"
        )
    return np.ascontiguousarray(values, dtype=np.float64).reshape(-1), np.full(values.shape[0], values.shape[1])


def _check_lengths(name: str, own: npt.NDArray[np.int64], first: npt.NDArray[np.int64]) -> None:
    if not len(own):
        raise InvalidInput(f"{name} has no rows", field=name, constraint="rows >= 1")
    if len(own) > MAX_BATCH:
        raise PayloadTooLarge(
            f"{name} has {len(own)} rows, at most {MAX_BATCH} fit", field=name, constraint=f"rows <= {MAX_BATCH}"
        )
    if len(own) != len(first):
        raise InvalidInput(
            f"{name} has {len(own)} rows, the other inputs {len(first)}", field=name, constraint="equal lengths"
        )
    if (own != first).any():
        row = int(np.flatnonzero(own != first)[0])
        raise InvalidInput(
            f"row {row} of {name} has {own[row]} bars, of the other inputs {first[row]}",
            field=name,
            constraint="equal lengths",
            row=row,
        )


def compute_rows(
    declared: Indicator, inputs: Inputs, parameters: Parameters, only_last: int | None, ctx: ComputeContext
) -> tuple[Computed, dict[int, ChittiError]]:
    """Compute an indicator of panels, some rows at a time; a cancelled call stops between these.

    Returns
    -------
    Computed
        The outputs are rows: 2-D where these have one length, else objects.
    errors : dict
        Why a row has no values, by its number.

    Raises
    ------
    InvalidInput, PayloadTooLarge
        The inputs have not the same rows, or too many; the results would fit no reply.
    ChittiError
        Not one row has values: the error of the first, with `details.row`.
    """
    rows = _rows_of(declared, inputs)
    kept = rows.starts if only_last is None else starts_of(np.minimum(np.diff(rows.starts), only_last))
    check_size(len(declared.outputs) * int(kept[-1]))
    outputs: tuple[npt.NDArray[Any], ...] = ()
    errors: dict[int, ChittiError] = {}
    elapsed_s, engine = 0.0, ""
    for first, last in _groups(rows.starts):
        starts = rows.starts[first : last + 1]
        part = _compute_group(declared, rows, starts, parameters, ctx)
        outputs = outputs or tuple(np.empty(int(kept[-1]), dtype=one.dtype) for one in part.outputs)
        for whole, found in zip(outputs, part.outputs, strict=True):
            _copy(found, starts - starts[0], whole, kept[first : last + 1])
        errors |= {first + number: error for number, error in part.errors.items()}
        elapsed_s, engine = elapsed_s + part.elapsed_s, part.engine
    if len(errors) == len(kept) - 1:
        errors[0].details["row"] = 0
        raise errors[0]
    lookback = declared.lookback(parameters)
    settled = lookback + (declared.settling(parameters) if declared.settling else 0)
    stable_from = settled if settled < np.diff(rows.starts).max() else None
    return Computed(tuple(_in_rows(one, kept) for one in outputs), lookback, stable_from, engine, elapsed_s), errors


def _compute_group(
    declared: Indicator, rows: Rows, starts: Starts, parameters: Parameters, ctx: ComputeContext
) -> PanelComputed:
    """Compute the rows that begin at `starts`, but the last, which is the end."""
    bars = slice(int(starts[0]), int(starts[-1]))
    (part,) = compute_panels(
        [(declared, parameters)],
        {name: values[bars] for name, values in rows.columns.items()},
        starts - starts[0],
        ctx.engines,
        ctx.bulk_threads if bars.stop - bars.start >= _WORTH_THREADS else 1,
        prices=True,
        called=rows.called,
        between=raise_if_cancelled,
    )
    return part


def _groups(starts: Starts) -> Iterator[tuple[int, int]]:
    """Ranges of rows of about so many bars, or of one row."""
    first, rows = 0, len(starts) - 1
    while first < rows:
        last = int(np.searchsorted(starts, starts[first] + _GROUP, side="right")) - 1
        last = min(max(last, first + 1), rows)
        yield first, last
        first = last


def _copy(found: npt.NDArray[Any], starts: Starts, whole: npt.NDArray[Any], kept: Starts) -> None:
    """The end of each row of `found`, as long as its row in `whole`, to there."""
    if kept[-1] - kept[0] == starts[-1]:
        whole[kept[0] : kept[-1]] = found
        return
    for end, (here, there) in zip(starts[1:].tolist(), pairwise(kept.tolist()), strict=True):
        whole[here:there] = found[end - (there - here) : end]


def _in_rows(values: npt.NDArray[Any], starts: Starts) -> npt.NDArray[Any]:
    lengths = np.diff(starts)
    if (lengths == lengths[0]).all():
        return values.reshape(len(lengths), int(lengths[0]))
    rows = np.empty(len(lengths), dtype=object)
    for number, (first, last) in enumerate(pairwise(starts.tolist())):
        rows[number] = values[first:last]
    return rows
