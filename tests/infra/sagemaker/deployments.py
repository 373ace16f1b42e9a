"""Deployments of each kind, and a way to carry them out without waiting."""

from __future__ import annotations

from typing import Any

from studio_endpoint.container import Container, own_container
from studio_endpoint.deployment import Deployment, Mode
from studio_endpoint.waiting import POLL_SECONDS, Waiting
from tests.infra.sagemaker.control_plane import ACCOUNT, REGION, ROLE, ControlPlane

NAME = "studio-sd21"
GPU = "ml.g5.xlarge"
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/genai-studio-inference:1"
ARCHIVE = "s3://our-models/sd21/model.tar.gz"
BUCKET = "our-pictures"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:genai-studio-async"


def a_container() -> Container:
    return own_container(IMAGE, ARCHIVE, {"GENAI_STUDIO_INFERENCE_SLOTS": "1"}, gpu=True)


def a_deployment(mode: Mode = Mode.REAL_TIME, **fields: Any) -> Deployment:
    """One that scales, so that every step there is in its mode is taken."""
    standard: dict[str, Any] = {
        "name": NAME,
        "region": REGION,
        "mode": mode,
        "container": a_container(),
        "instance_type": GPU,
        "minimum": 1 if mode is Mode.REAL_TIME else 0,
        "maximum": 2,
        "role_arn": ROLE,
    }
    if mode is Mode.ASYNC:
        standard |= {"bucket": BUCKET, "success_topic": TOPIC, "error_topic": TOPIC}
    return Deployment(**(standard | fields))


class Impatient:
    """A clock whose sleeps take no time, and what was told meanwhile."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.told: list[str] = []

    def waiting(self, plane: ControlPlane) -> Waiting:
        return Waiting(plane.clients, self.told.append, self._sleep, lambda: self.seconds)

    def _sleep(self, seconds: float) -> None:
        assert seconds == POLL_SECONDS
        self.seconds += seconds
