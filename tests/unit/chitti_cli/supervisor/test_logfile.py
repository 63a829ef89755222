from __future__ import annotations

from pathlib import Path

import pytest
from chitti_cli.supervisor.logfile import LogFile

FULL = Path("/dev/full")


def fail(reason: str) -> None:
    raise AssertionError(reason)


def test_a_full_file_is_renamed_and_the_oldest_dropped(tmp_path: Path):
    log = LogFile(tmp_path / "a.log", fail, max_bytes=10, keep=2)
    for number in range(5):
        log.write(f"line {number}\n".encode())
    log.close()
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {
        "a.log": "line 4\n",
        "a.log.1": "line 3\n",
        "a.log.2": "line 2\n",
    }


def test_a_write_larger_than_the_limit_stays_whole(tmp_path: Path):
    log = LogFile(tmp_path / "a.log", fail, max_bytes=10)
    log.write(b"x" * 25 + b"\n")
    log.close()
    assert (tmp_path / "a.log").stat().st_size == 26


def test_an_existing_file_is_continued_and_counted(tmp_path: Path):
    (tmp_path / "a.log").write_bytes(b"12345678\n")
    log = LogFile(tmp_path / "a.log", fail, max_bytes=10)
    log.write(b"next\n")
    log.close()
    log.close()
    assert (tmp_path / "a.log").read_bytes() == b"next\n"
    assert (tmp_path / "a.log.1").read_bytes() == b"12345678\n"


@pytest.mark.skipif(not FULL.exists(), reason="the system has no /dev/full")
def test_a_disk_that_is_full_is_told_once_and_written_to_again(tmp_path: Path):
    path, told = tmp_path / "a.log", []
    path.symlink_to(FULL)
    log = LogFile(path, told.append)
    log.write(b"lost\n")
    log.write(b"lost too\n")
    assert told == ["its log can't be written: No space left on device"]
    log.close()
    path.unlink()
    log.write(b"kept\n")
    log.close()
    assert path.read_bytes() == b"kept\n"
    assert len(told) == 1
