"""Amazon's event-stream encoding, as much of it as PayloadPart events need.

A message is: total length and header length (big-endian uint32 each), their
CRC-32, the headers, the payload, and the CRC-32 of all before it. A header is
its name's length (one byte), its name, the type 7 (string), its value's length
(uint16) and its value. Source:
https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html
(“Event stream encoding”), and botocore/eventstream.py, which decodes it.
"""

from __future__ import annotations

import struct
from binascii import crc32

CONTENT_TYPE = "application/vnd.amazon.eventstream"
_STRING = 7


def _header(name: str, value: str) -> bytes:
    key, text = name.encode(), value.encode()
    return struct.pack(f"!B{len(key)}sBH", len(key), key, _STRING, len(text)) + text


_PAYLOAD_PART = (
    _header(":event-type", "PayloadPart")
    + _header(":content-type", "application/octet-stream")
    + _header(":message-type", "event")
)


def payload_part(payload: bytes) -> bytes:
    """One PayloadPart event that carries `payload`, as it goes over the wire."""
    total = 12 + len(_PAYLOAD_PART) + len(payload) + 4
    lengths = struct.pack("!II", total, len(_PAYLOAD_PART))
    prelude = lengths + struct.pack("!I", crc32(lengths))
    message = prelude + _PAYLOAD_PART + payload
    return message + struct.pack("!I", crc32(message))
