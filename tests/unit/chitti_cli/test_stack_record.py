from __future__ import annotations

from pathlib import Path

import pytest
from chitti_cli.problem import Problem
from chitti_cli.stack_record import StackLock, StackRecord, require_stack, running_stack

RECORD = StackRecord(pid=7, url="http://127.0.0.1:6001", runtime_dir="/run/x", listen={}, database_urls={})


def test_a_running_stack_is_found_by_its_note(tmp_path: Path):
    lock = StackLock(tmp_path)
    assert running_stack(tmp_path) is None  # it starts: nothing to use yet
    RECORD.write(tmp_path)
    assert running_stack(tmp_path) == require_stack(tmp_path) == RECORD
    assert (tmp_path / "stack.json").stat().st_mode & 0o777 == 0o600
    lock.release()
    assert running_stack(tmp_path) is None
    assert not (tmp_path / "stack.json").exists()


def test_a_note_without_its_supervisor_is_an_old_one(tmp_path: Path):
    lock = StackLock(tmp_path)
    RECORD.write(tmp_path)
    lock.release()
    RECORD.write(tmp_path)
    with pytest.raises(Problem, match="the stack is not running") as refused:
        require_stack(tmp_path)
    assert "make run-all" in (refused.value.hint or "")


def test_a_second_supervisor_is_told_of_the_first(tmp_path: Path):
    lock = StackLock(tmp_path)
    RECORD.write(tmp_path)
    with pytest.raises(Problem, match=r"already running \(process 7, http://127.0.0.1:6001\)"):
        StackLock(tmp_path)
    assert running_stack(tmp_path) == RECORD
    lock.release()
    StackLock(tmp_path).release()


def test_a_folder_that_is_not_there_runs_nothing(tmp_path: Path):
    assert running_stack(tmp_path / "none") is None
