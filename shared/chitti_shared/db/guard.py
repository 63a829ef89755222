"""Runs a program and stops it when the launcher goes away, however it went.

The launcher holds the other end of this process's standard input. A launcher killed
outright closes that end too, which no exit handler could promise, so no PostgreSQL
stays behind. Uses the standard library only: it must start fast and stay small.

    python guard.py GRACE_SECONDS UID GID PROGRAM ARGUMENT...

Prints the program's process id; its output goes to this process's standard error. Ends with
the program's exit status, 128 + n when signal n killed it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading


def main(arguments: list[str]) -> int:
    grace_s, uid, gid = float(arguments[0]), int(arguments[1]), int(arguments[2])
    as_account: dict[str, object] = {"user": uid, "group": gid, "extra_groups": []} if os.geteuid() != uid else {}
    child: subprocess.Popen[bytes] = subprocess.Popen(  # type: ignore[call-overload]  # noqa: S603
        arguments[3:],
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        # Its own session: a Ctrl-C in the terminal must not reach it before the daemons that use it.
        start_new_session=True,
        **as_account,
    )
    # The launcher's orders for the program arrive here.
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: child.send_signal(received))
    os.write(1, b"%d\n" % child.pid)
    threading.Thread(target=stop_at_end_of_input, args=(child, grace_s), daemon=True).start()
    status = child.wait()
    return status if status >= 0 else 128 - status


def stop_at_end_of_input(child: subprocess.Popen[bytes], grace_s: float) -> None:
    while os.read(0, 4096):
        pass
    child.send_signal(signal.SIGINT)
    try:
        child.wait(grace_s)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGQUIT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
