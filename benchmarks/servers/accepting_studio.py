"""`genai-studio` that accepts requests without processing them, from many WebSockets.

It appends the time of each commit of a generation to the file in COMMIT_TIMES.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from genai_studio.hosts.asgi.options import AsgiOptions
from genai_studio.hosts.cli import main
from genai_studio.hosts.local import background, server
from genai_studio.local.records.database import Database

MAX_CONNECTIONS = 10_000


async def wait_forever(_: object) -> None:
    await asyncio.Event().wait()


def record_commits(path: Path) -> None:
    """Record `time.monotonic()`, which all processes share, in the thread that commits."""
    write = Database.write
    times = path.open("a", buffering=1)

    async def recording(
        self: Database,
        work: Callable[..., Any],
        *,
        committed: Callable[[], None] | None = None,
        **options: Any,
    ) -> object:
        def record() -> None:
            times.write(f"{time.monotonic()}\n")
            if committed is not None:
                committed()

        # Only writes to the change feed have this callback.
        return await write(self, work, committed=committed and record, **options)

    setattr(Database, "write", recording)  # noqa: B010 - replaces a typed method


if __name__ == "__main__":
    replaced: dict[str, Any] = vars(server)
    replaced["AsgiOptions"] = partial(AsgiOptions, ws_max_connections=MAX_CONNECTIONS)
    vars(background)["process_next_generation"] = wait_forever
    record_commits(Path(os.environ["COMMIT_TIMES"]))
    main()
