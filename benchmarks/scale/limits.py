"""The limits that a growing studio meets, each with its source.

Rates per generation follow `genai_studio.cost.usage`, which a test compares with
measured capacity. Durations are assumptions, because no account was available; a
limit that rests on one says so.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from benchmarks.scale.load import Population, busiest_partition, concurrent
from genai_studio.aws.records.table import DUE_PARTITIONS, STUDIO_QUOTA_SHARDS
from genai_studio.cost.usage import (
    APPSYNC_GB_SECONDS,
    CHANGES_PER_IMAGE,
    CONNECTED_MINUTES,
    OPERATIONS_PER_IMAGE,
    RESOLVED_PER_IMAGE,
    WORKER_OWN_SECONDS,
    WRITES_PER_IMAGE,
)
from genai_studio.hosts.aws.sweeper import DEAD_LETTER_RESERVE
from genai_studio.services.sweep import CONCURRENCY

ROOT = Path(__file__).parents[2]
PIPELINE: dict[str, Any] = json.loads((ROOT / "infra" / "pipeline.json").read_text("utf-8"))
AWS = "https://docs.aws.amazon.com"

ENDPOINT_SECONDS = 4.0
"""Seconds per image on one instance, the default of `genai-studio cost`."""

RETRIED = 0.05
"""Share of the generations that fail, are canceled or wait for another attempt."""

DUE_WRITES = 4
"""Writes of the due index per generation: added at the submit, moved by the claim (two
writes), removed at the end."""

TRANSACTION_SECONDS = 0.01
"""Assumption: a transaction excludes others from its items for this time."""

CHANGE_SECONDS = 0.06
"""Assumption: time to publish one change and to write its search terms."""

SWEPT_SECONDS = 0.03
"""Assumption: time to process one due generation."""

PARTITION_WRITES = 1000
INITIAL_PARTITIONS = 4
"""An on-demand table starts with a capacity of 4,000 writes per second."""


class Kind(StrEnum):
    """Who can raise a limit."""

    SETTING = "setting"
    QUOTA = "AWS quota"
    DESIGN = "design"


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit, and how much of it a population uses.

    Attributes:
        demand: In `unit`, in a busy second, or on one day.
        source: Where the capacity comes from: a page of AWS, or a file of the studio.
        assumption: Whether the result rests on an assumed duration.
    """

    name: str
    kind: Kind
    demand: float
    capacity: float
    unit: str
    source: str
    assumption: bool = False

    @property
    def used(self) -> float:
        """Share of the capacity that is used. Above 1, the limit is a bottleneck."""
        return self.demand / self.capacity


def limits(
    population: Population,
    *,
    quota_shards: int = STUDIO_QUOTA_SHARDS,
    due_partitions: int = DUE_PARTITIONS,
) -> Iterator[Limit]:
    """Yield the limits of a studio with default settings."""
    yield from _settings(population)
    yield from _quotas(population)
    yield from _design(population, quota_shards, due_partitions)


def _settings(population: Population) -> Iterator[Limit]:
    rate, deploy = population.rate, "docs/deploy.md"
    yield Limit(
        "images per day (GENAI_STUDIO_DAILY_IMAGES_STUDIO)",
        Kind.SETTING,
        population.images_per_day,
        500,
        "images/day",
        deploy,
    )
    yield Limit(
        "workers (GENAI_STUDIO_WORKER_CONCURRENCY)",
        Kind.SETTING,
        concurrent(rate, ENDPOINT_SECONDS + WORKER_OWN_SECONDS),
        PIPELINE["worker"]["maximumConcurrency"],
        "concurrent",
        deploy,
    )
    yield Limit(
        "instances of the endpoint",
        Kind.SETTING,
        concurrent(rate, ENDPOINT_SECONDS),
        1,
        "busy instances",
        "infra/sagemaker/README.md",
    )
    yield Limit(
        "mails without SES (GENAI_STUDIO_EMAIL_SENDER)",
        Kind.SETTING,
        population.users * population.new_users,
        50,
        "mails/day",
        f"{AWS}/cognito/latest/developerguide/quotas.html",
    )


