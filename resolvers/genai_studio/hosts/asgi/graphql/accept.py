"""Content negotiation between the two GraphQL response formats."""

from __future__ import annotations

from functools import lru_cache

RESPONSE_JSON = "application/graphql-response+json"
"""The status code reflects request errors."""

JSON = "application/json"
"""The legacy format: status 200 for every well-formed GraphQL request."""

_PATTERNS = {RESPONSE_JSON: RESPONSE_JSON, JSON: JSON, "application/*": JSON, "*/*": JSON}


@lru_cache(64)
def negotiate(accept: str | None) -> str | None:
    """Return the media type of the response; None if the client accepts neither.

    The highest `q` wins, then the first entry. Without a preference, the
    response is `application/json`.
    """
    if accept is None or not accept.strip():
        return JSON
    best: tuple[float, str | None] = (0.0, None)
    for part in accept.split(","):
        pattern, *parameters = (piece.strip().lower() for piece in part.split(";"))
        media_type = _PATTERNS.get(pattern)
        quality = _quality(parameters)
        if media_type is not None and _is_utf8(parameters) and quality > best[0]:
            best = (quality, media_type)
    return best[1]


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def _is_utf8(parameters: list[str]) -> bool:
    charsets = [
        value for name, _, value in (p.partition("=") for p in parameters) if name == "charset"
    ]
    return all(charset.strip('"') in {"utf-8", "utf8"} for charset in charsets)
