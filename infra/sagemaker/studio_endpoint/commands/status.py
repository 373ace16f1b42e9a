"""`studio-endpoint status`: what an endpoint is doing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter

from studio_endpoint.commands.options import Name, Region, aws_clients, chosen_region, print_json
from studio_endpoint.price import hourly_price
from studio_endpoint.status import EndpointStatus, endpoint_status


def status(
    name: Name,
    /,
    *,
    region: Region = None,
    json: Annotated[bool, Parameter(negative=(), help="For programs.")] = False,
) -> None:
    """Say what an endpoint is doing, how many instances run, and what they cost."""
    where = chosen_region(region)
    found = endpoint_status(name, aws_clients(where))
    price = hourly_price(found.instance_type, where)
    dollars = None if price.dollars is None else price.dollars * found.instances
    if json:
        print_json({**asdict(found), "dollars_per_hour": dollars, "prices_of": price.dated})
        return
    print(_told(found))
    if dollars is None:
        print(price.told(found.instances, found.instances))
    else:
        print(f"It costs ${dollars:.3f} an hour now (prices of {price.dated.isoformat()}).")


def _told(found: EndpointStatus) -> str:
    lines = [
        f"{found.name}: {found.state} ({found.mode})",
        f"Instances: {found.instances} of {found.instance_type} run, {found.desired} wanted.",
    ]
    if found.component is not None:
        lines.append(f"Inference component: {found.component}.")
    if found.reason:
        lines.append(f"Why: {found.reason}")
    return "\n".join(lines)
