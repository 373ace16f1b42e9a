"""Cost estimates of two modes side by side, with their assumptions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from rich.table import Table

from genai_studio.cost.bill import Bill
from genai_studio.cost.endpoint_hours import instances
from genai_studio.cost.prices import Prices
from genai_studio.cost.workload import Workload
from genai_studio.hosts.cli.output.console import out, print_json


def show_cost(
    workload: Workload,
    bills: Sequence[Bill],
    prices: Prices,
    *,
    region: str,
    free_tier: bool,
    as_json: bool,
) -> None:
    """Print the bills of a workload."""
    if as_json:
        print_json(
            {
                "prices": {
                    "date": prices.date.isoformat(),
                    "currency": prices.currency,
                    "region": region,
                },
                "workload": asdict(workload),
                "bills": [_as_json(bill) for bill in bills],
            }
        )
        return
    console = out()
    console.print(cost_table(bills, prices.currency))
    for note in notes(workload, prices, region, free_tier=free_tier):
        console.print(f"- {note}", markup=False, soft_wrap=True)


def cost_table(bills: Sequence[Bill], currency: str) -> Table:
    """Create a table with a row per service, a column per bill, and totals."""
    table = Table(box=None, pad_edge=False)
    table.add_column(f"{currency} per month", no_wrap=True)
    for bill in bills:
        table.add_column(bill.mode.value, justify="right", no_wrap=True)
    for service in dict.fromkeys(name for bill in bills for name in bill.services):
        table.add_row(service, *(_money(bill.services.get(service, 0.0)) for bill in bills))
    table.add_section()
    table.add_row("Total", *(_money(bill.total) for bill in bills), style="bold")
    table.add_row("Per image", *(_unit_cost(bill.per_image) for bill in bills))
    return table


def notes(workload: Workload, prices: Prices, region: str, *, free_tier: bool) -> tuple[str, ...]:
    """Return the assumptions of the estimate, each with the option that changes it."""
    count = instances(workload)
    free = (
        "The monthly AWS free tier is deducted (--no-free-tier)."
        if free_tier
        else "The monthly AWS free tier is not deducted."
    )
    return (
        f"On-demand prices of {prices.date.isoformat()} in {region}, before tax (--prices).",
        free,
        (
            f"{workload.images_per_day:g} images per day, {workload.seconds_per_image:g} s each "
            "(--seconds-per-image). The metric EndpointLatency shows the actual time."
        ),
        (
            f"{count} {'instance' if count == 1 else 'instances'} during "
            f"{workload.busy_hours:g} busy hours per day (--busy-hours)."
        ),
        (
            f"If scaled to zero: {workload.bursts_per_day:g} starts per day (--bursts-per-day), "
            f"{workload.start_minutes:g} min per start (--start-minutes), "
            f"{workload.idle_minutes:g} min idle before scaling in (--idle-minutes)."
        ),
        (
            f"{workload.users} users (--users). Images kept for {workload.kept_days} days "
            "(--kept-days); storage at the end of that period."
        ),
        "Not included: API Gateway, which the web page does not use; SMS; support plans.",
    )


def _money(amount: float) -> str:
    return f"{amount:,.2f}"


def _unit_cost(amount: float | None) -> str:
    return "" if amount is None else f"{amount:.4f}"


def _as_json(bill: Bill) -> dict[str, object]:
    return {
        "mode": bill.mode.value,
        "total": round(bill.total, 6),
        "perImage": None if bill.per_image is None else round(bill.per_image, 8),
        "services": {name: round(amount, 6) for name, amount in bill.services.items()},
        "lines": [asdict(line) for line in bill.lines],
    }
