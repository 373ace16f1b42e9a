"""Take a function through a snapshot of SnapStart, a restore and a first call.

Usage: `python snapshot_program.py FUNCTION FAKE_URL < event.json`. It prints what a test
needs as one line of JSON. `libc.fork` stands in for a restore: a child starts with a copy
of the memory, and Python's own fork hooks, which also seed generators, do not run.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import random
import socket
import sys
import urllib.request
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from awslambdaric.lambda_runtime_hooks_runner import run_after_restore, run_before_snapshot
from graphql import GraphQLSchema

from genai_studio.domain.ids import new_id
from genai_studio.schema.documents import document_cache


def connections() -> int:
    """Return the number of open network sockets. The event loop's own pair does not count."""
    found = 0
    for entry in Path("/proc/self/fd").iterdir():
        if entry.is_symlink() and entry.readlink().name.startswith("socket:"):
            with socket.socket(fileno=os.dup(int(entry.name))) as one:
                found += one.family is not socket.AF_UNIX
    return found


def restored(after_restore: bool) -> list[str]:
    """Return what an environment that starts from this memory draws first."""
    read, write = os.pipe()
    child = ctypes.PyDLL(None).fork()  # the child keeps the interpreter's lock
    if child == 0:
        if after_restore:
            run_after_restore()
        # The last digits of an ID are random. The others contain the time.
        drawn = [str(random.random()), new_id()[-12:]]  # noqa: S311 - not a secret
        os.write(write, json.dumps(drawn).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(write)
    with os.fdopen(read) as pipe:
        found: list[str] = json.load(pipe)
    return found


def main() -> None:
    function, fake_url = sys.argv[1:]
    event = json.load(sys.stdin)
    found: dict[str, Any] = {}
    module = importlib.import_module(f"genai_studio.hosts.aws.functions.{function}")
    found["connections"] = [connections()]
    found["pillow"] = ["PIL.Image" in sys.modules]
    # There are no other threads yet, which a child would lack.
    random.random()  # noqa: S311 - as any code before the snapshot could
    new_id()
    found["without_hook"] = [restored(after_restore=False) for _ in range(2)]
    found["with_hook"] = [restored(after_restore=True) for _ in range(2)]
    run_before_snapshot()
    found["connections"].append(connections())
    found["pillow"].append("PIL.Image" in sys.modules)

    urllib.request.urlopen(f"{fake_url}/restore").close()  # noqa: S310 - http on loopback
    run_after_restore()
    parsed: list[str] = []
    parse = document_cache._parsed

    def record(text: str, schema: GraphQLSchema) -> document_cache.Document:
        parsed.append(text)
        return parse(text, schema)

    document_cache._parsed = record
    context = SimpleNamespace(aws_request_id="1", get_remaining_time_in_millis=lambda: 10_000)
    found["results"] = [module.handler(event, context) for _ in range(2)]
    found["parsed"] = parsed
    sys.stdout.write(json.dumps(found))


main()
