"""Presigned URLs are cacheable, expire after 15 minutes, and not after their credentials."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.credentials import Credentials, RefreshableCredentials

from genai_studio.aws.client import s3_client
from genai_studio.aws.images.presigned_urls import LIFETIME, PERIOD
from genai_studio.aws.images.store import S3Images
from tests.builders import NOON, ManualClock

KEY = "owner/generation/1/0.png"


def images(clock: ManualClock, credentials: Credentials | None = None) -> S3Images:
    client = s3_client(
        "eu-central-1", aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="example"
    )
    return S3Images(client, "studio-images", credentials or Credentials("AK", "SK"), clock)


def fields(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_url_contains_bucket_region_and_response_headers() -> None:
    url = images(ManualClock()).sign(KEY).url

    assert url.startswith(f"https://studio-images.s3.eu-central-1.amazonaws.com/{KEY}?")
    parameters = fields(url)
    assert parameters["response-content-type"] == "image/png"
    assert parameters["response-content-disposition"] == "inline"
    assert int(parameters["X-Amz-Expires"]) <= 900


def test_download_name_supports_unicode() -> None:
    url = images(ManualClock()).sign(KEY, download_name='苹果 "1".png').url

    assert fields(url)["response-content-disposition"] == (
        "attachment; filename=\"__ _1_.png\"; filename*=UTF-8''%E8%8B%B9%E6%9E%9C%20%221%22.png"
    )


def test_url_is_stable_within_period() -> None:
    clock = ManualClock(NOON + timedelta(seconds=1))
    store = images(clock)
    first = store.sign(KEY)

    clock.advance(PERIOD - timedelta(seconds=2))
    assert store.sign(KEY) == first
    clock.advance(1)
    assert store.sign(KEY) != first


def test_url_is_valid_for_10_to_15_minutes() -> None:
    clock = ManualClock()
    store = images(clock)

    for _ in range(60):
        left = store.sign(KEY).expires_at - clock.now()
        assert LIFETIME - PERIOD < left <= LIFETIME
        clock.advance(17)


@pytest.mark.parametrize("minutes", [11, 14, 600])
def test_url_expires_no_later_than_its_credentials(minutes: int) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    ends = now + timedelta(minutes=minutes)
    metadata = {
        "access_key": "AK",
        "secret_key": "SK",
        "token": "a session",
        "expiry_time": ends.isoformat(),
    }
    credentials = RefreshableCredentials.create_from_metadata(
        metadata, refresh_using=lambda: metadata, method="role", mandatory_timeout=1
    )

    signed = images(ManualClock(now), credentials).sign(KEY)

    assert signed.expires_at <= ends
    assert signed.expires_at - now <= LIFETIME
    assert fields(signed.url)["X-Amz-Security-Token"] == "a session"
