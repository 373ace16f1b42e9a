"""Check the endpoint and the limits of the account, with the operator's credentials."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import get_session

from genai_studio.aws.blocking import error_code
from genai_studio.aws.records.table import STUDIO_OWNER, quota_key, studio_quota_shards
from genai_studio.hosts.cli.deployed_studio.outputs import Outputs
from genai_studio.hosts.cli.output.findings import Finding, Verdict

Clients = Callable[[str], Any]
"""Returns the botocore client of a service."""

MIN_CONCURRENCY = 50
"""Concurrent Lambda executions that a few users need."""

MAIL_LIMIT = 50
"""Mails per day that Cognito sends without SES."""

NEARLY_USED = 0.9

_IN_SERVICE = ("InService", "Updating", "SystemUpdating")
_CONFIG = Config(connect_timeout=5, read_timeout=15, retries={"mode": "standard"})


def botocore_clients(region: str) -> Clients:
    """Return clients for a region, with credentials from the default chain."""
    session = get_session()
    return cache(lambda service: session.create_client(service, region_name=region, config=_CONFIG))


def endpoint(outputs: Outputs, clients: Clients) -> Iterator[Finding]:
    """Check that the endpoint is in service."""
    name, subject = outputs.custom.endpoint, "Endpoint"
    if name is None:
        return
    found = _call(
        subject,
        "sagemaker:DescribeEndpoint",
        lambda: clients("sagemaker").describe_endpoint(EndpointName=name),
    )
    if isinstance(found, Finding):
        if found.verdict is Verdict.FAULTY:
            missing = f"there is no endpoint {name} in {outputs.region}"
            remedy = 'Create it with: make endpoint ARGS="deploy …". See docs/deploy.md.'
            found = Finding(subject, Verdict.MISSING, missing, remedy)
        yield found
        return
    status = found["EndpointStatus"]
    if status in _IN_SERVICE:
        yield Finding(subject, Verdict.FINE, f"{name} has the status {status}")
    elif status == "Creating":
        remedy = f'Wait until it is in service: make endpoint ARGS="status {name}".'
        yield Finding(subject, Verdict.LIMITED, f"{name} is being created", remedy)
    else:
        reason = found.get("FailureReason", "no reason given")
        remedy = f'See: make endpoint ARGS="status {name}".'
        state = f"{name} has the status {status}: {reason}"
        yield Finding(subject, Verdict.FAULTY, state, remedy)


def daily_images(outputs: Outputs, clients: Clients, day: str) -> Iterator[Finding]:
    """Compare the images of this UTC day with the studio's limit."""
    subject, table = "Daily quota", outputs.custom.records_table
    keys = [quota_key(STUDIO_OWNER, day), *studio_quota_shards(day)]
    found = _call(
        subject,
        "dynamodb:BatchGetItem",
        lambda: clients("dynamodb").batch_get_item(RequestItems={table: {"Keys": keys}}),
    )
    if isinstance(found, Finding):
        yield found
        return
    items = found["Responses"].get(table, [])
    used = max(sum(int(item["used"]["N"]) for item in items), 0)
    limit = outputs.custom.daily_images_studio
    if limit is None:
        remedy = "Deploy again to see the limit here."
        yield Finding(subject, Verdict.UNKNOWN, f"{used} images today", remedy)
        return
    remedy = "Raise GENAI_STUDIO_DAILY_IMAGES_STUDIO and deploy again, or wait until midnight UTC."
    state = f"{used} of {limit} images used today"
    nearly = used >= NEARLY_USED * limit
    verdict = Verdict.LIMITED if nearly else Verdict.FINE
    yield Finding(subject, verdict, state, remedy if nearly else "")


def concurrency(outputs: Outputs, clients: Clients) -> Iterator[Finding]:
    """Compare the account's Lambda concurrency with what the studio needs."""
    subject = "Lambda concurrency"
    found = _call(
        subject, "lambda:GetAccountSettings", lambda: clients("lambda").get_account_settings()
    )
    if isinstance(found, Finding):
        yield found
        return
    limit = found["AccountLimit"]["ConcurrentExecutions"]
    needed = max(MIN_CONCURRENCY, 2 * (outputs.custom.worker_concurrency or 0))
    state = f"{limit} concurrent executions in {outputs.region}"
    if limit >= needed:
        yield Finding(subject, Verdict.FINE, state)
        return
    remedy = (
        f"The studio needs about {needed}. Request more: aws service-quotas"
        " request-service-quota-increase --service-code lambda --quota-code L-B99A9384"
        f" --desired-value 1000 --region {outputs.region}"
    )
    yield Finding(subject, Verdict.LIMITED, state, remedy)


def mails(outputs: Outputs, clients: Clients) -> Iterator[Finding]:
    """Check how many mails Cognito can send: invitations and password resets."""
    subject = "Mails"
    found = _call(
        subject,
        "cognito-idp:DescribeUserPool",
        lambda: clients("cognito-idp").describe_user_pool(UserPoolId=outputs.auth.user_pool_id),
    )
    if isinstance(found, Finding):
        yield found
        return
    configuration = found["UserPool"].get("EmailConfiguration", {})
    if configuration.get("EmailSendingAccount", "COGNITO_DEFAULT") == "COGNITO_DEFAULT":
        remedy = (
            "To send more, verify an address in Amazon SES, request production access, set"
            " GENAI_STUDIO_EMAIL_SENDER, and deploy again."
        )
        state = f"Cognito sends at most {MAIL_LIMIT} mails a day"
        yield Finding(subject, Verdict.LIMITED, state, remedy)
        return
    ses = _call(subject, "ses:GetAccount", lambda: clients("sesv2").get_account())
    if isinstance(ses, Finding):
        yield ses
    elif not ses.get("ProductionAccessEnabled", False):
        state = "SES is in its sandbox: it sends to verified addresses only"
        remedy = "Request production access in the SES console."
        yield Finding(subject, Verdict.LIMITED, state, remedy)
    else:
        quota = ses.get("SendQuota", {})
        most, sent = quota.get("Max24HourSend", 0), quota.get("SentLast24Hours", 0)
        yield Finding(subject, Verdict.FINE, f"SES sent {sent:.0f} of {most:.0f} mails in 24 hours")


def _call(subject: str, action: str, request: Callable[[], Any]) -> Any:  # noqa: ANN401 - botocore responses have no static type
    """Call AWS. Returns a finding instead of a response if the call fails."""
    try:
        return request()
    except ClientError as error:
        code = error_code(error)
        if code.startswith("AccessDenied") or code in (
            "UnauthorizedOperation",
            "AuthorizationError",
        ):
            found = f"your credentials do not allow {action}"
            return Finding(subject, Verdict.UNKNOWN, found, f"Allow {action} to check it.")
        if "ExpiredToken" in code or code in (
            "UnrecognizedClientException",
            "InvalidClientTokenId",
        ):
            found = f"AWS rejects the credentials ({code})"
            return Finding(subject, Verdict.UNKNOWN, found, "Sign in again: aws sso login.")
        return Finding(
            subject, Verdict.FAULTY, f"{action} failed: {code}", "Run make deploy again."
        )
    except BotoCoreError as error:
        found = f"{action} could not be called: {type(error).__name__}"
        remedy = "Sign in, for example with: aws configure sso."
        return Finding(subject, Verdict.UNKNOWN, found, remedy)
