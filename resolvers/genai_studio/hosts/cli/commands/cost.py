"""`genai-studio cost`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from genai_studio.hosts.cli.options import Json

ModeName = Literal["real-time", "scale-to-zero", "async", "bedrock"]
_MOST = 10_000_000
_Positive = Number(gt=0, lte=_MOST)
_NotNegative = Number(gte=0, lte=_MOST)


def cost(
    *,
    images_per_day: Annotated[float, Parameter(help="Images per day.", validator=_NotNegative)],
    instance: Annotated[str, Parameter(help="Instance type of the endpoint.")] = "ml.g5.2xlarge",
    mode: Annotated[
        ModeName,
        Parameter(
            help="Endpoint mode, or a model in Amazon Bedrock. Compared with an always-on endpoint."
        ),
    ] = "scale-to-zero",
    bedrock_model: Annotated[
        str, Parameter(help="ID of the model in Amazon Bedrock.")
    ] = "stability.sd3-5-large-v1:0",
    bedrock_region: Annotated[
        str, Parameter(help="AWS region in which Bedrock is called.")
    ] = "us-west-2",
    region: Annotated[str, Parameter(help="AWS region.")] = "us-east-1",
    seconds_per_image: Annotated[
        float, Parameter(help="Seconds per image on one instance.", validator=_Positive)
    ] = 4.0,
    busy_hours: Annotated[
        float, Parameter(help="Hours per day with requests.", validator=Number(gt=0, lte=24))
    ] = 8.0,
    bursts_per_day: Annotated[
        float,
        Parameter(
            help="Starts per day of an endpoint that scales to zero.", validator=_NotNegative
        ),
    ] = 8.0,
    start_minutes: Annotated[
        float, Parameter(help="Minutes until a stopped endpoint answers.", validator=_NotNegative)
    ] = 8.0,
    idle_minutes: Annotated[
        float, Parameter(help="Idle minutes before scaling to zero.", validator=_NotNegative)
    ] = 15.0,
    users: Annotated[int, Parameter(help="Active users per month.", validator=_NotNegative)] = 10,
    kept_days: Annotated[
        int, Parameter(help="Days until images are deleted.", validator=_NotNegative)
    ] = 365,
    free_tier: Annotated[bool, Parameter(help="Deduct the monthly AWS free tier.")] = True,
    prices: Annotated[
        Path | None, Parameter(help="Price file in the format of cost/prices.json.")
    ] = None,
    json: Json = False,
) -> None:
    """Estimate the monthly cost of a studio in AWS, by service.

    Uses a dated price file and makes no network requests. The assumptions are
    printed below the table.
    """
    from genai_studio.cost.bill import bedrock_bill, bill
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
    price_list = read_prices(prices or PUBLISHED)
    regional = price_list.region(region)
    # Always compare with an always-on endpoint; compare that with scale-to-zero.
    compared = Mode.SCALE_TO_ZERO if Mode(mode) is Mode.REAL_TIME else Mode(mode)
    bills = [bill(workload, Mode.REAL_TIME, instance, regional, free_tier=free_tier)]
    if compared is Mode.BEDROCK:
        each = price_list.bedrock_image(bedrock_model, bedrock_region)
        bills.append(bedrock_bill(workload, bedrock_model, each, regional, free_tier=free_tier))
    else:
        bills.append(bill(workload, compared, instance, regional, free_tier=free_tier))
    show_cost(workload, bills, price_list, region=region, free_tier=free_tier, as_json=json)
