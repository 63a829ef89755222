"""Documents of bars: headers told apart, good rows kept, bad rows reported with their line."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zipfile
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from chitti_shared.errors import Cancelled, InvalidInput, PayloadTooLarge
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.market_data import Document, Faults, Identity, Limits, Read, read_document
from mojo_compute.market_data.tables import SLICE_ROWS

FILES = Path(__file__).parents[3] / "data" / "mojo_compute"
TODAY = date(2025, 10, 10)
HEADER = "date,open,high,low,close,volume\n"
PRICES = ("open", "high", "low", "close")


def read(data: bytes | str, filename: str | None = "TCS.csv", limits: Limits | None = None, **said) -> Read:
    document = Document(data.encode() if isinstance(data, str) else data, filename, **said)
    return read_document(document, TODAY, limits or Limits())


def reasons(found: Read) -> dict[int, str]:
    return {row.line: row.reason for row in found.rejected}


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "layout", "adjusted", "stored", "skipped", "rejected"),
    [
        ("INFY.csv", "plain", True, 64, 0, 0),
        ("udiff_broken.csv", "udiff", False, 6, 1, 6),
        ("legacy.csv", "legacy", False, 3, 1, 1),
        ("full.csv", "full", False, 2, 1, 1),
        ("plain_broken.csv", "plain", True, 3, 0, 7),
    ],
)
def test_a_format_is_known_by_its_header(name, layout, adjusted, stored, skipped, rejected):
    found = read((FILES / name).read_bytes(), name)
    assert [(one.name, one.adjusted) for one in found.layouts] == [(layout, adjusted)]
    assert (len(found.bars), found.rows_skipped, found.rows_rejected) == (stored, skipped, rejected)
    assert found.rows_read == stored + skipped + rejected


@pytest.mark.parametrize("packed", ["zip", "gzip"])
def test_packed_or_plain_gives_the_same_bars(packed):
    data = (FILES / "legacy.csv").read_bytes()
    plain = read(data)
    other = read(zipped(legacy__csv=data) if packed == "zip" else gzip.compress(data), "x")
    assert other.bars.identities == plain.bars.identities
    np.testing.assert_array_equal(other.bars.close, plain.bars.close)


def test_the_symbol_is_the_column_else_the_argument_else_the_file_name():
    row = "2025-10-01,1,2,1,2,5\n"
    assert read(HEADER + row, "folder/M&M.csv").bars.identities == [Identity("M&M", None, "EQ")]
    assert read(HEADER + row, "x.csv", symbol="INFY").bars.identities == [Identity("INFY", None, "EQ")]
    assert read(HEADER + row, None, symbol="INFY").bars.identities == [Identity("INFY", None, "EQ")]
    with pytest.raises(InvalidInput) as caught:
        read(HEADER + row, None)
    assert caught.value.details["field"] == "symbol"
    with_column = "symbol," + HEADER + "wipro," + row
    assert read(with_column, "x.csv", symbol="INFY").bars.identities == [Identity("WIPRO", None, "EQ")]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2025-10-01,0,2,0,1,5", "open: not above 0"),
        ("2025-10-01,1,2,-1,1,5", "low: not above 0"),
        ("2025-10-01,1,inf,1,1,5", "high: missing or not finite"),
        ("2025-10-01,1,,1,1,5", "high: missing or not finite"),
        ("2025-10-01,1,2,1,1e400,5", "close: missing or not finite"),
        ("2025-10-01,1,2,1,1,-5", "volume: below 0"),
        ("2025-10-01,1,2,1,1,1.5", "volume: not a whole number"),
        ("2025-10-01,1,2,1,1,1e14", "volume: above 10,000,000,000,000"),
        ("2025-10-01,1,1e300,1,1,5", "high: above 1,000,000,000"),
        ("2025-10-01,1,2,1,1,", "volume: missing"),
        ("2025-10-01,3,2,1,1,5", "high: below open"),
        ("2025-10-01,1,2,1,3,5", "high: below close"),
        ("2025-10-01,1,0.5,1,1,5", "high: below"),
        ("2025-10-01,1,2,1.5,2,5", "low: above open"),
        ("2025-10-01,2,2,1.5,1,5", "low: above close"),
        ("2025-10-01,1_0,20,1,1,5", "open: not a number"),
        ("2025-10-01,0x1,20,1,1,5", "open: not a number"),
        ('2025-10-01,"1,0",20,1,1,5', "open: not a number"),
        ("2025-10-11,1,2,1,1,5", "date: in the future"),
        ("1989-12-31,1,2,1,1,5", "date: before"),
        ("2025-02-30,1,2,1,1,5", "date: not a day"),
        (",1,2,1,1,5", "date: missing"),
        ("2025-10-01,1,2,1,1", "expected 6 fields, found 5"),
        ("2025-10-01,1,2,1,1,5,6", "expected 6 fields, found 7"),
        ("2025-10-01", "expected 6 fields, found 1"),
        ("\x00\xff\ufffd", "expected 6 fields"),
    ],
)
def test_a_bad_row_is_kept_out_with_its_line_and_reason(row, reason):
    good = "2025-10-01,1,2,1,2,5"
    found = read(f"{HEADER}{good}\n\n{row}\n{good.replace('10-01', '10-02')}\n")
    assert len(found.bars) == 2
    assert list(reasons(found)) == [4]
    assert reason in reasons(found)[4]


@pytest.mark.parametrize(
    "day",
    ["2025-10-01", "01-OCT-2025", "01-Oct-2025", " 01-10-2025 ", "01/10/2025", "20251001", "2025-10-01 00:00:00+05:30"],
)
def test_days_are_understood_in_the_spellings_of_exchanges(day):
    found = read(f"{HEADER}{day},1,2,1,2,5\n")
    assert found.bars.day.tolist() == [date(2025, 10, 1)]


@pytest.mark.parametrize(
    "text",
    [
        HEADER.upper() + "2025-10-01,1,2,1,2,5",
        "\ufeff" + HEADER + "2025-10-01,1,2,1,2,5\r\n",
        "Date, Open , High, Low, Close, Volume,\n2025-10-01, 1, 2, 1, 2, 5,\n",
        "date;open;high;low;close;volume\n2025-10-01;1;2;1;2;5\n",
        "volume\tclose\tlow\thigh\topen\tdate\n5\t2\t1\t2\t1\t2025-10-01\n",
        '"date","open","high","low","close","volume"\n"2025-10-01","1","2","1","2","5"\n',
        "date,open,high,low,close,adj close,volume\n2025-10-01,1,2,1,2,1.9,5\n",
    ],
)
def test_spellings_of_a_plain_file_that_mean_the_same(text):
    bars = read(text).bars
    assert (bars.open.tolist(), bars.close.tolist(), bars.volume.tolist()) == ([1.0], [2.0], [5.0])


def test_series_beside_those_asked_for_are_skipped_even_when_broken():
    found = read((FILES / "legacy.csv").read_bytes(), series=frozenset({"N1"}))
    assert (len(found.bars), found.rows_skipped) == (1, 4)


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_are_refused_or_read_but_never_crash(data):
    try:
        found = read(HEADER.encode() + data)
    except InvalidInput:
        return
    assert found.rows_read == len(found.bars) + found.rows_rejected


@given(st.binary(max_size=200), st.sampled_from([b"PK\x03\x04", b"\x1f\x8b\x08", b"PAR1", b""]))
def test_broken_archives_are_invalid_input(data, magic):
    with pytest.raises(InvalidInput):
        read(magic + data)


@pytest.mark.parametrize(
    ("document", "limits"),
    [
        (gzip.compress(b"0" * 5000), Limits(member_bytes=4999)),
        (zipped(a__csv=b"0" * 5000), Limits(member_bytes=4999)),
        (zipped(a__csv=b"0" * 3000, b__csv=b"0" * 3000), Limits(total_bytes=5999)),
        (zipped(a__csv=b"x", b__csv=b"y", c__csv=b"z"), Limits(members=2)),
        ((HEADER + "2025-10-01,1,2,1,2,5\n" * 4).encode(), Limits(rows=3)),
    ],
    ids=["gzip", "member", "total", "members", "rows"],
)
def test_what_inflates_beyond_the_limits_is_too_large(document, limits):
    with pytest.raises(PayloadTooLarge) as refused:
        read(document, limits=limits)
    assert refused.value.details["field"] == "document"


def test_all_bad_rows_are_counted_and_the_first_are_listed():
    found = read(HEADER + "bad\n" * 50, limits=Limits(reported=10))
    assert (found.rows_rejected, len(found.rejected)) == (50, 10)


def test_one_unknown_file_of_a_zip_leaves_the_others():
    found = read(zipped(TCS__csv=(HEADER + "2025-10-01,1,2,1,2,5\n").encode(), notes__txt=b"hello"))
    assert (found.files, len(found.bars)) == (["TCS.csv"], 1)
    assert [(row.file, row.line) for row in found.rejected] == [("notes.txt", 0)]


def test_reading_stops_when_it_is_told_to():
    def stop(_rows: int, _fraction: float) -> None:
        raise Cancelled("by the caller")

    with pytest.raises(Cancelled):
        read_document(Document((HEADER + "2025-10-01,1,2,1,2,5\n").encode(), "A.csv"), TODAY, Limits(), stop)


def test_reading_tells_how_far_it_is():
    line = "2025-10-01,1,2,1,2,5\n"
    rows = SLICE_ROWS // 2
    one, two = (HEADER + line * 3 * rows).encode(), (HEADER + line * rows).encode()
    told: list[tuple[int, float]] = []
    document = Document(zipped(A__csv=one, B__csv=two), "both.zip")
    read_document(document, TODAY, Limits(), lambda *at: told.append(at))
    assert [rows for rows, _fraction in told] == [0, 2 * rows, 3 * rows, 3 * rows, 4 * rows]
    assert [fraction for _rows, fraction in told] == pytest.approx([0.0, 0.5, 0.75, 0.75, 1.0], abs=0.05)


def test_the_columns_of_many_slices_keep_their_order():
    days = np.arange(np.datetime64("1995-01-01"), np.datetime64("2025-01-01"))
    assert len(days) > 2 * SLICE_ROWS
    lines = "".join(f"{day},{row}.5,{row + 2},{row},{row + 1},{row}\n" for row, day in enumerate(days, start=1))
    found = read_document(Document((HEADER + lines).encode(), "A.csv"), TODAY, Limits())
    numbers = np.arange(1, len(days) + 1)
    np.testing.assert_array_equal(found.bars.day, days)
    np.testing.assert_array_equal(found.bars.open, numbers + 0.5)
    np.testing.assert_array_equal(found.bars.volume, numbers)
    np.testing.assert_array_equal(found.bars.line, numbers + 1)


def test_an_upload_of_too_many_symbols_is_refused():
    header = "symbol," + HEADER
    lines = "".join(f"S{row % 11},2025-10-01,1,2,1,2,5\n" for row in range(40))
    with pytest.raises(PayloadTooLarge, match="more than 10 different symbols"):
        read_document(Document((header + lines).encode()), TODAY, Limits(identities=10))
    assert len(read_document(Document((header + lines).encode()), TODAY, Limits(identities=11)).bars) == 40


def test_a_bad_row_far_down_is_told_by_its_line():
    lines = ["2025-10-01,1,2,1,2,5\n"] * (2 * SLICE_ROWS)
    lines[SLICE_ROWS + 10] = "2025-10-01,1,2,1,x,5\n"
    lines[SLICE_ROWS + 11] = "2025-10-01,1,2,1\n"
    found = read_document(Document((HEADER + "".join(lines)).encode(), "A.csv"), TODAY, Limits())
    assert reasons(found) == {
        SLICE_ROWS + 12: "close: not a number: 'x'",
        SLICE_ROWS + 13: "expected 6 fields, found 4",
    }


@pytest.mark.parametrize("line", ["TCS,2025-10-01,1,2,3,2,5\n", "s_{row},2025-10-01,1,2,1,2,5\n"])
def test_rows_kept_out_take_no_memory(line):
    def peak_of(rows: int) -> int:
        data = ("symbol," + HEADER + "".join(line.format(row=row) for row in range(rows))).encode()
        tracemalloc.start()
        try:
            found = read_document(Document(data, "A.csv"), TODAY, Limits(reported=10))
            assert found.rows_rejected == rows
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak_of(6 * SLICE_ROWS) < 1.5 * peak_of(2 * SLICE_ROWS)  # one slice is read while the last is judged


def test_rows_that_could_not_be_stored_are_all_counted_and_the_first_of_them_listed():
    lines = "2025-10-01,1,2,1,x,5\n" + "2025-10-01,1,2,1,2,5\n" * 20
    found = read_document(Document((HEADER + lines).encode(), "A.csv"), TODAY, Limits(reported=4))
    faults = Faults(len(found.bars))
    faults.add(np.arange(5, 20), lambda row: f"row {row}")
    faults.add(np.array([9, 2]), "twice")
    found.reject_stored(faults)
    assert found.rows_rejected == 1 + 16
    assert reasons(found) == {2: "close: not a number: 'x'", 5: "twice", 8: "row 5", 9: "row 6"}


@pytest.mark.parametrize(
    "days",
    [
        pa.array([date(2025, 10, 1)]),
        pa.array([1_759_276_800_000], pa.timestamp("ms")),
        pa.array([1_759_257_000], pa.timestamp("s", tz="UTC")),  # midnight in India
        pa.array(["2025-10-01"]),
        pa.array(["01-OCT-2025"]).dictionary_encode(),
    ],
)
def test_parquet_days_come_as_dates_times_or_texts(days):
    columns = {name: pa.array([value]) for name, value in zip(PRICES, (1, 2, 1, 2), strict=True)}
    sink = io.BytesIO()
    pq.write_table(pa.table({"Date": days, **columns, "Volume": pa.array([5.0])}), sink)
    bars = read(sink.getvalue(), "TCS.parquet").bars
    assert (bars.identities, bars.day.tolist()) == ([Identity("TCS", None, "EQ")], [date(2025, 10, 1)])


def test_parquet_with_other_columns_is_refused_by_name():
    sink = io.BytesIO()
    pq.write_table(pa.table({"when": [1], "price": [2.0]}), sink)
    with pytest.raises(InvalidInput, match="when, price"):
        read(sink.getvalue())


def test_parquet_rows_are_bounded():
    sink = io.BytesIO()
    numbers = dict.fromkeys((*PRICES, "volume"), [1.0] * 4)
    pq.write_table(pa.table({"date": ["2025-10-01"] * 4, **numbers}), sink)
    with pytest.raises(PayloadTooLarge):
        read(sink.getvalue(), limits=Limits(rows=3))


def test_a_header_that_names_a_field_twice_is_refused():
    with pytest.raises(InvalidInput, match="each once"):
        read("date,open,open,high,low,close,volume\n2025-10-01,1,2,3,1,2,5\n")


def test_a_field_that_nothing_reads_may_stand_twice():
    found = read("date,open,high,low,close,volume,note,note\n2025-10-01,1,2,1,1,5,a,b\n")
    assert len(found.bars.identities) == 1
