"""What an operator asks for, checked before anything is asked of AWS."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from studio_endpoint.container import Container, has_gpu
from studio_endpoint.errors import InvalidChoice

VARIANT = "AllTraffic"
"""The one production variant; the name that SageMaker's own console gives it."""

TAG = "genai-studio"
"""Key of the tag on everything that is made here; its value is the endpoint's name."""

_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+")
_INSTANCE = re.compile(r"ml\.[a-z0-9-]+\.[a-z0-9]+")
_TOPIC = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w.-]+")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


class Mode(StrEnum):
    """How an endpoint is called, and whether it can rest.

    The names are those of `GENAI_STUDIO_SAGEMAKER_MODE`, but for `scale-to-zero`:
    an endpoint of inference components, called like a real-time one.
    """

    REAL_TIME = "real-time"
    SCALE_TO_ZERO = "scale-to-zero"
    ASYNC = "async"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """An endpoint as it shall be.

    Attributes:
        name: Of the endpoint, and of its model, configuration and component.
        region: AWS region.
        mode: See `Mode`.
        container: What it runs.
        instance_type: Such as `ml.g5.xlarge`.
        minimum: Instances that are always there; 0 only where it can rest.
        maximum: Instances at most; more than `minimum` turns autoscaling on.
        role_arn: Execution role of the container.
        bucket: The studio's bucket, in which an async endpoint answers.
        success_topic: SNS topic told of each answer, or None.
        error_topic: SNS topic told of each failure, or None.

    Raises:
        InvalidChoice: Something of it is not what AWS would take.
    """

    name: str
    region: str
    mode: Mode
    container: Container
    instance_type: str
    minimum: int
    maximum: int
    role_arn: str
    bucket: str | None = None
    success_topic: str | None = None
    error_topic: str | None = None

    def __post_init__(self) -> None:
        """Check it."""
        checked_name(self.name)
        _matches(_ROLE, self.role_arn, "--role", "arn:aws:iam::ACCOUNT:role/NAME")
        _matches(_INSTANCE, self.instance_type, "--instance", "a type such as ml.g5.xlarge")
        lowest = 1 if self.mode is Mode.REAL_TIME else 0
        if self.minimum < lowest:
            raise InvalidChoice(
                f"--min {self.minimum}: a {self.mode} endpoint has at least {lowest}. "
                f"--mode scale-to-zero and --mode async can rest at 0."
            )
        if self.maximum < max(self.minimum, 1):
            raise InvalidChoice(f"--max {self.maximum}: less than --min, or no instance at all.")
        self._check_async()

    @property
    def gpu(self) -> bool:
        """Whether its instances have one."""
        return has_gpu(self.instance_type)

    @property
    def autoscales(self) -> bool:
        """Whether the number of its instances changes by itself."""
        return self.maximum > self.minimum

    def _check_async(self) -> None:
        given = (self.bucket, self.success_topic, self.error_topic)
        if self.mode is not Mode.ASYNC:
            if any(given):
                raise InvalidChoice("--bucket and the topics belong to --mode async.")
            return
        if self.bucket is None:
            raise InvalidChoice("--mode async needs --bucket, the studio's OUT_S3_BUCKET_NAME.")
        _matches(_BUCKET, self.bucket, "--bucket", "the name of a bucket")
        for option, topic in (
            ("--success-topic", self.success_topic),
            ("--error-topic", self.error_topic),
        ):
            if topic is not None:
                _matches(_TOPIC, topic, option, "arn:aws:sns:REGION:ACCOUNT:NAME")


def checked_name(name: str) -> str:
    """The name, if it is one that SageMaker takes.

    Raises:
        InvalidChoice: It is not.
    """
    if not _NAME.fullmatch(name):
        raise InvalidChoice(
            f"“{name}” is no endpoint name: letters, digits and single hyphens between them, "
            "63 at most."
        )
    return name


def _matches(pattern: re.Pattern[str], text: str, option: str, expected: str) -> None:
    if not pattern.fullmatch(text):
        raise InvalidChoice(f"{option} {text}: expected {expected}.")
