from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

from signal_service.streaming.epochs import UNREADABLE, Cluster, LogRow, Mark, MarkFile, why_new_epoch

HERE = Cluster(7_000_000_000_000_000_001, 1)


def row(seq: int = 10, *lineage: str, cluster: Cluster = HERE) -> LogRow:
    return LogRow(cluster, lineage or ("a",), seq)


def test_a_log_at_or_ahead_of_its_mark_goes_on():
    assert why_new_epoch(row(10), HERE, Mark("a", 10)) is None
    assert why_new_epoch(row(11), HERE, Mark("a", 10)) is None  # a crash between commit and mark


def test_a_log_without_a_mark_goes_on():
    assert why_new_epoch(row(10), HERE, None) is None


def test_a_log_behind_its_mark_begins_anew():
    assert "clients heard of 11" in why_new_epoch(row(10), HERE, Mark("a", 11))


def test_another_server_or_timeline_begins_anew():
    assert why_new_epoch(row(10), Cluster(1, 1), Mark("a", 10)) is not None
    assert why_new_epoch(row(10), Cluster(HERE.system_identifier, 2), Mark("a", 10)) is not None


def test_a_log_from_before_the_marks_epoch_begins_anew():
    assert why_new_epoch(row(10, "a"), HERE, Mark("b", 3)) is not None


def test_an_epoch_that_another_instance_began_is_taken_over():
    assert why_new_epoch(row(8, "a", "b"), HERE, Mark("a", 10)) is None


def test_a_mark_reads_back_and_is_none_before_the_first(tmp_path):
    file = MarkFile(tmp_path / "signal-service", "alerts")
    assert file.read() is None
    file.write(Mark("a", 1))
    file.write(Mark("a", 2))
    assert file.read() == Mark("a", 2)
    assert [path.name for path in (tmp_path / "signal-service").iterdir()] == ["alerts.mark"]


def test_a_damaged_mark_begins_anew(tmp_path):
    file = MarkFile(tmp_path, "alerts")
    for damaged in (b"", b"00000000 \n", b'{"epoch":"a"', b"\xff\xfe", b"[]", b'{"epoch":"a","seq":"x"}'):
        (tmp_path / "alerts.mark").write_bytes(damaged)
        assert file.read() == UNREADABLE
        assert why_new_epoch(row(10), HERE, UNREADABLE) is not None


def test_a_mark_of_one_epoch_never_goes_back(tmp_path):
    """The write of a reader that was cancelled may come after that of the next one; two daemons may share a folder."""
    file, other = MarkFile(tmp_path, "alerts"), MarkFile(tmp_path, "alerts")
    file.write(Mark("a", 12))
    other.write(Mark("a", 10))
    assert file.read() == Mark("a", 12)
    other.write(Mark("b", 3))  # a log that began anew
    assert file.read() == Mark("b", 3)


def test_marks_written_at_once_leave_the_highest(tmp_path):
    numbers = list(range(1, 201))
    random.Random(5).shuffle(numbers)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda seq: MarkFile(tmp_path / "marks", "alerts").write(Mark("a", seq)), numbers))
    assert MarkFile(tmp_path / "marks", "alerts").read() == Mark("a", 200)
    assert [path.name for path in (tmp_path / "marks").iterdir()] == ["alerts.mark"]


def test_every_mark_reads_back_whatever_the_lengths_before_it(tmp_path):
    file = MarkFile(tmp_path, "alerts")
    for mark in (Mark("a" * 16, 10**18), Mark("b", 1), Mark("c" * 16, 9), Mark("c" * 16, 10), Mark("d", 0)):
        file.write(mark)
        assert file.read() == mark
        assert MarkFile(tmp_path, "alerts").read() == mark


def test_a_torn_write_leaves_the_mark_before_it(tmp_path):
    path = tmp_path / "alerts.mark"
    for number in (6, 7):  # whichever place the newest one stands in
        file = MarkFile(tmp_path, "alerts")
        for seq in range(1, number + 1):
            file.write(Mark("a", seq))
        whole = path.read_bytes()
        at = whole.index(b'"seq":%d' % number)
        place = at - at % 4096
        for cut in range(place, at + 7):
            path.write_bytes(whole[:cut] + bytes(place + 4096 - cut) + whole[place + 4096 :])
            assert file.read() == Mark("a", number - 1)
        file.write(Mark("a", 100))
        assert file.read() == Mark("a", 100)
        path.unlink()


def test_a_mark_of_an_earlier_version_is_read_and_replaced(tmp_path):
    (tmp_path / "alerts.mark").write_bytes(b'{"epoch":"a","seq":5}')
    file = MarkFile(tmp_path, "alerts")
    assert file.read() == Mark("a", 5)
    file.write(Mark("a", 6))
    assert file.read() == Mark("a", 6)


def test_a_damaged_file_is_replaced_by_the_next_mark(tmp_path):
    file = MarkFile(tmp_path, "alerts")
    file.write(Mark("a", 1))
    (tmp_path / "alerts.mark").write_bytes(b"\xff" * 9000)
    assert file.read() == UNREADABLE
    file.write(Mark("a", 2))
    assert file.read() == Mark("a", 2)
