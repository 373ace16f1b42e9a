"""The deployment that an operator requests, validated before any call."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from studio_endpoint.errors import InvalidOption
from studio_endpoint.specification.container import Container, has_gpu

VARIANT = "AllTraffic"
"""Name of the only production variant. SageMaker's console uses the same name."""

TAG = "genai-studio"
"""Key of the tag on every created resource. Its value is the endpoint's name."""

_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+")
_INSTANCE = re.compile(r"ml\.[a-z0-9-]+\.[a-z0-9]+")
_TOPIC = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w.-]+")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


class Mode(StrEnum):
    """How an endpoint is invoked, and whether it can scale to zero.

    The names are those of `GENAI_STUDIO_SAGEMAKER_MODE`, except `scale-to-zero`: an endpoint
    with an inference component, which is invoked like a real-time endpoint.
    """

    REAL_TIME = "real-time"
    SCALE_TO_ZERO = "scale-to-zero"
    ASYNC = "async"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """The specification of an endpoint.

    Attributes:
        name: Name of the endpoint, and of its model, configuration and component.
        region: AWS region.
        mode: How the endpoint is invoked.
        container: The container that it runs.
        instance_type: Instance type, such as `ml.g5.xlarge`.
        minimum: Minimum number of instances. 0 only if the mode can scale to zero.
        maximum: Maximum number of instances. Autoscaling is on if it exceeds `minimum`.
        role_arn: Execution role of the container.
        bucket: The studio's bucket, to which an async endpoint writes its results.
        success_topic: SNS topic that receives a notification of each result, or None.
        error_topic: SNS topic that receives a notification of each failure, or None.

    Raises:
        InvalidOption: AWS would reject a value, or two values conflict.
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
        """Validate the fields."""
        validated_name(self.name)
        _matches(_ROLE, self.role_arn, "--role", "arn:aws:iam::ACCOUNT:role/NAME")
        _matches(_INSTANCE, self.instance_type, "--instance", "a type such as ml.g5.xlarge")
        lowest = 1 if self.mode is Mode.REAL_TIME else 0
        if self.minimum < lowest:
            raise InvalidOption(
                f"--min {self.minimum}: the minimum for a {self.mode} endpoint is {lowest}. "
                f"--mode scale-to-zero and --mode async accept 0."
            )
        if self.maximum < max(self.minimum, 1):
            raise InvalidOption(f"--max {self.maximum}: must be at least 1 and at least --min.")
        self._check_async()

    @property
    def gpu(self) -> bool:
        """Whether the instances have a GPU."""
        return has_gpu(self.instance_type)

    @property
    def autoscales(self) -> bool:
        """Whether the number of instances changes with the load."""
        return self.maximum > self.minimum

    def _check_async(self) -> None:
        given = (self.bucket, self.success_topic, self.error_topic)
        if self.mode is not Mode.ASYNC:
            if any(given):
                raise InvalidOption(
                    "--bucket, --success-topic and --error-topic require --mode async."
                )
            return
        if self.bucket is None:
            raise InvalidOption("--mode async requires --bucket, the studio's OUT_S3_BUCKET_NAME.")
        _matches(_BUCKET, self.bucket, "--bucket", "the name of a bucket")
        for option, topic in (
            ("--success-topic", self.success_topic),
            ("--error-topic", self.error_topic),
        ):
            if topic is not None:
                _matches(_TOPIC, topic, option, "arn:aws:sns:REGION:ACCOUNT:NAME")


def validated_name(name: str) -> str:
    """Return the name if SageMaker accepts it.

    Raises:
        InvalidOption: SageMaker does not accept it.
    """
    if not _NAME.fullmatch(name):
        raise InvalidOption(
            f"“{name}” is not a valid endpoint name. Use at most 63 letters, digits and hyphens, "
            "with a letter or digit at both ends."
        )
    return name


def _matches(pattern: re.Pattern[str], text: str, option: str, expected: str) -> None:
    if not pattern.fullmatch(text):
        raise InvalidOption(f"{option} {text}: expected {expected}.")
