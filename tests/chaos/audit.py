"""Compare the files of a stopped studio with what its users were told."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from genai_studio.domain import document
from genai_studio.domain.generation import Generation, Status
from tests.chaos.users import User


@dataclass(frozen=True, slots=True)
class Audit:
    """The result.

    Attributes:
        problems: One line for each violation; empty if everything holds.
        counts: What was compared.
    """

    problems: tuple[str, ...]
    counts: Counter[str]


def audit(data_dir: Path, users: Sequence[User]) -> Audit:
    """Audit records, images and quota of a data directory that no studio uses."""
    database = _database(data_dir)
    with closing(sqlite3.connect(database)) as connection:
        (integrity,) = connection.execute("PRAGMA integrity_check").fetchone()
        generations = [
            document.decode(stored)
            for (stored,) in connection.execute("SELECT document FROM generations")
        ]
        used = Counter(
            {
                (owner, day): count
                for owner, day, count in connection.execute(
                    "SELECT owners.owner, day, used FROM quota_counters"
                    " JOIN owners ON owners.number = quota_counters.owner"
                )
            }
        )
    problems = [] if integrity == "ok" else [f"database: {integrity}"]
    problems += _record_problems(generations, users)
    problems += _image_problems(data_dir / "images", generations)
    purged = _purged_images(generations, users)
    held = sum(generation.quota_held for generation in generations) + purged
    if sum(used.values()) != held:
        problems.append(f"quota: {sum(used.values())} images are counted, {held} are held")
    problems += [violation for user in users for violation in user.violations]
    counts = Counter({f"{one.status} generations": 0 for one in generations})
    counts.update(f"{one.status} generations" for one in generations)
    counts["accepted requests"] = sum(sent.id is not None for user in users for sent in user.sent)
    counts["images"] = sum(len(one.images) for one in generations)
    counts["quota used"] = sum(used.values())
    return Audit(tuple(problems), counts)


def _database(data_dir: Path) -> Path:
    return data_dir / "records.sqlite3"


def _record_problems(generations: Sequence[Generation], users: Sequence[User]) -> Iterator[str]:
    stored = {generation.id: generation for generation in generations}
    keys = Counter((one.owner, one.client_request_id) for one in generations)
    yield from (
        f"doubled: {key} has {number} records" for key, number in keys.items() if number > 1
    )
    accepted = {sent.id for user in users for sent in user.sent}
    yield from (f"{one} was never accepted" for one in stored if one not in accepted)
    for sent in (sent for user in users for sent in user.sent):
        if sent.id is None:
            yield f"{sent.input['clientRequestId']} was never answered"
            continue
        generation = stored.get(sent.id)
        if generation is None:
            if not sent.may_be_purged:
                yield f"lost: {sent.id}"
            continue
        finishes = [entry.step for entry in generation.timeline].count("finished")
        if finishes > 1:
            yield f"doubled: {sent.id} finished {finishes} times"
        canceled = generation.status is Status.CANCELED and sent.may_be_canceled
        if generation.status is not Status.SUCCEEDED and not canceled:
            steps = [entry.step for entry in generation.timeline]
            yield f"{generation.status}: {sent.id} {generation.failure} {steps}"
        elif not canceled and len(generation.images) != sent.input["count"]:
            yield f"{sent.id} has {len(generation.images)} images"


def _image_problems(directory: Path, generations: Sequence[Generation]) -> Iterator[str]:
    files = {
        path.relative_to(directory).as_posix(): path
        for path in directory.rglob("*")
        if path.is_file()
    }
    expected = set()
    for image in (image for generation in generations for image in generation.images):
        expected |= {image.key, image.thumbnail_key}
        path = files.get(image.key)
        if path is None:
            yield f"missing image: {image.key}"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != image.sha256:
            yield f"damaged image: {image.key}"
        if image.thumbnail_key not in files:
            yield f"missing thumbnail: {image.thumbnail_key}"
    yield from (f"orphaned object: {key}" for key in sorted(files.keys() - expected))


def _purged_images(generations: Sequence[Generation], users: Sequence[User]) -> int:
    stored = {generation.id for generation in generations}
    return sum(
        sent.input["count"]
        for user in users
        for sent in user.sent
        if sent.may_be_purged and sent.id not in stored
    )
