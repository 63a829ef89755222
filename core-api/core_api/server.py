"""uvicorn, with what it leaves open closed: limits on heads, one error shape, an end for streams."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable, Iterator
from typing import Any, cast
from urllib.parse import unquote

import httptools
import msgspec
import uvicorn
from chitti_shared.errors import ChittiError, InvalidInput, Timeout
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from core_api.asgi import App, Presence
from core_api.replies import Cycle
from core_api.settings import GatewaySettings

MAX_HEAD_BYTES = 16 * 1024
HEAD_TIMEOUT_S = 10.0
GRACE_S = 10
KEEP_ALIVE_S = 75
BACKLOG = 2048
_HEAD_END = b"\r\n\r\n"


def _without_cancelled(record: logging.LogRecord) -> bool:
    """Leave out that a request was cut off by the end of the process, which uvicorn takes for a defect."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


logging.getLogger("uvicorn.error").addFilter(_without_cancelled)


class GatewayProtocol(HttpToolsProtocol):
    """Adds to uvicorn's protocol what httptools has no setting for.

    A head (request line and headers) over 16 KiB answers 431, and so does as much beside a body's
    bytes (chunk sizes, trailers); trailers are dropped. A head that doesn't arrive within 10 s is
    cut, as is the rest of a body 10 s after its reply. Malformed HTTP gets the common error
    shape, and a handler that streams may see the transport (`scope["extensions"]["chitti.transport"]`).
    """

    head_bytes = 0
    head_tail = b""  # of an unfinished head: its end may be split between two reads
    loose_bytes = 0  # read since the last bytes of a body, the parser may hold them
    late_from: float | None = None
    idle_from: float | None = None
    serving: RequestResponseCycle | None = None
    in_body = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.late_from = self.loop.time()
        self.of_connection = {
            "transport": transport,
            "logger": self.logger,
            "access_logger": self.access_logger,
            "access_log": False,
        }

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.serving is not None and not self.serving.response_complete:
            self.serving.disconnected = True
            self.serving.message_event.set()  # uvicorn tells the last request read, which may be one behind this
            scope: Any = self.serving.scope
            scope["extensions"]["chitti.presence"].depart()

    def data_received(self, data: bytes) -> None:
        self.idle_from = None
        if self.in_body:
            self.loose_bytes += len(data)
            self._feed(data)
            if self.loose_bytes > MAX_HEAD_BYTES:
                self._refuse(431, _too_long("the request's chunk sizes and trailers are"))
            return
        # a head under way is kept inside the parser, so it is counted before it gets there
        seen = self.head_tail + data if self.head_tail else data
        end = seen.find(_HEAD_END)
        if end < 0:
            self.head_bytes += len(data)
            self.head_tail = seen[-3:]
        else:
            self.head_bytes += end - len(self.head_tail)
        if self.head_bytes > MAX_HEAD_BYTES:
            self._refuse(431, _too_long("the request's head is"))
            return
        self._feed(data)

    def _feed(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            pass  # no upgrade is offered: the request is answered as any other
        except httptools.HttpParserError:
            self._refuse(400, InvalidInput("Invalid HTTP request received.", field="http", constraint="HTTP/1.1"))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {
            "chitti.transport": self.transport,  # type: ignore[dict-item]
            "chitti.presence": Presence(),  # type: ignore[dict-item]
        }
        if self.late_from is None:
            self.late_from = self.loop.time()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.in_body:
            return  # a trailer would come late into the headers of a request under way
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        self.late_from = None
        self.head_bytes = self.loose_bytes = 0
        self.head_tail = b""
        self.in_body = True
        parser, scope = self.parser, self.scope
        scope["method"] = parser.get_method().decode("ascii")
        version = parser.get_http_version()
        if version != "1.1":
            scope["http_version"] = version
        self._address(scope)
        cycle = Cycle(
            self.of_connection,
            self.server_state.default_headers,  # renewed every second
            scope,
            self.flow,
            self.on_response_complete,
            keep_alive=version != "1.0" and parser.should_keep_alive(),
            expect_100_continue=self.expect_100_continue,
        )
        scope["extensions"]["chitti.whole_body"] = cycle.whole_body  # type: ignore[assignment]
        scope["extensions"]["chitti.push"] = cycle.push  # type: ignore[assignment]
        previous, self.cycle = self.cycle, cycle
        if previous is None or previous.response_complete:
            self._start_asgi_task(cycle, self.app)
        else:  # sent before the reply to the last one
            self.flow.pause_reading()
            self.pipeline.appendleft((cycle, self.app))

    def _address(self, scope: Any) -> None:
        url: bytes = self.url
        if url.startswith(b"/") and b"#" not in url:
            path, _, query = url.partition(b"?")
        else:
            parsed = httptools.parse_url(url)
            path, query = parsed.path or b"/", parsed.query or b""
        text = path.decode("ascii")
        scope["path"] = unquote(text) if "%" in text else text
        scope["raw_path"] = path
        scope["query_string"] = query

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self.serving = cycle
        task = self.loop.create_task(cycle.run_asgi(app))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def on_body(self, body: bytes) -> None:
        self.loose_bytes = 0
        cycle = cast("Cycle", self.cycle)
        if not cycle.response_complete:
            cycle.take(body)

    def on_message_complete(self) -> None:
        self.in_body = False
        self.late_from = None
        self.loose_bytes = 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            cycle, app = self.pipeline.pop()
            self._start_asgi_task(cycle, app)
        elif self.in_body:  # answered before it had all arrived
            self.late_from = self.loop.time()
        else:
            self.idle_from = self.loop.time()

    def look(self, now: float) -> None:
        """Called once a second: a timer for each request would cost a twentieth of a small one."""
        if self.late_from is not None and now - self.late_from > HEAD_TIMEOUT_S:
            self._refuse(408, Timeout("the request did not arrive in time"))
        elif self.idle_from is not None and now - self.idle_from > KEEP_ALIVE_S:
            self.transport.close()

    def _refuse(self, status: int, error: ChittiError) -> None:
        if self.transport.is_closing():
            return
        self.late_from = None
        if not (self.in_body and self.cycle.response_started):
            body = msgspec.json.encode(error.to_dict())
            head = b"content-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body)
            self.transport.write(STATUS_LINE[status] + head + body)
        self.transport.close()


def _too_long(what: str) -> InvalidInput:
    return InvalidInput(f"{what} too long", field="headers", constraint=f"length <= {MAX_HEAD_BYTES}")


class GatewayServer(uvicorn.Server):
    """Ends streams when it shuts down, and looks after connections once a second.

    Parameters
    ----------
    config : uvicorn.Config
    on_shutdown : callable
        Called first when the server stops: streams must end, or the grace time passes in vain.
    """

    def __init__(self, config: uvicorn.Config, on_shutdown: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_shutdown = on_shutdown

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the caller: uvicorn would raise them again after a clean end."""
        yield

    async def on_tick(self, counter: int) -> bool:
        if counter % 10 == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                if isinstance(connection, GatewayProtocol):
                    connection.look(now)
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._on_shutdown()
        await super().shutdown(sockets)


def server_config(app: App, settings: GatewaySettings) -> uvicorn.Config:
    """Uvicorn's settings: httptools and uvloop, no proxy headers unless proxies are named."""
    proxies = settings.chitti_proxy_ips
    options: dict[str, Any] = {"forwarded_allow_ips": proxies} if proxies else {}
    return uvicorn.Config(
        app,
        host=settings.chitti_http_host,
        port=settings.chitti_http_port,
        http=GatewayProtocol,
        loop="uvloop",
        ws="none",
        lifespan="off",
        interface="asgi3",
        access_log=False,
        log_config=None,
        proxy_headers=bool(proxies),
        server_header=False,
        date_header=True,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
        **options,
    )


def bind(settings: GatewaySettings) -> socket.socket:
    """The listening socket. OSError: the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in settings.chitti_http_host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.chitti_http_host, settings.chitti_http_port))
        listener.set_inheritable(True)
    except OSError:
        listener.close()
        raise
    return listener
