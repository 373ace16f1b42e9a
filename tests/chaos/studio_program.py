"""Run `genai-studio` with the toy pipeline, and kill it at a named point.

The variable CHAOS_POINT has the form `METHOD:WHEN:NUMBER`, for example
`LocalRecords.save:before:3`: SIGKILL before the third call of `LocalRecords.save`. WHEN is
`before` or `after` the call.
"""

from __future__ import annotations

import functools
import os
import signal
from typing import Any

from genai_studio.hosts.cli import main
from genai_studio.local.images.store import LocalImages
from genai_studio.local.inference import process
from genai_studio.local.records.store import LocalRecords

CLASSES: dict[str, type] = {"LocalRecords": LocalRecords, "LocalImages": LocalImages}

POINTS = (
    "LocalRecords.submit",
    "LocalRecords.save",
    "LocalRecords.purge",
    "LocalRecords.changes",
    "LocalRecords.set_position",
    "LocalRecords.get",
    "LocalImages.put",
    "LocalImages.delete_under",
)


def kill_at(point: str) -> None:
    """Kill this process at a point of the form described above."""
    method, when, number = point.split(":")
    class_name, name = method.split(".")
    owner = CLASSES[class_name]
    original = getattr(owner, name)
    left = int(number)

    @functools.wraps(original)
    async def killed(*arguments: Any, **named: Any) -> Any:
        nonlocal left
        left -= 1
        if left <= 0 and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = await original(*arguments, **named)
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, killed)


if __name__ == "__main__":
    if "CHAOS_POINT" in os.environ:
        kill_at(os.environ["CHAOS_POINT"])
    vars(process)["BUILTIN_PIPELINE"] = "tests.serving.toy_pipeline:slow"
    main()
