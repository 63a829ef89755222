import pytest
from chitti_shared.ipc._frames import Decoder, frame
from hypothesis import given
from hypothesis import strategies as st


def frames_of(decoder: Decoder, data: bytes) -> list[bytes]:
    """All whole frames after feeding `data` in as large pieces as fit."""
    found: list[bytes] = []
    view = memoryview(data)
    while True:
        view = view[decoder.feed(view) :]
        while decoder.length() >= 0 and (taken := decoder.take()) is not None:
            found.append(bytes(taken))
        if not len(view):
            return found


PAYLOADS = st.lists(st.binary(max_size=50) | st.integers(129_000, 134_000).map(lambda n: b"x" * n), max_size=6)


@given(PAYLOADS, st.data())
def test_frames_come_out_whole_however_the_stream_is_cut(payloads: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(frame(p) for p in payloads)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    decoder = Decoder()
    found: list[bytes] = []
    for start, stop in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += frames_of(decoder, stream[start:stop])
    assert found == payloads
    assert not decoder.started


def test_byte_by_byte() -> None:
    decoder = Decoder()
    found: list[bytes] = []
    for byte in frame(b"one") + frame(b"") + frame(b"three"):
        found += frames_of(decoder, bytes([byte]))
    assert found == [b"one", b"", b"three"]


def test_trailing_bytes_wait_for_the_rest() -> None:
    decoder = Decoder()
    assert frames_of(decoder, frame(b"one") + b"\x00\x00") == [b"one"]
    assert decoder.length() == -1
    assert decoder.started
    assert frames_of(decoder, b"\x00\x02ab") == [b"ab"]


def test_an_announced_length_is_told_before_anything_is_allocated() -> None:
    decoder = Decoder()
    decoder.feed(b"\xff\xff\xff\xff")
    assert decoder.length() == 2**32 - 1


@pytest.mark.parametrize("size", [0, 5, 70_000, 140_000, 600_000])
@pytest.mark.parametrize("arrived", [0, 3, 1 << 20])
def test_a_skipped_frame_is_dropped_as_it_arrives(size: int, arrived: int) -> None:
    decoder = Decoder()
    stream = frame(b"x" * size) + frame(b"next")
    view = memoryview(stream)
    fed = decoder.feed(view[: 4 + arrived])
    assert decoder.length() == size
    decoder.skip()
    found: list[bytes] = []
    while fed < len(view):
        fed += decoder.feed(view[fed:])
        while decoder.length() >= 0 and (taken := decoder.take()) is not None:
            found.append(bytes(taken))
    if not found and decoder.length() >= 0:
        found.append(bytes(decoder.take() or b""))
    assert found == [b"next"]
    assert not decoder.started


def test_a_large_frame_can_be_skipped_half_way() -> None:
    decoder = Decoder()
    stream = memoryview(frame(b"x" * 500_000) + frame(b"next"))
    stream = stream[decoder.feed(stream[:50_000]) :]
    assert decoder.length() == 500_000
    assert decoder.take() is None  # memory of its own from here on
    stream = stream[decoder.feed(stream[:50_000]) :]
    decoder.skip()
    assert frames_of(decoder, bytes(stream)) == [b"next"]


def test_writable_frames_are_memory_of_their_own() -> None:
    decoder = Decoder()
    decoder.feed(frame(b"abc"))
    block = decoder.take(True)
    assert block is not None
    view = memoryview(block)  # type: ignore[arg-type]
    view[0] = ord("z")
    assert bytes(view) == b"zbc"
