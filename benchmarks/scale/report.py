"""Format the simulation as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.scale.limits import Kind, Limit, limits
from benchmarks.scale.load import Population

USERS = (1_000, 100_000, 10_000_000)


def first_bottleneck(found: Sequence[Limit]) -> Limit | None:
    """Return the limit that is exceeded most. None if none is."""
    worst = max(found, key=lambda limit: limit.used)
    return worst if worst.used > 1 else None


def report(populations: Sequence[Population]) -> str:
    """Return the limits of each population, and the first bottleneck of each kind."""
    sections = ["\n".join(_section(population)) for population in populations]
    return "\n\n".join([*sections, "\n".join(_unsharded(populations)), "\n".join(_sources())])


def _section(population: Population) -> Iterator[str]:
    found = list(limits(population))
    yield f"{population.users:,} users: {population.rate:,.2f} generations per second"
    yield f"    {'used':>8}  limit"
    for limit in sorted(found, key=lambda one: -one.used):
        mark = " *" if limit.assumption else ""
        yield f"    {limit.used:>8.2f}  {limit.name} ({limit.kind}){mark}"
    for kind in Kind:
        bottleneck = first_bottleneck([limit for limit in found if limit.kind is kind])
        name = "none" if bottleneck is None else bottleneck.name
        yield f"    first bottleneck, {kind}: {name}"


def _unsharded(populations: Sequence[Population]) -> Iterator[str]:
    yield "The same with one item for the image count and one partition of the due index:"
    for population in populations:
        found = list(limits(population, quota_shards=1, due_partitions=1))
        count, due = (
            max(limit.used for limit in found if limit.name.startswith(name))
            for name in ("the studio's image count", "the due index")
        )
        yield f"    {population.users:>12,} users: {count:.2f} and {due:.2f} of the limit"


def _sources() -> Iterator[str]:
    yield "Capacities:"
    for limit in limits(Population(USERS[0])):
        name = limit.name.split(",")[0]
        yield f"    {limit.capacity:>8,.0f} {limit.unit}, {name}: {limit.source}"
    yield "* rests on an assumed duration; see benchmarks/scale/limits.py"
