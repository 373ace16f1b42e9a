from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from genai_studio.aws.user_pool import UserPool
from genai_studio.bootstrap.local import local_studio
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.settings import read_settings
from tests.fakes.app import an_app

POOL = "eu-central-1_Ab12Cd34E"
CLIENT = "1example23456789"


def test_pool_in_aws_derives_urls_from_id() -> None:
    pool = UserPool(POOL, CLIENT)

    assert pool.region == "eu-central-1"
    assert pool.endpoint == "https://cognito-idp.eu-central-1.amazonaws.com"
    assert pool.issuer == f"https://cognito-idp.eu-central-1.amazonaws.com/{POOL}"
    assert pool.keys_url == f"{pool.issuer}/.well-known/jwks.json"


def test_pool_with_own_endpoint_keeps_aws_issuer() -> None:
    pool = UserPool(POOL, CLIENT, "http://127.0.0.1:4566")

    assert pool.issuer == f"https://cognito-idp.eu-central-1.amazonaws.com/{POOL}"
    assert pool.keys_url == f"http://127.0.0.1:4566/{POOL}/.well-known/jwks.json"


@pytest.mark.parametrize("pool_id", ["", "pool", "eu-central-1", "x/../y_A", f"{POOL}/a"])
def test_rejects_invalid_pool_id(pool_id: str) -> None:
    with pytest.raises(ValueError, match="eu-central-1_"):
        UserPool(pool_id, CLIENT)


@pytest.mark.parametrize(
    "endpoint",
    [
        "127.0.0.1:4566",
        "ftp://127.0.0.1",
        "https://a.example/path",
        "https://a.example?x",
        "https://user@a.example",
        "https://a.example; script-src *",
        "https://a.example *",
        "https://a.example:port",
        "https://",
    ],
)
def test_rejects_endpoint_that_is_not_an_origin(endpoint: str) -> None:
    with pytest.raises(ValueError, match="4566"):
        UserPool(POOL, CLIENT, endpoint)


@pytest.mark.parametrize("client_id", ["", "a b", "a;b", "a" * 129])
def test_rejects_invalid_client_id(client_id: str) -> None:
    with pytest.raises(ValueError, match="letters and digits"):
        UserPool(POOL, client_id)


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({"COGNITO_USER_POOL": POOL}, "GENAI_STUDIO_COGNITO_CLIENT"),
        ({"COGNITO_CLIENT": CLIENT}, "GENAI_STUDIO_COGNITO_USER_POOL"),
        ({"COGNITO_USER_POOL": "pool", "COGNITO_CLIENT": CLIENT}, "looks like eu-central-1_"),
    ],
)
def test_incomplete_pool_settings_are_rejected(
    tmp_path: Path, environment: dict[str, str], complaint: str
) -> None:
    settings = read_settings(
        {f"GENAI_STUDIO_{name}": value for name, value in environment.items()}, data_dir=tmp_path
    )
    with pytest.raises(StudioUnavailable, match=complaint):
        local_studio(settings)


@pytest.mark.anyio
async def test_amplify_outputs_describe_pool_in_aws(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("the page")
    (tmp_path / "graphiql.html").write_text("the explorer")
    transport = httpx.ASGITransport(an_app(web_dir=tmp_path, user_pool=UserPool(POOL, CLIENT)).app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        outputs = (await client.get("/amplify_outputs.json")).json()
        pages = [await client.get(path) for path in ("/", "/graphiql")]

    assert outputs["auth"] == {
        "user_pool_id": POOL,
        "user_pool_client_id": CLIENT,
        "aws_region": "eu-central-1",
        "username_attributes": ["email"],
        "standard_required_attributes": ["email"],
        "user_verification_types": ["email"],
    }
    assert "userPoolEndpoint" not in outputs["custom"]["studio"]
    for page in pages:
        policy = page.headers["content-security-policy"]
        assert "connect-src 'self' https://cognito-idp.eu-central-1.amazonaws.com;" in policy
