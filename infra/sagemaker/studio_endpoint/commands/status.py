"""The command `studio-endpoint status`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter

from studio_endpoint.commands.options import Name, Region, aws_clients, print_json, resolved_region
from studio_endpoint.price import hourly_price
from studio_endpoint.status import EndpointStatus, endpoint_status


def status(
    name: Name,
    /,
    *,
    region: Region = None,
    json: Annotated[bool, Parameter(negative=(), help="Print JSON.")] = False,
) -> None:
    """Show an endpoint's state, its running instances and their price."""
    region = resolved_region(region)
    found = endpoint_status(name, aws_clients(region))
    price = hourly_price(found.instance_type, region)
    dollars = None if price.dollars is None else price.dollars * found.instances
    if json:
        print_json({**asdict(found), "dollars_per_hour": dollars, "price_date": price.price_date})
        return
    print(_summary(found))
    if dollars is None:
        print(price.description(found.instances, found.instances))
    else:
        print(f"Current price: ${dollars:.3f} per hour ({price.price_date.isoformat()}).")


def _summary(found: EndpointStatus) -> str:
    lines = [
        f"{found.name}: {found.state} ({found.mode})",
        f"Instances: {found.instances} of {found.instance_type} running, {found.desired} desired.",
    ]
    if found.component is not None:
        lines.append(f"Inference component: {found.component}.")
    if found.reason:
        lines.append(f"Reason: {found.reason}")
    return "\n".join(lines)
