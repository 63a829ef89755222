from __future__ import annotations

import io

from chitti_cli.status import ServiceState, table_of
from chitti_cli.terminal import Terminal
from rich.console import Console


def shown(*things: object) -> str:
    console = Console(file=io.StringIO(), width=200)
    for thing in things:
        console.print(thing)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_warning_said_again_is_shown_once_and_an_error_each_time():
    file = io.StringIO()
    terminal = Terminal(Console(file=file, width=200))
    for number in range(3):
        terminal.report("WARNING", "news-nlp", f"feed refused (try={number})")
        terminal.report("ERROR", "core-api", "ended by signal SIGKILL")
    assert file.getvalue().count("feed refused") == 1
    assert file.getvalue().count("SIGKILL") == 3


def test_what_a_service_says_is_shown_as_it_is():
    file = io.StringIO()
    Terminal(Console(file=file, width=200)).report("ERROR", "core-api", "[bold]not markup[/] [/nor this]")
    assert "[bold]not markup[/] [/nor this]" in file.getvalue()
    assert "[/red] refused" in shown(table_of([ServiceState("core-api", "unreachable", remark="[/red] refused")]))
