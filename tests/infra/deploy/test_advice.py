"""Tests for the advice before a deployment: limits that restrict the studio."""

from __future__ import annotations

import pytest

from studio_deploy.advice import CONCURRENCY, find_advice
from tests.infra.deploy.stubbed_account import REGION, StubbedAccount


def limited(account: StubbedAccount, concurrency: int) -> None:
    limits = {"AccountLimit": {"ConcurrentExecutions": concurrency}}
    account.add_response("lambda", "get_account_settings", limits)


def test_small_lambda_concurrency_suggests_a_quota_increase() -> None:
    account = StubbedAccount()
    limited(account, 10)
    [advice] = find_advice(account)
    assert "at most 10" in advice.message
    assert "--quota-code L-B99A9384" in advice.command
    assert f"--region {REGION}" in advice.command


@pytest.mark.parametrize("concurrency", [CONCURRENCY, 1000])
def test_sufficient_lambda_concurrency_needs_no_advice(concurrency: int) -> None:
    account = StubbedAccount()
    limited(account, concurrency)
    assert list(find_advice(account)) == []


def test_limit_that_may_not_be_read_is_skipped() -> None:
    account = StubbedAccount()
    account.add_error("lambda", "get_account_settings", "AccessDeniedException")
    assert list(find_advice(account)) == []
