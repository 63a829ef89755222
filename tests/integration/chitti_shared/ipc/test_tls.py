"""TCP with mutual TLS."""

import asyncio
import shutil
import subprocess
from pathlib import Path

import pytest
from chitti_shared.contracts.action import Empty
from chitti_shared.contracts.system import HEALTH
from chitti_shared.errors import ServiceUnavailable
from chitti_shared.ipc import Client, Lanes, Server, StartupError, Tls
from chitti_shared.testing.demo import DEMO, ECHO, Context, TextRequest, router
from chitti_shared.testing.waiting import until
from prometheus_client import CollectorRegistry

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificates with openssl")


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def authority(folder: Path, name: str) -> None:
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem")  # fmt: skip


def certificate(folder: Path, name: str, ca: str) -> Tls:
    """A certificate for 127.0.0.1 signed by `ca`, which is also whom it trusts."""
    openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{name}.key", "-out", f"{name}.csr")  # fmt: skip
    openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{ca}.pem", "-CAkey", f"{ca}.key", "-days", "2",
            "-copy_extensions", "copy", "-out", f"{name}.pem")  # fmt: skip
    return Tls(folder / f"{name}.pem", folder / f"{name}.key", folder / f"{ca}.pem")


async def test_only_a_peer_with_a_certificate_of_ours_is_served(folder: Path) -> None:
    authority(folder, "ours")
    authority(folder, "theirs")
    server = Server(router, Context(Lanes()), name="demo", version="1")
    await server.start("tcp://127.0.0.1:0", tls=certificate(folder, "server", "ours"))
    assert server.address is not None

    def client(tls: Tls | None) -> Client:
        return Client(DEMO, str(server.address), tls=tls, registry=CollectorRegistry())

    trusted = client(certificate(folder, "client", "ours"))
    assert (await trusted.call(HEALTH, Empty())).health == "healthy"
    stranger = certificate(folder, "stranger", "theirs")
    for tls in (Tls(stranger.cert, stranger.key, folder / "ours.pem"), stranger, None):
        refused = client(tls)
        with pytest.raises(ServiceUnavailable):
            await refused.call(HEALTH, Empty(), timeout_s=5)
        await refused.close()
    assert (await trusted.call(HEALTH, Empty())).health == "healthy"
    await trusted.close()
    await server.close(0)
    server.ctx.lanes.close()


async def test_tls_files_that_cannot_be_used_are_a_startup_error(folder: Path) -> None:
    server = Server(router, Context(Lanes()), name="demo", version="1")
    with pytest.raises(StartupError, match="cannot use the TLS files"):
        await server.start("tcp://127.0.0.1:0", tls=Tls(folder / "a", folder / "b", folder / "c"))
    server.ctx.lanes.close()


async def test_an_address_beyond_loopback_is_refused_without_tls() -> None:
    server = Server(router, Context(Lanes()), name="demo", version="1")
    with pytest.raises(StartupError, match="without mutual TLS"):
        await server.start("tcp://0.0.0.0:0")
    server.ctx.lanes.close()


async def test_closing_a_client_that_connects_fails_its_callers(folder: Path) -> None:
    authority(folder, "ours")
    tls = certificate(folder, "peer", "ours")

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # no handshake ever
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = Client(DEMO, f"tcp://127.0.0.1:{port}", tls=tls, registry=CollectorRegistry())
    call = asyncio.create_task(client.call(ECHO, TextRequest(text="x")))
    await until(lambda: client._connecting is not None)
    await client.close()
    with pytest.raises(ServiceUnavailable, match="closed"):
        await call
    server.close()
