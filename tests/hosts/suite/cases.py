"""The exact responses that every host must return.

A case arranges records, sends requests in order, and compares each complete
response. Links are compared without their base URL.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from genai_studio.domain import state_machine
from genai_studio.domain.failure import Failure, FailureCode
from genai_studio.schema.types.cursor import encode_cursor
from tests.builders import ALICE, BOB, NOON, a_generation, a_request, change, submit, succeeded
from tests.fakes.identity import ALICES_TOKEN
from tests.fakes.studio import FakeStudio

OPERATIONS = Path(__file__).parents[3] / "graphql" / "operations"

IDS = [f"019e0000-0000-7000-8000-00000000000{digit}" for digit in range(6)]
"""IDs of Alice's generations, oldest first."""

BOBS = "019e0000-0000-7000-8000-0000000000b0"


@dataclass(frozen=True, slots=True)
class Step:
    """A request and its complete response."""

    document: str
    response: dict[str, Any]
    variables: dict[str, Any] = field(default_factory=dict)
    token: str = ALICES_TOKEN


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    steps: tuple[Step, ...]
    arrange: Callable[[FakeStudio], Awaitable[None]] | None = None


def operation(name: str) -> str:
    """Return the document of an operation in `graphql/operations`."""
    return (OPERATIONS / f"{name}.graphql").read_text(encoding="utf-8")


async def arrange_history(fakes: FakeStudio) -> None:
    """Store five generations of Alice, one per state and one in the trash, and one of Bob."""
    records = fakes.records
    apple = a_request("a red apple", negative_prompt="blurry", count=2, style="flat")
    stored = [
        await submit(records, a_generation(id=IDS[0], request=apple)),
        await submit(records, a_generation(id=IDS[1], prompt="一只红苹果")),
        await submit(records, a_generation(id=IDS[2], at=NOON + timedelta(milliseconds=5))),
        await submit(records, a_generation(id=IDS[3], parent_id=IDS[0])),
        await submit(records, a_generation(id=IDS[4], prompt="in the trash")),
    ]
    await submit(records, a_generation(BOB, id=BOBS))
    later = NOON + timedelta(seconds=2, milliseconds=30)
    await change(records, stored[0], lambda it: succeeded(it, later))
    for index, data in enumerate((b"a PNG", b"a changed PNG")):
        await fakes.images.put(f"{ALICE}/{IDS[0]}/1/{index}.png", data, "image/png")
    failure = Failure(FailureCode.CONTENT_FILTERED, "The filter refused it.", retryable=False)
    await change(records, stored[1], lambda it: state_machine.fail(it, later, failure))
    await change(records, stored[2], lambda it: state_machine.cancel(it, later))
    await change(records, stored[4], lambda it: state_machine.trash(it, later))


LINKS_EXPIRE = int((NOON + timedelta(minutes=15)).timestamp())


def links(index: int) -> dict[str, str]:
    name = f"{ALICE}/{IDS[0]}/1/{index}"
    expires = LINKS_EXPIRE
    download = f"&download=genai-studio-{IDS[0]}-{index}.png"
    return {
        "url": f"/images/{name}.png?expires={expires}&signature=fake",
        "downloadUrl": f"/images/{name}.png?expires={expires}{download}&signature=fake",
        "thumbnailUrl": f"/images/{name}.thumbnail.webp?expires={expires}&signature=fake",
        "expiresAt": "2026-05-04T12:15:00.000Z",
    }


NO_EDIT: dict[str, Any] = {
    "operation": "TEXT_TO_IMAGE",
    "sourceImageId": None,
    "sourceUploadId": None,
    "maskUploadId": None,
    "strength": None,
    "maskFeather": None,
    "outpaint": None,
    "upscaleFactor": None,
    "sourceUrl": None,
    "maskUrl": None,
}
"""The fields of an edit in a generation that is none."""


def queued(**fields: Any) -> dict[str, Any]:
    """Return a queued generation with the fields that the operations select."""
    standard: dict[str, Any] = {
        "id": None,
        "owner": ALICE,
        "parentId": None,
        "status": "QUEUED",
        "version": 1,
        "prompt": "a red apple",
        "negativePrompt": "",
        "model": "builtin",
        "width": 64,
        "height": 64,
        "steps": 8,
        "guidanceScale": 3.0,
        "seed": 7,
        "count": 1,
        "style": None,
        **NO_EDIT,
        "images": [],
        "progress": None,
        "queuePosition": None,
        "waitingReason": None,
        "failure": None,
        "favorite": False,
        "boards": [],
        "createdAt": "2026-05-04T12:00:00.000Z",
        "startedAt": None,
        "finishedAt": None,
        "trashedAt": None,
        "estimatedCost": 0.0,
    }
    assert fields.keys() <= standard.keys()
    return standard | fields


APPLE = queued(
    id=IDS[0],
    status="SUCCEEDED",
    version=2,
    negativePrompt="blurry",
    count=2,
    style="flat",
    images=[
        {
            "id": f"{IDS[0]}/{index}",
            "width": 64,
            "height": 64,
            "seed": 7 + index,
            "contentType": "image/png",
            "bytes": 4096,
            "sha256": "0" * 64,
            "placeholder": "1QcSHQRnh493V4dIh4eXh1h4kJUI",
            **links(index),
        }
        for index in range(2)
    ],
    startedAt="2026-05-04T12:00:02.030Z",
    finishedAt="2026-05-04T12:00:02.030Z",
)
FAILED = queued(
    id=IDS[1],
    status="FAILED",
    version=2,
    prompt="一只红苹果",
    failure={
        "code": "CONTENT_FILTERED",
        "message": "The filter refused it.",
        "retryable": False,
    },
    finishedAt="2026-05-04T12:00:02.030Z",
)
CANCELED = queued(
    id=IDS[2],
    status="CANCELED",
    version=2,
    createdAt="2026-05-04T12:00:00.005Z",
    finishedAt="2026-05-04T12:00:02.030Z",
)
WAITING = queued(id=IDS[3], parentId=IDS[0], queuePosition=1)


def edges(*nodes: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"cursor": encode_cursor(node["id"]), "node": node} for node in nodes]


def page(*nodes: dict[str, Any], more: bool, first: bool = True) -> dict[str, Any]:
    info = {
        "hasNextPage": more,
        "hasPreviousPage": not first,
        "startCursor": encode_cursor(nodes[0]["id"]) if nodes else None,
        "endCursor": encode_cursor(nodes[-1]["id"]) if nodes else None,
    }
    return {"data": {"generations": {"edges": edges(*nodes), "pageInfo": info}}}
