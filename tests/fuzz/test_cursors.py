"""Cursors, IDs, object keys and signed URLs."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import strategies as st

from genai_studio.domain.errors import InvalidInput
from genai_studio.domain.ids import is_id, new_id
from genai_studio.local.images.object_keys import InvalidKey, checked_key, checked_prefix
from genai_studio.local.images.signed_urls import InvalidSignedUrl, SignedUrls
from genai_studio.sagemaker.exchange_keys import parse_invocation_key
from genai_studio.schema.types.cursor import decode_cursor, encode_cursor
from tests.builders import NOON
from tests.fuzz.fuzzing import assert_bounded_cost, fuzz, repeat
from tests.fuzz.inputs import TEXTS, mutated_text

ID = new_id()
KEY = f"{ID}/{ID}/1/0.png"
URLS = SignedUrls(b"s" * 32)
URL = URLS.sign(KEY, NOON, "a red apple.png").url
LONG = 256_000


def decode(cursor: str) -> None:
    with suppress(InvalidInput):
        assert is_id(decode_cursor(cursor))


def check_keys(key: str) -> None:
    for check in (checked_key, checked_prefix):
        with suppress(InvalidKey):
            assert ".." not in check(key)
    parse_invocation_key(key, "json")


def verify(url: str) -> None:
    path, _, query = url.partition("?")
    try:
        signed = URLS.verify(path, query, NOON)
    except InvalidSignedUrl:
        return
    assert (signed.key, signed.download_name) == (KEY, "a red apple.png")


@fuzz(TEXTS | mutated_text(encode_cursor(ID), encode_cursor("x" * 36)))
def test_cursor(cursor: str) -> None:
    decode(cursor)


@fuzz(TEXTS | mutated_text(KEY, f"{ID}/{ID}/", f"async/{ID}/{ID}/3/1.json"))
def test_object_key(key: str) -> None:
    check_keys(key)


@fuzz(mutated_text(URL) | st.tuples(TEXTS, TEXTS).map("?".join))
def test_signed_url(url: str) -> None:
    verify(url)


def test_cost_of_cursors_keys_and_urls() -> None:
    for text in ("A", "=", "\u0301", "a/", "a."):
        assert_bounded_cost(decode, repeat(text), LONG)
        assert_bounded_cost(check_keys, repeat(text), LONG)
    for text in ("9", "&", "%41", "&expires=1"):
        assert_bounded_cost(
            verify,
            repeat(text, f"/images/{KEY}?expires="),
            LONG,
        )
