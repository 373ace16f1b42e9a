"""A client disconnect cancels the work of that client only."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import islice

import httpx
import pytest

from genai_studio.inference.http.app import create_app
from genai_studio.inference.sampling.served_model import ModelRegistry, ServedModel
from tests.serving.gate import WAIT_SECONDS, Gate
from tests.serving.live_server import live_server
from tests.serving.toy_pipeline import ToyPipeline

BODY = {"prompt": "x", "width": 64, "height": 64, "num_inference_steps": 500}


@dataclass(frozen=True)
class Held:
    url: str
    gate: Gate
    pipeline: ToyPipeline


@pytest.fixture
def held() -> Iterator[Held]:
    gate = Gate()
    pipeline = ToyPipeline(gate)
    app = create_app(ModelRegistry(ServedModel("toy", lambda: pipeline)), waiting=1)
    with live_server(app) as url:
        yield Held(url, gate, pipeline)
        gate.open()


def stream_and_disconnect(held: Held) -> None:
    headers = {"Accept": "application/x-ndjson"}
    with httpx.stream("POST", f"{held.url}/invocations", json=BODY, headers=headers) as answer:
        held.gate.wait_until_held()
        held.gate.let_through(3)
        lines = answer.iter_lines()
        while '"step":3' not in next(lines):
            pass


def request_and_disconnect(held: Held) -> None:
    with httpx.Client() as client, ThreadPoolExecutor() as threads:
        pending = threads.submit(client.post, f"{held.url}/invocations", json=BODY, timeout=0.5)
        held.gate.wait_until_held()
        held.gate.let_through(3)
        with pytest.raises(httpx.ReadTimeout):
            pending.result()


@pytest.mark.parametrize("disconnect", [stream_and_disconnect, request_and_disconnect])
def test_a_disconnect_stops_the_sampling_before_its_next_step(
    held: Held, disconnect: Callable[[Held], None]
) -> None:
    disconnect(held)
    # The gate holds the sampling at a step until the server notices the disconnect.
    while not held.pipeline.canceled.is_set():
        held.gate.let_through()
        held.pipeline.canceled.wait(0.05)
    assert held.pipeline.steps_done < 500


def test_a_disconnect_frees_the_slot_for_the_next_caller(held: Held) -> None:
    stream_and_disconnect(held)
    held.gate.open()
    answer = httpx.post(f"{held.url}/invocations", json=BODY, timeout=WAIT_SECONDS)
    assert answer.status_code == 200


def test_callers_beyond_the_queue_are_throttled_on_both_paths(held: Held) -> None:
    def post() -> int:
        url = f"{held.url}/invocations"
        return httpx.post(url, json=BODY, timeout=WAIT_SECONDS).status_code

    with ThreadPoolExecutor() as threads:
        pending = [threads.submit(post) for _ in range(4)]
        held.gate.wait_until_held()
        first_two = [done.result() for done in islice(as_completed(pending), 2)]
        typed = httpx.post(f"{held.url}/endpoints/toy/invocations", json=BODY)
        stream = httpx.post(f"{held.url}/endpoints/toy/invocations-response-stream", json=BODY)
        held.gate.open()
        statuses = sorted(done.result() for done in pending)
    assert first_two == [429, 429]
    assert statuses == [200, 200, 429, 429]
    for answer in (typed, stream):
        assert answer.headers["x-amzn-errortype"] == "ThrottlingException"
