"""Indicators bar by bar: `rsi = ta.stream("rsi", 14); rsi.feed(close)`."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import xxhash
from chitti_shared.contracts.indicators import BY_NAME, Indicator
from chitti_shared.errors import InvalidInput, NotFound
from chitti_shared.names import nearest

from mojo_compute.engines import available
from mojo_compute.indicators.parameters import resolve
from mojo_compute.indicators.plans import floors_of

_LAYOUT = 2  # of saved streams: another number, another meaning of the bytes behind it
_HEAD = struct.Struct("<4sHHHQ")
_MAGIC = b"CHST"


class Stream:
    """One indicator under way: `feed(*bar)` takes a bar, its inputs in declared order, and gives its value.

    That is a float, NaN in the warm-up, or an int, 0 in it, or a tuple for several outputs. A NaN in the
    bar says that it is missing. Values equal the series form's. The cost of a bar doesn't grow with the bars before it.
    A bar with an infinite number, or with another count of numbers, is InvalidInput; the stream is as it was.

    Parameters
    ----------
    name : str
        An indicator that streams (`list_indicators` says which).
    parameters : number, or a name where the values have names
        As the function of that name takes them behind its series.

    Raises
    ------
    NotFound
        No such indicator.
    InvalidInput
        It has no stream form, or a parameter is wrong.
    EngineUnavailable
        The compiled kernels are not there.

    Examples
    --------
    >>> rsi = Stream("rsi", period=2)
    >>> [rsi.feed(close) for close in (10.0, 12.0, 11.0)][-1]
    66.66666666666667
    """

    def __init__(self, name: str, *values: float | str, **named: float | str) -> None:
        declared = BY_NAME.get(name)
        if declared is None:
            raise NotFound(f"no indicator is called {name!r}{nearest(name, BY_NAME)}", kind="indicator", type=name)
        if not declared.streams:
            raise InvalidInput(f"{name} has no stream form", field="name", constraint="an indicator that streams")
        names = [one.name for one in declared.parameters]
        if len(values) > len(names):
            raise InvalidInput(f"{name} has {len(names)} parameters", field="parameters", constraint="no more")
        self.indicator: Indicator = declared
        self.parameters = resolve(declared, dict(zip(names, values, strict=False)) | named)
        self._numbers = tuple(map(float, self.parameters.values()))
        kernel = available().stream(declared.name)
        from mojo_compute.kernels._feeding import Running  # there is a stream kernel, so this is there

        steps_over = declared.is_recursive(self.parameters)
        whole = tuple(output in declared.integers for output in declared.outputs)
        self._running = Running(kernel, self._numbers, floors_of(declared), steps_over, whole, self._refuse)
        self.feed: Callable[..., Any] = self._running.feed

    def _refuse(self, at: int, value: float | None) -> None:
        inputs = ", ".join(self.indicator.inputs)
        if value is None:
            raise InvalidInput(f"a bar of {self.indicator.name} is {inputs}", field="bar", constraint=inputs)
        name = self.indicator.inputs[at]
        raise InvalidInput(f"{name} of a bar cannot be {value}", field=name, constraint="a finite number")

    def save(self) -> bytes:
        """Everything that `restore` needs to go on from here, bit for bit, in another process."""
        name = self.indicator.name.encode()
        numbers = struct.pack(f"<{len(self._numbers)}d", *self._numbers)
        body = name + numbers + self._running.save()
        return _HEAD.pack(_MAGIC, _LAYOUT, len(name), len(self._numbers), xxhash.xxh3_64_intdigest(body)) + body

    @classmethod
    def restore(cls, saved: bytes) -> Stream:
        """The stream that `save` gave. Restore only what you saved: damage is found, malice is not.

        Raises
        ------
        InvalidInput
            These bytes are none, of another version, or damaged.
        """
        try:
            magic, layout, length, count, digest = _HEAD.unpack_from(saved)
        except struct.error:
            raise _damaged("it is too short") from None
        body = saved[_HEAD.size :]
        if magic != _MAGIC or layout != _LAYOUT or xxhash.xxh3_64_intdigest(body) != digest:
            raise _damaged("it is damaged, or of another version")
        numbers = struct.unpack_from(f"<{count}d", body, length)
        declared = BY_NAME[body[:length].decode()]
        stream = cls(declared.name, *(one.kind(value) for one, value in zip(declared.parameters, numbers, strict=True)))
        try:
            stream._running.load(body[length + 8 * count :])
        except ValueError as error:
            raise _damaged(str(error)) from None
        return stream


def _damaged(why: str) -> InvalidInput:
    return InvalidInput(f"not a saved stream: {why}", field="saved", constraint="the bytes that save() gave")
