"""`python -m news_nlp.finbert.worker DESCRIPTOR`: scores texts with an ONNX model for the daemon that started it.

The descriptor is one end of a socket pair. The first message says what to load; then every batch
gets its answer. The end of the input ends the process, and so does the end of the daemon.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from chitti_shared.ipc import Decoder, frame

from news_nlp.finbert.confinement import confine
from news_nlp.finbert.labels import Unfit
from news_nlp.finbert.messages import (
    EXIT_OUT_OF_MEMORY,
    Answer,
    Batch,
    Failed,
    Ready,
    Refused,
    Scored,
    Setup,
    next_message,
)

if TYPE_CHECKING:
    from news_nlp.finbert.classifier import Classifier

_setup = msgspec.json.Decoder(Setup)
_batch = msgspec.json.Decoder(Batch)


def main(line: socket.socket) -> int:
    """Serve one daemon over `line`; the exit status."""
    # Ctrl-C in a terminal reaches the daemon too, which ends this process in its order
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    decoder = Decoder()
    first = _receive(line, decoder)
    if first is None:
        return 0
    setup = _setup.decode(first)
    confined = confine(setup.memory_mb)
    try:
        classifier = _loaded(setup)
        _send(line, Ready(f"finbert-{classifier.digest}", classifier.max_tokens, confined))
        while (message := _receive(line, decoder)) is not None:
            _send(line, _answer(classifier, _batch.decode(message)))
    except Unfit as error:
        _send(line, Refused(str(error)))
    except MemoryError:
        return EXIT_OUT_OF_MEMORY
    return 0


def _loaded(setup: Setup) -> Classifier:
    try:
        from news_nlp.finbert.classifier import Classifier
    except ModuleNotFoundError as error:
        raise Unfit(f"expected onnxruntime and tokenizers to be installed (the extra `finbert`): {error}") from None
    except ImportError as error:  # a library that is there and does not fit in memory, or is broken
        raise Unfit(f"cannot load its libraries with CHITTI_FINBERT_MEMORY_MB={setup.memory_mb}: {error}") from None
    return Classifier(Path(setup.folder), max_tokens=setup.max_tokens, threads=setup.threads)


def _answer(classifier: Classifier, batch: Batch) -> Answer:
    from news_nlp.finbert.classifier import ORT_ERRORS, first_line, is_out_of_memory

    try:
        return Scored(classifier.probabilities(batch.texts))
    except Unfit as error:
        return Failed(str(error))
    except ORT_ERRORS as error:
        if is_out_of_memory(error):
            raise MemoryError from None
        return Failed(f"the model cannot score this: {first_line(error)}")


def _receive(line: socket.socket, decoder: Decoder) -> bytes | None:
    """The next message; None when the daemon has closed its end."""
    while (message := next_message(decoder)) is None:
        with decoder.get_buffer(0) as room:
            size = line.recv_into(room)
        if size == 0:
            return None
        decoder.buffer_updated(size)
    return message


def _send(line: socket.socket, answer: Answer) -> None:
    line.sendall(frame(msgspec.json.encode(answer)))


def _only(descriptor: int) -> socket.socket:
    """The daemon's line; whatever else was inherited behind standard error is closed."""
    os.closerange(3, descriptor)
    os.closerange(descriptor + 1, os.sysconf("SC_OPEN_MAX"))
    return socket.socket(fileno=descriptor)


if __name__ == "__main__":
    daemon = _only(int(sys.argv[1]))
    try:
        status = main(daemon)
    except ConnectionError:  # the daemon is gone: nobody is left to answer
        status = 0
    # at once, the line still open: the daemon waits for the status from when it sees the line's end
    os._exit(status)
