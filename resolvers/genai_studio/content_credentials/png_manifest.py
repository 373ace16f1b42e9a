"""Remove the chunk of a PNG that contains its Content Credentials."""

from __future__ import annotations

from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHUNK = b"caBX"
_OVERHEAD = 12
"""Bytes of a chunk besides its data: length, type and checksum."""


def without_manifest(png: bytes) -> bytes:
    """Return a PNG without its Content Credentials. Other data is returned as it is."""
    kept, end = [png[: len(SIGNATURE)]], len(SIGNATURE)
    for kind, begin, end in _chunks(png):
        if kind != CHUNK:
            kept.append(png[begin:end])
    return b"".join(kept) + png[end:]


def _chunks(png: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield type, begin and end of each complete chunk. Other data than PNG has none."""
    if not png.startswith(SIGNATURE):
        return
    begin = len(SIGNATURE)
    while begin + _OVERHEAD <= len(png):
        length = int.from_bytes(png[begin : begin + 4], "big")
        end = begin + _OVERHEAD + length
        if end > len(png):
            return
        yield png[begin + 4 : begin + 8], begin, end
        begin = end
