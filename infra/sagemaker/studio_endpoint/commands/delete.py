"""The command `studio-endpoint delete`."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from studio_endpoint.aws.waiter import Waiter
from studio_endpoint.commands.options import (
    DryRun,
    Name,
    Region,
    Yes,
    aws_clients,
    confirmed,
    print_calls,
    print_message,
    resolved_region,
)
from studio_endpoint.plan.execution import remaining_line, remove
from studio_endpoint.plan.removal_plan import removal_plan


def delete(
    name: Name,
    /,
    *,
    foreign: Annotated[
        bool,
        Parameter(negative=(), help="Also delete an endpoint that another tool created."),
    ] = False,
    region: Region = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> int:
    """Delete an endpoint: autoscaling, instances, configuration and model.

    Resources that do not exist are skipped, so you can run the command again.
    Images in ECR and files in S3 remain. `--dry-run` reads what exists in AWS
    and changes nothing.
    """
    region = resolved_region(region)
    clients = aws_clients(region)
    removals = removal_plan(name, clients, foreign=foreign)
    if dry_run:
        print_calls([removal.call for removal in removals])
        return 0
    if not confirmed(f"Delete {name} in {region}?", yes=yes):
        print_message("Nothing was deleted.")
        return 1
    result = remove(removals, Waiter(clients, print_message))
    for remaining, reason in result.remaining.items():
        print_message(remaining_line(remaining, reason))
    if result.remaining:
        return 1
    print_message(f"{name} is deleted and no longer costs anything.")
    return 0
