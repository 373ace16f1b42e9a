"""Two bills side by side, and what they assume."""

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
    """Print the bills of one workload."""
    if as_json:
        print_json(
            {
                "prices": {
                    "date": prices.date.isoformat(),
                    "currency": prices.currency,
                    "region": region,
                },
                "workload": asdict(workload),
                "bills": [_told(bill) for bill in bills],
            }
        )
        return
    console = out()
    console.print(cost_table(bills, prices.currency))
    for note in notes(workload, prices, region, free_tier=free_tier):
        console.print(f"- {note}", markup=False, soft_wrap=True)


def cost_table(bills: Sequence[Bill], currency: str) -> Table:
    """A row for each service, a column for each bill, and the sums."""
    table = Table(box=None, pad_edge=False)
    table.add_column(f"{currency} a month", no_wrap=True)
    for bill in bills:
        table.add_column(bill.mode.value, justify="right", no_wrap=True)
    for service in bills[0].services:
        table.add_row(service, *(_money(bill.services[service]) for bill in bills))
    table.add_section()
    table.add_row("All", *(_money(bill.total) for bill in bills), style="bold")
    table.add_row("An image", *(_share(bill.per_image) for bill in bills))
    return table


def notes(workload: Workload, prices: Prices, region: str, *, free_tier: bool) -> tuple[str, ...]:
    """What the figures rest on, with the option that changes each."""
    count = instances(workload)
    free = (
        "AWS's free monthly quantities are taken off (--no-free-tier)."
        if free_tier
        else "AWS's free monthly quantities are not taken off."
    )
    return (
        f"Prices of {prices.date.isoformat()} in {region}, on demand, before tax (--prices).",
        free,
        (
            f"{workload.images_per_day:g} images a day, {workload.seconds_per_image:g} s each "
            "(--seconds-per-image; the metric EndpointLatency tells yours)."
        ),
        (
            f"{count} {'instance' if count == 1 else 'instances'} in "
            f"{workload.busy_hours:g} busy hours a day (--busy-hours)."
        ),
        (
            f"At rest: woken {workload.bursts_per_day:g} times a day (--bursts-per-day), "
            f"{workload.start_minutes:g} min to start (--start-minutes), "
            f"{workload.idle_minutes:g} min until it rests again (--idle-minutes)."
        ),
        (
            f"{workload.users} people (--users); images kept for {workload.kept_days} days "
            "(--kept-days), counted as at the end of that time."
        ),
        "Not counted: API Gateway, which the page does not use; text messages; support plans.",
    )


def _money(amount: float) -> str:
    return f"{amount:,.2f}"


def _share(amount: float | None) -> str:
    return "" if amount is None else f"{amount:.4f}"


def _told(bill: Bill) -> dict[str, object]:
    return {
        "mode": bill.mode.value,
        "total": round(bill.total, 6),
        "perImage": None if bill.per_image is None else round(bill.per_image, 8),
        "services": {name: round(amount, 6) for name, amount in bill.services.items()},
        "lines": [asdict(line) for line in bill.lines],
    }
