"""Encode PayloadPart events in Amazon's event-stream format.

A message consists of the total length and the header length (big-endian uint32
each), their CRC-32, the headers, the payload, and the CRC-32 of everything before
it. A header consists of the length of its name (one byte), its name, the type 7
(string), the length of its value (uint16) and its value. Source:
https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html
("Event stream encoding"). botocore/eventstream.py decodes the format.
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
    """Encode one PayloadPart event that carries `payload`."""
    total = 12 + len(_PAYLOAD_PART) + len(payload) + 4
    lengths = struct.pack("!II", total, len(_PAYLOAD_PART))
    prelude = lengths + struct.pack("!I", crc32(lengths))
    message = prelude + _PAYLOAD_PART + payload
    return message + struct.pack("!I", crc32(message))
