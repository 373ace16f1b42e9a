"""Making a call, with AWS's refusals in the words of this tool."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from studio_endpoint.call import Call, Clients, Parameters
from studio_endpoint.errors import NotFound, problem


def ask(call: Call, clients: Clients) -> Parameters:
    """The answer to a call.

    Raises:
        EndpointProblem: AWS refused it, or could not be reached.
    """
    try:
        return call.make(clients, {})
    except (ClientError, BotoCoreError) as error:
        raise problem(error, call) from error


def ask_if_there(call: Call, clients: Clients) -> Parameters | None:
    """The same; None where the thing that is asked about does not exist.

    Raises:
        EndpointProblem: As `ask`.
    """
    try:
        return ask(call, clients)
    except NotFound:
        return None
