"""Deployments of each mode, and a clock that lets them run without waiting."""

from __future__ import annotations

from typing import Any

from studio_endpoint.aws.waiter import POLL_SECONDS, Waiter
from studio_endpoint.specification.container import Container, own_container
from studio_endpoint.specification.deployment import Deployment, Mode
from tests.infra.sagemaker.control_plane import ACCOUNT, REGION, ROLE, ControlPlane

NAME = "studio-sd21"
GPU = "ml.g5.xlarge"
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/genai-studio-inference:1"
ARCHIVE = "s3://our-models/sd21/model.tar.gz"
BUCKET = "our-images"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:genai-studio-async"


def make_container() -> Container:
    return own_container(IMAGE, ARCHIVE, {"GENAI_STUDIO_INFERENCE_SLOTS": "1"}, gpu=True)


def make_deployment(mode: Mode = Mode.REAL_TIME, **fields: Any) -> Deployment:
    """Create a deployment with autoscaling, so that its plan has every step of its mode."""
    defaults: dict[str, Any] = {
        "name": NAME,
        "region": REGION,
        "mode": mode,
        "container": make_container(),
        "instance_type": GPU,
        "minimum": 1 if mode is Mode.REAL_TIME else 0,
        "maximum": 2,
        "role_arn": ROLE,
    }
    if mode is Mode.ASYNC:
        defaults |= {"bucket": BUCKET, "success_topic": TOPIC, "error_topic": TOPIC}
    return Deployment(**(defaults | fields))


class FakeClock:
    """A clock whose sleeps take no time. Records the reported messages.

    Attributes:
        seconds: The current time, which is the sum of all sleeps.
        messages: The reported messages, in order.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self.messages: list[str] = []

    def waiter(self, plane: ControlPlane) -> Waiter:
        return Waiter(plane.clients, self.messages.append, self._sleep, lambda: self.seconds)

    def _sleep(self, seconds: float) -> None:
        assert seconds == POLL_SECONDS
        self.seconds += seconds
