"""Let botocore clients prepare requests without sending them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from botocore.compat import HTTPHeaders
from botocore.model import OperationModel, StructureShape
from botocore.regions import EndpointResolverBuiltins

Builtins = MutableMapping[EndpointResolverBuiltins, object]


@contextmanager
def offline(*clients: BaseClient) -> Iterator[None]:
    """Answer every call of the clients with an empty result until the context ends.

    A call validates and serializes its arguments and resolves the endpoint, as usual. It
    opens no connection and needs no credentials.
    """
    for client in clients:
        client.meta.events.register("before-endpoint-resolution", _without_account)
        client.meta.events.register("before-call", _empty_result)  # type: ignore[arg-type]  # may return a response
    try:
        yield
    finally:
        for client in clients:
            client.meta.events.unregister("before-endpoint-resolution", _without_account)
            client.meta.events.unregister("before-call", _empty_result)  # type: ignore[arg-type]


def _without_account(builtins: Builtins, **_: object) -> None:
    """Resolve the endpoint without the account's number, which comes with the credentials."""
    builtins[EndpointResolverBuiltins.ACCOUNT_ID] = None


def _empty_result(
    model: OperationModel, params: Mapping[str, Any], **_: object
) -> tuple[AWSResponse, dict[str, object]]:
    """Return a response without items: its lists are empty and its numbers are 0."""
    output = model.output_shape
    members = output.members if isinstance(output, StructureShape) else {}
    content: dict[str, object] = {}
    for name, shape in members.items():
        if shape.type_name == "list":
            content[name] = []
        elif shape.type_name == "integer":
            content[name] = 0
    return AWSResponse(params["url"], 200, HTTPHeaders(), None), content