def _quotas(population: Population) -> Iterator[Limit]:
    rate = population.rate
    sign_ins = population.users * population.busiest_hour * (1 + CONNECTED_MINUTES / 60) / 3600
    yield Limit(
        "concurrent executions of Lambda",
        Kind.QUOTA,
        concurrent(
            rate,
            # The API functions have 1 GB, so GB-seconds are seconds.
            RESOLVED_PER_IMAGE * APPSYNC_GB_SECONDS
            + CHANGES_PER_IMAGE * CHANGE_SECONDS
            + ENDPOINT_SECONDS
            + WORKER_OWN_SECONDS,
        ),
        1000,
        "concurrent",
        f"{AWS}/lambda/latest/dg/gettingstarted-limits.html",
        assumption=True,
    )
    yield Limit(
        "request tokens of AppSync",
        Kind.QUOTA,
        busiest_partition(rate * OPERATIONS_PER_IMAGE),
        5000,
        "operations/s",
        f"{AWS}/general/latest/gr/appsync.html",
    )
    yield Limit(
        "writes of the table",
        Kind.QUOTA,
        busiest_partition(rate * WRITES_PER_IMAGE),
        40_000,
        "write units/s",
        f"{AWS}/amazondynamodb/latest/developerguide/ServiceQuotas.html",
    )
    yield Limit(
        "sign-ins and token refreshes in Cognito",
        Kind.QUOTA,
        busiest_partition(sign_ins),
        120,
        "requests/s",
        f"{AWS}/cognito/latest/developerguide/quotas.html",
    )


def _design(population: Population, quota_shards: int, due_partitions: int) -> Iterator[Limit]:
    rate = population.rate
    partition = f"{AWS}/amazondynamodb/latest/developerguide/bp-partition-key-design.html"
    counted = busiest_partition(rate * (1 + RETRIED), quota_shards)
    yield Limit(
        f"the studio's image count, {quota_shards} items: writes",
        Kind.DESIGN,
        # A transactional write costs two write units.
        2 * counted,
        PARTITION_WRITES,
        "write units/s",
        partition,
    )
    yield Limit(
        f"the studio's image count, {quota_shards} items: conflicts",
        Kind.DESIGN,
        counted,
        1 / TRANSACTION_SECONDS,
        "transactions/s",
        f"{AWS}/amazondynamodb/latest/developerguide/transaction-apis.html",
        assumption=True,
    )
    yield Limit(
        f"the due index, {due_partitions} partitions",
        Kind.DESIGN,
        busiest_partition(rate * DUE_WRITES, due_partitions),
        PARTITION_WRITES,
        "write units/s",
        partition,
    )
    shards = max(INITIAL_PARTITIONS, math.ceil(rate * WRITES_PER_IMAGE / PARTITION_WRITES))
    publisher = PIPELINE["publisher"]
    yield Limit(
        f"the publisher, {shards} shards × {publisher['parallelizationFactor']}",
        Kind.DESIGN,
        concurrent(rate, CHANGES_PER_IMAGE * CHANGE_SECONDS),
        shards * publisher["parallelizationFactor"],
        "concurrent",
        f"{AWS}/lambda/latest/dg/services-dynamodb-eventsourcemapping.html",
        assumption=True,
    )
    yield Limit(
        "the worker's event source",
        Kind.DESIGN,
        concurrent(rate, ENDPOINT_SECONDS + WORKER_OWN_SECONDS),
        1000,
        "concurrent",
        f"{AWS}/lambda/latest/dg/services-sqs-scaling.html",
    )
    minute = 60 * PIPELINE["sweeper"]["rateMinutes"]
    working = PIPELINE["sweeper"]["timeoutSeconds"] - DEAD_LETTER_RESERVE.total_seconds()
    yield Limit(
        "the sweeper",
        Kind.DESIGN,
        busiest_partition(rate * RETRIED, window=minute) * minute,
        CONCURRENCY * working / SWEPT_SECONDS,
        "generations/min",
        "resolvers/genai_studio/hosts/aws/sweeper.py",
        assumption=True,
    )
