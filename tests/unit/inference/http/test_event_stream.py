from typing import Any

from botocore.eventstream import EventStreamBuffer
from hypothesis import given
from hypothesis import strategies as st

from genai_studio.inference.http.event_stream import payload_part
from tests.unhurried import unhurried


@unhurried
@given(payloads=st.lists(st.binary(max_size=300), max_size=5), cut=st.integers(1, 50))
def test_botocore_decodes_frames_in_chunks_of_any_size(payloads: list[bytes], cut: int) -> None:
    wire = b"".join(payload_part(payload) for payload in payloads)
    buffer = EventStreamBuffer()
    read: list[Any] = []
    for start in range(0, len(wire), cut):
        buffer.add_data(wire[start : start + cut])
        read += list(buffer)
    assert [event.payload for event in read] == payloads
    assert all(event.headers[":event-type"] == "PayloadPart" for event in read)
    assert all(event.headers[":message-type"] == "event" for event in read)
