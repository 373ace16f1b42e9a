"""What the GraphQL endpoint reads of a request."""

from __future__ import annotations

import pytest
from starlette.types import Message

from genai_studio.hosts.asgi.graphql.http_request import BodyTooLarge, HttpRequest, IncompleteBody

pytestmark = pytest.mark.anyio


def a_request(*messages: Message, headers: tuple[tuple[bytes, bytes], ...] = ()) -> HttpRequest:
    waiting = list(messages)

    async def receive() -> Message:
        return waiting.pop(0)

    return HttpRequest({"type": "http", "method": "POST", "headers": list(headers)}, receive)


def part(body: bytes, *, more: bool) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def test_the_first_of_several_headers_counts() -> None:
    request = a_request(headers=((b"authorization", b"first"), (b"authorization", b"second")))

    assert request.header(b"authorization") == "first"
    assert request.header(b"accept") is None


async def test_joins_the_parts_of_a_body() -> None:
    request = a_request(part(b"{", more=True), part(b"", more=True), part(b"}", more=False))

    assert await request.body(limit=2) == b"{}"


async def test_a_body_that_ends_early_is_incomplete() -> None:
    request = a_request(part(b"{}", more=True), {"type": "http.disconnect"})

    with pytest.raises(IncompleteBody):
        await request.body(limit=100)


async def test_a_body_without_declared_length_is_limited() -> None:
    request = a_request(part(b"xx", more=True), part(b"x", more=False))

    with pytest.raises(BodyTooLarge):
        await request.body(limit=2)


async def test_nothing_is_received_if_the_declared_length_exceeds_the_limit() -> None:
    with pytest.raises(BodyTooLarge):
        await a_request(headers=((b"content-length", b"3"),)).body(limit=2)
