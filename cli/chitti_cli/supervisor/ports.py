"""The gateway's port: free, or said to be taken before anything is started."""

from __future__ import annotations

import errno
import os
import socket

from chitti_cli.problem import Problem


def choose_port(host: str, port: int) -> int:
    """`port`, or a free one for 0.

    Raises
    ------
    Problem
        The port or the address can't be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # as servers do: a port in TIME_WAIT is free, one that is listened on is not
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Problem(
                    f"port {port} on {host} is in use by another program",
                    "stop that program, or choose another port: CHITTI_HTTP_PORT=6011 make run-all",
                ) from error
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise Problem(f"can't listen on {host}:{port}: {reason}", "check CHITTI_HTTP_HOST") from error
        return int(probe.getsockname()[1])
