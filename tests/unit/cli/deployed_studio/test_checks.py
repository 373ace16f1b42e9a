"""`doctor --aws` with the headers that the deployment writes, and AWS's responses stubbed.

botocore validates the stubbed requests and responses.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.exceptions import NoCredentialsError
from botocore.session import get_session
from botocore.stub import Stubber

from genai_studio.hosts.cli import app
from genai_studio.hosts.cli.deployed_studio import checks
from genai_studio.hosts.cli.deployed_studio.outputs import Outputs, read_outputs
from genai_studio.hosts.cli.output.failures import CommandFailed
from genai_studio.hosts.cli.output.findings import Finding, Verdict
from studio_deploy.amplify_outputs import amplify_outputs
from studio_deploy.custom_http import custom_http
from studio_deploy.page_outputs import page_outputs
from tests.infra.deploy.stack_outputs import stack_outputs

REGIONS = ("us-east-1", "eu-central-1", "ap-southeast-2")
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
POOL = "eu-central-1_Ab12Cd34E"


_ACTIVE: list[Stubber] = []


@cache
def _client(service: str) -> Any:
    """Return the client of a service. Creating one is slow, so the tests share them."""
    return get_session().create_client(
        service, "eu-central-1", aws_access_key_id="a", aws_secret_access_key="b"
    )


@pytest.fixture(autouse=True)
def _deactivate_stubbers() -> Iterator[None]:
    yield
    while _ACTIVE:
        _ACTIVE.pop().deactivate()


@dataclass
class Cloud:
    """A deployed studio: its web servers, and the AWS services that doctor calls."""

    region: str = "eu-central-1"
    answers: dict[str, httpx.Response] = field(default_factory=dict)
    unreachable: set[str] = field(default_factory=set)
    stubbers: dict[str, Stubber] = field(default_factory=dict)
    clients: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.outputs: dict[str, Any] = amplify_outputs(stack_outputs(self.region))
        written = json.loads(custom_http(self.outputs))["customHeaders"]
        headers = next(one["headers"] for one in written if one["pattern"] == "**")
        custom = self.outputs["custom"]
        self.answers = {
            custom["page_url"]: httpx.Response(
                200, headers={one["key"]: one["value"] for one in headers}
            ),
            custom["page_url"] + "/amplify_outputs.json": httpx.Response(
                200, json=page_outputs(self.outputs)
            ),
            self.outputs["data"]["url"]: httpx.Response(401),
            custom["http_url"]: httpx.Response(401),
            f"https://cognito-idp.{self.region}.amazonaws.com/{POOL}/.well-known/jwks.json": (
                httpx.Response(200, json={"keys": []})
            ),
        }

    def respond(self, service: str, operation: str, response: Mapping[str, Any]) -> None:
        self._stubber(service).add_response(operation, dict(response))

    def refuse(self, service: str, operation: str, code: str) -> None:
        self._stubber(service).add_client_error(operation, code)

    def healthy(self) -> Cloud:
        self.endpoint("InService")
        self.images_today(7)
        self.concurrency(1000)
        self.mails({"EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:x:1:identity/a"})
        self.ses(production=True)
        return self

    def endpoint(self, status: str, **more: Any) -> None:
        arn = "arn:aws:sagemaker:eu-central-1:123456789012:endpoint/genai-studio"
        described = {
            "EndpointName": "genai-studio",
            "EndpointArn": arn,
            "EndpointStatus": status,
            "CreationTime": NOW,
            "LastModifiedTime": NOW,
        }
        self.respond("sagemaker", "describe_endpoint", described | more)

    def images_today(self, *counts: int) -> None:
        items = [{"pk": {"S": "*"}, "used": {"N": str(count)}} for count in counts]
        self.respond("dynamodb", "batch_get_item", {"Responses": {"Records-1": items}})

    def concurrency(self, limit: int) -> None:
        settings = {"AccountLimit": {"ConcurrentExecutions": limit}}
        self.respond("lambda", "get_account_settings", settings)

    def mails(self, configuration: Mapping[str, Any]) -> None:
        pool = {"UserPool": {"Id": POOL, "EmailConfiguration": dict(configuration)}}
        self.respond("cognito-idp", "describe_user_pool", pool)

    def ses(self, *, production: bool) -> None:
        quota = {"Max24HourSend": 50_000.0, "MaxSendRate": 14.0, "SentLast24Hours": 12.0}
        account = {"ProductionAccessEnabled": production, "SendQuota": quota}
        self.respond("sesv2", "get_account", account)

    def findings(self) -> dict[str, Finding]:
        http = httpx.Client(transport=httpx.MockTransport(self._serve))
        outputs = decode(self.outputs)
        found = checks.examine(outputs, clients=self._client, http=http, now=NOW)
        return {finding.subject: finding for finding in found}

    def _serve(self, request: httpx.Request) -> httpx.Response:
        if str(request.url).rstrip("/") in self.unreachable:
            raise httpx.ConnectError("unreachable")
        return self.answers.get(str(request.url).rstrip("/"), httpx.Response(404))

    def _stubber(self, service: str) -> Stubber:
        if service not in self.stubbers:
            client = _client(service)
            self.clients[service] = client
            _ACTIVE.append(self.stubbers.setdefault(service, Stubber(client)))
            self.stubbers[service].activate()
        return self.stubbers[service]

    def _client(self, service: str) -> Any:
        self._stubber(service)
        return self.clients[service]


def decode(outputs: Mapping[str, Any]) -> Outputs:
    import msgspec

    return msgspec.json.decode(json.dumps(outputs), type=Outputs)


@pytest.mark.parametrize("region", REGIONS)
def test_a_healthy_studio_is_fine(region: str) -> None:
    found = Cloud(region).healthy().findings()

    assert [one for one in found.values() if one.verdict is not Verdict.FINE] == []
    assert list(found) == [
        "Page",
        "Page's settings",
        "Content-Security-Policy",
        "AppSync",
        "HTTP API",
        "Sign-in",
        "Endpoint",
        "Daily quota",
        "Lambda concurrency",
        "Mails",
    ]
    assert f"images-1a2b.s3.{region}.amazonaws.com" in found["Content-Security-Policy"].found
    assert found["Daily quota"].found == "7 of 500 images used today"


@pytest.mark.parametrize(
    ("part", "replacement", "blocked"),
    [
        (
            "https://images-1a2b.s3.us-east-1.amazonaws.com",
            "https://images-1a2b.s3.amazonaws.com",
            "images (img-src https://images-1a2b.s3.us-east-1.amazonaws.com)",
        ),
        ("https://cognito-idp.us-east-1.amazonaws.com", "", "sign-in (connect-src"),
        ("wss://", "ws://", "live updates (connect-src wss://ab12.appsync-realtime-api."),
    ],
)
def test_a_policy_that_blocks_a_part_of_the_page_is_found(
    part: str, replacement: str, blocked: str
) -> None:
    cloud = Cloud("us-east-1").healthy()
    headers = cloud.answers[cloud.outputs["custom"]["page_url"]].headers
    assert part in headers["content-security-policy"]
    changed = headers["content-security-policy"].replace(part, replacement)
    headers["content-security-policy"] = changed

    found = cloud.findings()["Content-Security-Policy"]

    assert found.verdict is Verdict.FAULTY
    assert blocked in found.found


def test_a_page_without_headers_or_of_another_deployment_is_found() -> None:
    cloud = Cloud().healthy()
    url = cloud.outputs["custom"]["page_url"]
    other = page_outputs(amplify_outputs(stack_outputs(pool="eu-central-1_Other")))
    cloud.answers[url] = httpx.Response(200)
    cloud.answers[url + "/amplify_outputs.json"] = httpx.Response(200, json=other)

    found = cloud.findings()

    assert found["Content-Security-Policy"].found == "the page has none"
    assert found["Page's settings"].found == "the page uses the user pool eu-central-1_Other"
    assert found["Page's settings"].verdict is Verdict.FAULTY


def test_parts_that_do_not_answer_are_found() -> None:
    cloud = Cloud().healthy()
    cloud.unreachable = {cloud.outputs["custom"]["page_url"], cloud.outputs["data"]["url"]}
    cloud.answers[cloud.outputs["custom"]["http_url"]] = httpx.Response(200)
    del cloud.answers[next(url for url in cloud.answers if url.endswith("jwks.json"))]

    found = cloud.findings()

    for subject in ("Page", "AppSync", "HTTP API", "Sign-in"):
        assert found[subject].verdict is Verdict.FAULTY
        assert found[subject].remedy
    assert "Content-Security-Policy" not in found
    assert "HTTP 200 without a token" in found["HTTP API"].found


@pytest.mark.parametrize(
    ("prepare", "verdict", "text"),
    [
        (lambda cloud: cloud.endpoint("Creating"), Verdict.LIMITED, "is being created"),
        (
            lambda cloud: cloud.endpoint("Failed", FailureReason="no capacity"),
            Verdict.FAULTY,
            "has the status Failed: no capacity",
        ),
        (
            lambda cloud: cloud.refuse("sagemaker", "describe_endpoint", "ValidationException"),
            Verdict.MISSING,
            "there is no endpoint genai-studio in eu-central-1",
        ),
        (
            lambda cloud: cloud.refuse("sagemaker", "describe_endpoint", "AccessDeniedException"),
            Verdict.UNKNOWN,
            "your credentials do not allow sagemaker:DescribeEndpoint",
        ),
        (
            lambda cloud: cloud.refuse("sagemaker", "describe_endpoint", "ExpiredTokenException"),
            Verdict.UNKNOWN,
            "AWS rejects the credentials",
        ),
    ],
)
def test_endpoint_states(prepare: Callable[[Cloud], None], verdict: Verdict, text: str) -> None:
    cloud = Cloud()
    prepare(cloud)
    cloud.images_today()
    cloud.concurrency(1000)
    cloud.mails({})

    found = cloud.findings()["Endpoint"]

    assert found.verdict is verdict
    assert text in found.found
    assert found.remedy


def test_limits_name_what_raises_them() -> None:
    cloud = Cloud()
    cloud.endpoint("InService")
    cloud.images_today(440, 20, -5)
    cloud.concurrency(10)
    cloud.mails({"EmailSendingAccount": "COGNITO_DEFAULT"})

    found = cloud.findings()

    for subject, state, remedy in (
        ("Daily quota", "455 of 500 images", "GENAI_STUDIO_DAILY_IMAGES_STUDIO"),
        ("Lambda concurrency", "10 concurrent executions", "L-B99A9384"),
        ("Mails", "at most 50 mails a day", "GENAI_STUDIO_EMAIL_SENDER"),
    ):
        assert found[subject].verdict is Verdict.LIMITED
        assert state in found[subject].found
        assert remedy in found[subject].remedy


def test_the_sandbox_of_ses_is_a_limit() -> None:
    cloud = Cloud()
    cloud.endpoint("InService")
    cloud.images_today()
    cloud.concurrency(1000)
    cloud.mails({"EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:x:1:identity/a"})
    cloud.ses(production=False)

    found = cloud.findings()["Mails"]

    assert found.verdict is Verdict.LIMITED
    assert "sandbox" in found.found


def test_missing_permissions_are_reported_and_do_not_fail() -> None:
    cloud = Cloud()
    for service, operation in (
        ("sagemaker", "describe_endpoint"),
        ("dynamodb", "batch_get_item"),
        ("lambda", "get_account_settings"),
        ("cognito-idp", "describe_user_pool"),
    ):
        cloud.refuse(service, operation, "AccessDeniedException")

    found = list(cloud.findings().values())[-4:]

    assert {one.verdict for one in found} == {Verdict.UNKNOWN}
    assert [one.remedy.split()[1] for one in found] == [
        "sagemaker:DescribeEndpoint",
        "dynamodb:BatchGetItem",
        "lambda:GetAccountSettings",
        "cognito-idp:DescribeUserPool",
    ]


def test_missing_credentials_are_reported_and_do_not_fail() -> None:
    def no_credentials(service: str) -> Any:
        raise NoCredentialsError

    cloud = Cloud()
    http = httpx.Client(transport=httpx.MockTransport(cloud._serve))
    outputs = decode(cloud.outputs)
    found = list(checks.examine(outputs, clients=no_credentials, http=http, now=NOW))

    unknown = [one for one in found if one.verdict is Verdict.UNKNOWN]
    assert len(unknown) == 4
    assert all("aws configure sso" in one.remedy for one in unknown)


def test_outputs_without_limits_are_of_an_earlier_release() -> None:
    cloud = Cloud().healthy()
    del cloud.outputs["custom"]["daily_images_studio"]

    found = cloud.findings()["Daily quota"]

    assert (found.verdict, found.found) == (Verdict.UNKNOWN, "7 images today")


def test_the_published_outputs_are_not_enough(tmp_path: Path) -> None:
    path = tmp_path / "amplify_outputs.json"
    with pytest.raises(CommandFailed, match="make deploy"):
        read_outputs(path)
    path.write_text(json.dumps(page_outputs(Cloud().outputs)))
    with pytest.raises(CommandFailed, match="use the one that `make deploy` wrote"):
        read_outputs(path)


@pytest.mark.parametrize(("verdict", "code"), [(Verdict.LIMITED, 0), (Verdict.FAULTY, 1)])
def test_doctor_prints_the_findings(
    verdict: Verdict,
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "outputs.json"
    path.write_text(json.dumps(Cloud().outputs))
    finding = Finding("Mails", verdict, "50 a day", "Use SES.")
    monkeypatch.setattr(checks, "examine", lambda outputs: iter([finding]))

    assert app.run(["doctor", "--aws", "--outputs", str(path)]) == code
    assert capsys.readouterr().out.split() == [
        str(verdict),
        "Mails",
        *["50", "a", "day.", "Use", "SES."],
    ]
