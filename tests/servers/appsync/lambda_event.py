"""Build the event that AppSync sends to a direct Lambda resolver."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLResolveInfo

from tests.servers.appsync import selections
from tests.servers.appsync.callers import Caller, Role, User


def lambda_event(
    caller: Caller,
    headers: Mapping[str, str],
    variables: Mapping[str, Any],
    info: GraphQLResolveInfo[Any],
    arguments: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the event of one root field.

    Args:
        variables: The variables of the request, before coercion.
    """
    return {
        "arguments": dict(arguments),
        "identity": _identity(caller, headers),
        "source": None,
        "request": {"headers": dict(headers), "domainName": None},
        "prev": None,
        "info": {
            "selectionSetList": selections.paths(info),
            "selectionSetGraphQL": selections.printed(info),
            "parentTypeName": info.parent_type.name,
            "fieldName": info.field_name,
            "variables": dict(variables),
        },
        "stash": {},
    }


def _identity(caller: Caller, headers: Mapping[str, str]) -> dict[str, Any]:
    source_ip = [headers.get("x-forwarded-for", "127.0.0.1")]
    if isinstance(caller, Role):
        return {
            "accountId": "123456789012",
            "cognitoIdentityAuthProvider": None,
            "cognitoIdentityAuthType": None,
            "cognitoIdentityId": None,
            "cognitoIdentityPoolId": None,
            "sourceIp": source_ip,
            "userArn": "arn:aws:sts::123456789012:assumed-role/tests/tests",
            "username": caller.access_key,
        }
    assert isinstance(caller, User)
    return {
        "claims": dict(caller.claims),
        "defaultAuthStrategy": "ALLOW",
        "groups": caller.claims.get("cognito:groups"),
        "issuer": caller.claims.get("iss"),
        "sourceIp": source_ip,
        "sub": caller.claims["sub"],
        "username": caller.claims.get("username") or caller.claims.get("cognito:username"),
    }
