"""The three servers over the same records: the studio, graphql-yoga and mercurius."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from genai_studio.domain.generation import Generation, Status
from genai_studio.domain.identity import Owner
from genai_studio.local.identity import LocalIdentity
from genai_studio.local.images import signed_urls
from genai_studio.local.images.store import SECRET_FILE
from genai_studio.local.records.store import LocalRecords
from genai_studio.system_clock import SystemClock
from tests.builders import NO_LIMITS, NOON, a_generation, a_key, an_image
from tests.serving.studio_process import ROOT, StudioProcess

HERE = Path(__file__).parent
SCHEMA = ROOT / "graphql" / "schema.graphql"
RECORDS = 150
USER = "bench"
REFERENCES = ("yoga", "mercurius")


@dataclass(frozen=True, slots=True)
class Servers:
    """Running servers.

    Attributes:
        ports: Port of each server by its name.
        token: Access token for the studio; the references accept every request.
        newest: ID of the newest generation.
    """

    ports: dict[str, int]
    token: str
    newest: str


@contextmanager
def running_servers(directory: Path) -> Iterator[Servers]:
    """Fill a store, and serve it with all servers until the block ends."""
    identity = LocalIdentity.open(directory, SystemClock())
    owner = asyncio.run(identity.verify(identity.issue(USER, timedelta(days=1)))).owner
    records = asyncio.run(fill(directory, owner))
    studio = StudioProcess(directory, "--user", USER)
    studio.start()
    references: dict[str, subprocess.Popen[str]] = {}
    try:
        studio.until_ready()
        data = directory / "references.json"
        data.write_text(json.dumps(reference_data(directory, records)), encoding="utf-8")
        for name in REFERENCES:
            references[name] = subprocess.Popen(
                ["node", HERE / "server.mjs", name, SCHEMA, data],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, "NODE_ENV": "production"},
            )
        ports = {"studio": urlsplit(studio.url).port or 0}
        for name, process in references.items():
            assert process.stdout is not None
            ports[name] = int(process.stdout.readline())
        yield Servers(ports, studio.token, records[0].id)
    finally:
        for process in references.values():
            process.communicate(timeout=30)
        studio.close()


async def fill(directory: Path, owner: Owner) -> list[Generation]:
    """Store finished generations with one image each; return them, newest first."""
    records = LocalRecords.open(directory)
    stored: list[Generation] = []
    for number in range(RECORDS):
        queued = a_generation(
            owner, prompt=f"a red apple on a wooden table, watercolor, number {number}"
        )
        submitted = (await records.submit(queued, a_key(queued), NO_LIMITS)).generation
        finished = replace(
            submitted,
            status=Status.SUCCEEDED,
            version=submitted.version + 1,
            images=(an_image(submitted),),
            started_at=NOON,
            finished_at=NOON + timedelta(seconds=5),
        )
        await records.save(submitted, finished)
        stored.append(finished)
    records.close()
    return stored[::-1]


def reference_data(directory: Path, records: list[Generation]) -> dict[str, object]:
    """Return the records with fields named and formatted as in GraphQL, and the signing key."""
    return {
        "period": signed_urls.PERIOD.total_seconds(),
        "lifetime": signed_urls.LIFETIME.total_seconds(),
        "secret": (directory / SECRET_FILE).read_bytes().hex(),
        "generations": [_fields(record) for record in records],
    }


def _fields(record: Generation) -> dict[str, object]:
    request = record.request
    return {
        "id": record.id,
        "owner": record.owner,
        "parentId": record.parent_id,
        "status": record.status,
        "version": record.version,
        "prompt": request.prompt,
        "negativePrompt": request.negative_prompt,
        "model": request.model,
        "width": request.width,
        "height": request.height,
        "steps": request.steps,
        "guidanceScale": request.guidance_scale,
        "seed": request.seed,
        "count": request.count,
        "style": request.style,
        "operation": "TEXT_TO_IMAGE",
        "images": [
            {
                "id": f"{record.id}/{index}",
                "width": image.width,
                "height": image.height,
                "seed": image.seed,
                "contentType": image.content_type,
                "bytes": image.bytes,
                "sha256": image.sha256,
                "placeholder": image.placeholder,
                "key": image.key,
                "thumbnailKey": image.thumbnail_key,
                "fileName": f"genai-studio-{record.id}-{index}.png",
            }
            for index, image in enumerate(record.images)
        ],
        "favorite": record.favorite,
        "boards": list(record.boards),
        "createdAt": "2026-05-04T12:00:00.000Z",
        "startedAt": "2026-05-04T12:00:00.000Z",
        "finishedAt": "2026-05-04T12:00:05.000Z",
        "estimatedCost": record.estimated_cost,
    }
