"""`studio-endpoint delete`: remove an endpoint and all that belongs to it."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from studio_endpoint.carry_out import remove
from studio_endpoint.commands.options import (
    DryRun,
    Name,
    Region,
    Yes,
    agreed,
    aws_clients,
    chosen_region,
    note,
    print_calls,
)
from studio_endpoint.removal import removal_plan
from studio_endpoint.waiting import Waiting


def delete(
    name: Name,
    /,
    *,
    foreign: Annotated[
        bool, Parameter(negative=(), help="Also one that was not made by studio-endpoint.")
    ] = False,
    region: Region = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> int:
    """Remove an endpoint: autoscaling, instances, configuration, model.

    What is gone already is no error, so it can be called again. Images in ECR
    and files in S3 stay. `--dry-run` asks AWS what there is, and changes nothing.
    """
    where = chosen_region(region)
    clients = aws_clients(where)
    removals = removal_plan(name, clients, foreign=foreign)
    if dry_run:
        print_calls([removal.call for removal in removals])
        return 0
    if not agreed(f"Remove {name} from {where}?", yes=yes):
        note("Nothing was removed.")
        return 1
    removed = remove(removals, Waiting(clients, note))
    for left, why in removed.left.items():
        note(f"STILL THERE, and perhaps charged: {left}. {why}")
    if removed.left:
        return 1
    note(f"{name} is gone, and costs nothing more.")
    return 0
