"""The sockets that another process has accepted, duplicated into this one."""

from __future__ import annotations

import ctypes
import os
import socket
from pathlib import Path

_PIDFD_GETFD = 438
"""Number of the system call `pidfd_getfd` (Linux 5.6). Python has no function for it."""


def accepted_socket(pid: int, client: socket.socket) -> socket.socket:
    """Return the socket with which the process `pid` serves the connection of `client`.

    The process must run as the same user. Linux only.
    """
    wanted = client.getsockname()
    library = ctypes.CDLL(None, use_errno=True)
    process = os.pidfd_open(pid)
    try:
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            try:
                if not entry.readlink().name.startswith("socket:"):
                    continue
            except FileNotFoundError:  # closed meanwhile
                continue
            number = library.syscall(_PIDFD_GETFD, process, int(entry.name), 0)
            if number < 0:
                raise OSError(ctypes.get_errno(), "The socket cannot be duplicated.")
            duplicate = socket.socket(fileno=number)
            if _peer(duplicate) == wanted:
                return duplicate
            duplicate.close()
    finally:
        os.close(process)
    raise AssertionError(f"Process {pid} has no connection from {wanted}.")


def _peer(candidate: socket.socket) -> object:
    try:
        return candidate.getpeername()
    except OSError:  # a listener
        return None
