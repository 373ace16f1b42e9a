"""`genai-studio cost`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from genai_studio.hosts.cli.options import Json

ModeName = Literal["real-time", "scale-to-zero", "async"]
_MOST = 10_000_000
_Positive = Number(gt=0, lte=_MOST)
_NotNegative = Number(gte=0, lte=_MOST)


def cost(
    *,
    images_per_day: Annotated[float, Parameter(help="Images a day.", validator=_NotNegative)],
    instance: Annotated[str, Parameter(help="Type of the endpoint's instances.")] = "ml.g5.xlarge",
    mode: Annotated[
        ModeName, Parameter(help="How the endpoint runs; always on is shown beside it.")
    ] = "scale-to-zero",
    region: Annotated[str, Parameter(help="AWS region.")] = "us-east-1",
    seconds_per_image: Annotated[
        float, Parameter(help="Of one instance, for one image.", validator=_Positive)
    ] = 4.0,
    busy_hours: Annotated[
        float, Parameter(help="Hours a day with requests.", validator=Number(gt=0, lte=24))
    ] = 8.0,
    bursts_per_day: Annotated[
        float,
        Parameter(help="How often a day an endpoint at rest is woken.", validator=_NotNegative),
    ] = 8.0,
    start_minutes: Annotated[
        float, Parameter(help="Until an endpoint at rest answers.", validator=_NotNegative)
    ] = 8.0,
    idle_minutes: Annotated[
        float, Parameter(help="Until it rests after its last image.", validator=_NotNegative)
    ] = 15.0,
    users: Annotated[int, Parameter(help="People a month.", validator=_NotNegative)] = 10,
    kept_days: Annotated[
        int, Parameter(help="How long images are kept.", validator=_NotNegative)
    ] = 365,
    free_tier: Annotated[
        bool, Parameter(help="Whether the account's free quantities are unused.")
    ] = True,
    prices: Annotated[
        Path | None, Parameter(help="Your own file of prices, in the form of cost/prices.json.")
    ] = None,
    json: Json = False,
) -> None:
    """Estimate what a studio in AWS costs a month, by service.

    Asks nobody: the prices are those of a dated file. What the estimate
    assumes stands below the table.
    """
    from genai_studio.cost.bill import bill
    from genai_studio.cost.prices import PUBLISHED, read_prices
    from genai_studio.cost.workload import Mode, Workload
    from genai_studio.hosts.cli.output.cost_table import show_cost

    workload = Workload(
        images_per_day=images_per_day,
        seconds_per_image=seconds_per_image,
        busy_hours=busy_hours,
        bursts_per_day=bursts_per_day,
        start_minutes=start_minutes,
        idle_minutes=idle_minutes,
        users=users,
        kept_days=kept_days,
    )
    known = read_prices(prices or PUBLISHED)
    regional = known.region(region)
    # Always on stands beside whatever was asked for; beside itself stands scale-to-zero.
    asked = Mode(mode)
    other = asked if asked.rests else Mode.SCALE_TO_ZERO
    bills = [
        bill(workload, each, instance, regional, free_tier=free_tier)
        for each in (Mode.REAL_TIME, other)
    ]
    show_cost(workload, bills, known, region=region, free_tier=free_tier, as_json=json)
