"""Limits of an AWS account that do not prevent a deployment but restrict the studio."""

from __future__ import annotations

from collections.abc import Iterator

from botocore.exceptions import BotoCoreError, ClientError

from studio_deploy.account import Account
from studio_deploy.problems import Problem

CONCURRENCY = 50
"""Concurrent Lambda executions that a small studio needs: two workers, four publishers, the
sweeper, and the API calls of a few users. New accounts may have 10."""

_CONCURRENCY_QUOTA = "L-B99A9384"


def find_advice(account: Account) -> Iterator[Problem]:
    """Yield the limits to raise. Limits that the credentials may not read are skipped."""
    try:
        settings = account.client("lambda").get_account_settings()
    except (ClientError, BotoCoreError):
        return
    limit = settings["AccountLimit"]["ConcurrentExecutions"]
    if limit < CONCURRENCY:
        yield Problem(
            f"Lambda runs at most {limit} functions concurrently in {account.region}; several"
            f" users need {CONCURRENCY}. The deployment continues. To raise the limit, run:",
            "aws service-quotas request-service-quota-increase --service-code lambda"
            f" --quota-code {_CONCURRENCY_QUOTA} --desired-value 1000 --region {account.region}",
        )
