"""Split a configured endpoint name into the arguments of an invocation.

An endpoint that scales to zero instances consists of inference components, and every
invocation must name one
(https://docs.aws.amazon.com/sagemaker/latest/dg/realtime-endpoints-deploy-models.html).
The configuration writes both as `ENDPOINT/COMPONENT`; neither name can contain a slash.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict


class Target(TypedDict):
    """Arguments of `invoke_endpoint` and `invoke_endpoint_with_response_stream`."""

    EndpointName: str
    InferenceComponentName: NotRequired[str]


def target_of(endpoint: str) -> Target:
    """Return the arguments for an endpoint.

    Args:
        endpoint: Name from the catalog or `AWS_SM_EP`.
    """
    name, slash, component = endpoint.partition("/")
    if not slash:
        return {"EndpointName": name}
    return {"EndpointName": name, "InferenceComponentName": component}
