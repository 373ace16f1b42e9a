"""Sending of a call, with AWS errors translated to this tool's errors."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from studio_endpoint.aws.call import Call, Clients, Parameters
from studio_endpoint.aws.error_translation import translated
from studio_endpoint.errors import NotFound


def send(call: Call, clients: Clients) -> Parameters:
    """Execute a call and return its response.

    Raises:
        StudioEndpointError: AWS rejected the call, or did not respond.
    """
    try:
        return call.execute(clients, {})
    except (ClientError, BotoCoreError) as error:
        raise translated(error, call) from error


def send_or_none(call: Call, clients: Clients) -> Parameters | None:
    """Execute a call and return its response, or None if the resource does not exist.

    Raises:
        StudioEndpointError: As for `send`.
    """
    try:
        return send(call, clients)
    except NotFound:
        return None
