from __future__ import annotations

import socket

import pytest
from chitti_cli.problem import Problem
from chitti_cli.supervisor.ports import choose_port


def test_zero_means_a_free_port():
    assert choose_port("127.0.0.1", 0) > 0


def test_a_port_that_is_listened_on_is_refused_with_a_way_out():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Problem, match=f"port {port} on 127.0.0.1 is in use") as refused:
            choose_port("127.0.0.1", port)
    assert "CHITTI_HTTP_PORT" in (refused.value.hint or "")


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(Problem, match=r"can't listen on 192\.0\.2\.1:0"):
        choose_port("192.0.2.1", 0)
