"""Local signed URLs: lifetime, stability within a period, and validation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_studio.local.images.object_keys import InvalidKey
from genai_studio.local.images.signed_urls import PERIOD, InvalidSignedUrl, SignedUrls
from tests.builders import NOON

KEY = "alice/0/1/0.png"
URLS = SignedUrls(b"s" * 32)
times = st.datetimes(datetime(2024, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(times)
def test_a_url_is_valid_for_10_to_15_minutes(now: datetime) -> None:
    left = URLS.sign(KEY, now).expires_at - now

    assert timedelta(minutes=10) < left <= timedelta(minutes=15)


def test_urls_of_one_period_are_equal() -> None:
    first = URLS.sign(KEY, NOON)

    assert URLS.sign(KEY, NOON + PERIOD - timedelta(milliseconds=1)) == first
    assert URLS.sign(KEY, NOON + PERIOD) != first


def test_urls_are_relative_or_have_the_base_url() -> None:
    elsewhere = SignedUrls(b"s" * 32, "https://studio.example/")

    assert URLS.sign(KEY, NOON).url.startswith(f"/images/{KEY}?expires=")
    assert elsewhere.sign(KEY, NOON).url.startswith(f"https://studio.example/images/{KEY}?")


@given(
    st.none()
    | st.text(min_size=1).filter(lambda name: not any("\ud800" <= c <= "\udfff" for c in name))
)
def test_any_download_name_is_restored(name: str | None) -> None:
    path, _, query = URLS.sign(KEY, NOON, name).url.partition("?")

    found = URLS.verify(path, query, NOON)

    assert (found.key, found.download_name) == (KEY, name)


def test_a_url_signed_with_another_secret_is_rejected() -> None:
    path, _, query = SignedUrls(b"t" * 32).sign(KEY, NOON).url.partition("?")

    with pytest.raises(InvalidSignedUrl, match="signature"):
        URLS.verify(path, query, NOON)


def test_an_expired_url_is_rejected() -> None:
    signed = URLS.sign(KEY, NOON)
    path, _, query = signed.url.partition("?")

    URLS.verify(path, query, signed.expires_at - timedelta(milliseconds=1))
    with pytest.raises(InvalidSignedUrl, match="expired"):
        URLS.verify(path, query, signed.expires_at)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "expires",
        "expires=&signature=",
        "expires=x&signature=y",
        "expires=1e9&signature=y",
        "expires=99999999999999999999&signature=y",
        "expires=-1&signature=y",
        "expires=1&expires=2&signature=y",
        "expires=1&signature=\u0661",
        "expires=1&signature=%ff",
        "&" * 100,
    ],
)
def test_malformed_queries_are_rejected(query: str) -> None:
    with pytest.raises(InvalidSignedUrl):
        URLS.verify(f"/images/{KEY}", query, NOON)


@given(st.text(), st.text())
def test_arbitrary_paths_and_queries_are_rejected(path: str, query: str) -> None:
    with pytest.raises(InvalidSignedUrl):
        URLS.verify(path, query, NOON)


def test_only_valid_keys_can_be_signed() -> None:
    with pytest.raises(InvalidKey):
        URLS.sign("../records.sqlite3", NOON)


def test_a_short_secret_is_rejected() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        SignedUrls(b"short")


def test_error_messages_contain_no_part_of_the_url() -> None:
    with pytest.raises(InvalidSignedUrl) as refused:
        URLS.verify(f"/images/{KEY}", "expires=1&signature=hunter2", NOON)

    assert "hunter2" not in str(refused.value)
    assert "alice" not in str(refused.value)
