"""Where a call goes: an endpoint, and one of its inference components where it has some.

An endpoint that rests at zero instances is made of inference components, and
SageMaker answers no call to it that does not name one
(https://docs.aws.amazon.com/sagemaker/latest/dg/realtime-endpoints-deploy-models.html).
Both names stand in one text, `ENDPOINT/COMPONENT`: neither can hold a slash.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict


class Target(TypedDict):
    """Arguments of `invoke_endpoint` and its streaming sister."""

    EndpointName: str
    InferenceComponentName: NotRequired[str]


def target_of(endpoint: str) -> Target:
    """The arguments that say where a call goes.

    Args:
        endpoint: As the catalog and `AWS_SM_EP` name it.
    """
    name, slash, component = endpoint.partition("/")
    if not slash:
        return {"EndpointName": name}
    return {"EndpointName": name, "InferenceComponentName": component}
