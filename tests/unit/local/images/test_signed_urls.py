"""The same image has the same link for a while, so that a browser need not load it again."""

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
def test_a_link_lives_between_one_and_two_periods(now: datetime) -> None:
    left = URLS.sign(KEY, now).expires_at - now

    assert PERIOD < left <= 2 * PERIOD


def test_links_of_one_period_are_the_same_link() -> None:
    first = URLS.sign(KEY, NOON)

    assert URLS.sign(KEY, NOON + PERIOD - timedelta(milliseconds=1)) == first
    assert URLS.sign(KEY, NOON + PERIOD) != first


def test_it_is_a_path_on_this_host_or_absolute() -> None:
    elsewhere = SignedUrls(b"s" * 32, "https://studio.example/")

    assert URLS.sign(KEY, NOON).url.startswith(f"/images/{KEY}?expires=")
    assert elsewhere.sign(KEY, NOON).url.startswith(f"https://studio.example/images/{KEY}?")


@given(
    st.none()
    | st.text(min_size=1).filter(lambda name: not any("\ud800" <= c <= "\udfff" for c in name))
)
def test_any_file_name_survives(name: str | None) -> None:
    path, _, query = URLS.sign(KEY, NOON, name).url.partition("?")

    found = URLS.verify(path, query, NOON)

    assert (found.key, found.download_name) == (KEY, name)


def test_another_studios_link_is_refused() -> None:
    path, _, query = SignedUrls(b"t" * 32).sign(KEY, NOON).url.partition("?")

    with pytest.raises(InvalidSignedUrl, match="signature"):
        URLS.verify(path, query, NOON)


def test_an_expired_link_says_so() -> None:
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
def test_nonsense_is_refused(query: str) -> None:
    with pytest.raises(InvalidSignedUrl):
        URLS.verify(f"/images/{KEY}", query, NOON)


@given(st.text(), st.text())
def test_no_path_and_query_break_it(path: str, query: str) -> None:
    with pytest.raises(InvalidSignedUrl):
        URLS.verify(path, query, NOON)


def test_only_keys_can_be_signed() -> None:
    with pytest.raises(InvalidKey):
        URLS.sign("../records.sqlite3", NOON)


def test_a_short_secret_is_no_secret() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        SignedUrls(b"short")


def test_the_messages_tell_no_part_of_the_link() -> None:
    with pytest.raises(InvalidSignedUrl) as refused:
        URLS.verify(f"/images/{KEY}", "expires=1&signature=hunter2", NOON)

    assert "hunter2" not in str(refused.value)
    assert "alice" not in str(refused.value)
