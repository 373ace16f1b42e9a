"""The arithmetic of `python -m benchmarks.scale`, and its output in the documentation."""

from __future__ import annotations

import math

import pytest

from benchmarks.scale.limits import PIPELINE, Kind, Limit, limits
from benchmarks.scale.load import Population, busiest_partition, concurrent
from benchmarks.scale.report import USERS, first_bottleneck, report
from tests.servers.processes.server import ROOT


def by_name(population: Population, **partitions: int) -> dict[str, Limit]:
    return {limit.name.split(",")[0]: limit for limit in limits(population, **partitions)}


def test_the_rate_is_that_of_the_busiest_hour() -> None:
    population = Population(36_000, images_per_user=5, busiest_hour=0.1)

    assert population.images_per_day == 180_000
    assert population.rate == 5


@pytest.mark.parametrize("rate", [0.5, 20, 4_000])
def test_a_busy_second_is_a_percentile_of_a_poisson_distribution(rate: float) -> None:
    busy = busiest_partition(rate)

    assert rate < busy < rate + 4 * math.sqrt(rate) + 1
    assert concurrent(rate, 1) == busy


def test_the_busiest_partition_has_more_than_its_share() -> None:
    assert 100 < busiest_partition(1600, 16) < 150
    assert busiest_partition(1600, 16) < busiest_partition(1600, 4) < busiest_partition(1600)


def test_a_longer_window_is_closer_to_the_mean() -> None:
    assert 10 < busiest_partition(10, window=60) < busiest_partition(10)


def test_concurrency_is_rate_times_duration() -> None:
    assert concurrent(1000, 5) == pytest.approx(5000, rel=0.05)


def test_shards_divide_the_demand() -> None:
    population = Population(10_000_000)
    one, many = by_name(population, quota_shards=1, due_partitions=1), by_name(population)

    for name in ("the studio's image count", "the due index"):
        assert one[name].used > 1 > many[name].used
        assert 8 < one[name].used / many[name].used < 16


@pytest.mark.parametrize("users", USERS)
def test_more_users_use_more_of_every_limit(users: int) -> None:
    smaller, larger = by_name(Population(users)), by_name(Population(users * 10))

    for name, limit in smaller.items():
        if not name.startswith("the publisher"):  # the table's shards grow with its load
            assert limit.used <= larger[name].used, name


def test_the_first_bottleneck_is_the_limit_exceeded_most() -> None:
    def limit(name: str, demand: float) -> Limit:
        return Limit(name, Kind.DESIGN, demand, 10, "items", "a page")

    assert first_bottleneck([limit("a", 9), limit("b", 10)]) is None
    worst = first_bottleneck([limit("a", 11), limit("b", 30), limit("c", 20)])
    assert worst is not None
    assert (worst.name, worst.used) == ("b", 3)


def test_every_limit_has_a_source_that_exists() -> None:
    for limit in limits(Population(1)):
        assert limit.capacity > 0
        local = not limit.source.startswith("https://docs.aws.amazon.com/")
        assert not local or (ROOT / limit.source).is_file()


def test_the_worker_setting_is_the_default_of_the_deployment() -> None:
    workers = by_name(Population(1))["workers (GENAI_STUDIO_WORKER_CONCURRENCY)"]

    assert workers.capacity == PIPELINE["worker"]["maximumConcurrency"]


def test_the_documented_output_is_that_of_the_command() -> None:
    printed = report([Population(users) for users in USERS])

    assert f"```text\n{printed}\n```" in (ROOT / "docs" / "operate.md").read_text("utf-8")
