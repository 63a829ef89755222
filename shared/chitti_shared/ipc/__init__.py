"""Messages over Unix sockets and TCP: framing, router, server, client."""

from chitti_shared.ipc._frames import Decoder, frame
from chitti_shared.ipc.addresses import Tls, tls_of
from chitti_shared.ipc.calls import Call, bind_call, call, raise_if_cancelled
from chitti_shared.ipc.client import Client
from chitti_shared.ipc.daemon import run_daemon
from chitti_shared.ipc.lanes import Lanes
from chitti_shared.ipc.limits import Limits
from chitti_shared.ipc.progress import Progress
from chitti_shared.ipc.replies import Encoded
from chitti_shared.ipc.router import Router
from chitti_shared.ipc.server import Server
from chitti_shared.ipc.session import Session
from chitti_shared.ipc.sockets import AlreadyRunning, Claim, StartupError, claim_socket, prepare_runtime_dir
from chitti_shared.ipc.streams import Stream
from chitti_shared.ipc.subscription import Event, Subscription

__all__ = [
    "AlreadyRunning",
    "Call",
    "Claim",
    "Client",
    "Decoder",
    "Encoded",
    "Event",
    "Lanes",
    "Limits",
    "Progress",
    "Router",
    "Server",
    "Session",
    "StartupError",
    "Stream",
    "Subscription",
    "Tls",
    "bind_call",
    "call",
    "claim_socket",
    "frame",
    "prepare_runtime_dir",
    "raise_if_cancelled",
    "run_daemon",
    "tls_of",
]
