from pathlib import Path

import pytest
from chitti_shared.ipc.addresses import TcpAddress, Tls, UnixAddress, check_listen, parse_address, tls_of
from chitti_shared.ipc.sockets import StartupError
from chitti_shared.settings import Settings


def test_addresses_are_read() -> None:
    assert parse_address("unix:///run/x.sock") == UnixAddress(Path("/run/x.sock"))
    assert parse_address("tcp://127.0.0.1:6004") == TcpAddress("127.0.0.1", 6004)
    assert parse_address("tcp://[::1]:6004") == TcpAddress("::1", 6004)
    assert parse_address("tcp://compute:6004") == TcpAddress("compute", 6004)


@pytest.mark.parametrize(
    "text",
    ["", "x.sock", "unix://x.sock", "http://a:1", "tcp://a", "tcp://:1", "tcp://a:x", "tcp://a:99999", "tcp://a:1/x"],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(StartupError, match="not an address"):
        parse_address(text)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_loopback_needs_no_tls(host: str) -> None:
    check_listen(TcpAddress(host, 1), None)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org"])
def test_beyond_loopback_mutual_tls_is_demanded(host: str) -> None:
    with pytest.raises(StartupError, match="without mutual TLS"):
        check_listen(TcpAddress(host, 1), None)
    check_listen(TcpAddress(host, 1), Tls(Path("c"), Path("k"), Path("a")))


def test_tls_wants_all_three_files() -> None:
    assert tls_of(Settings(_env_file=None)) is None  # type: ignore[call-arg]
    with pytest.raises(StartupError, match="all three"):
        tls_of(Settings(_env_file=None, chitti_tls_cert=Path("c")))  # type: ignore[call-arg]
    assert tls_of(
        Settings(_env_file=None, chitti_tls_cert=Path("c"), chitti_tls_key=Path("k"), chitti_tls_ca=Path("a"))  # type: ignore[call-arg]
    ) == Tls(Path("c"), Path("k"), Path("a"))
