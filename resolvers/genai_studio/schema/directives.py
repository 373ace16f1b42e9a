"""AppSync's authorization and subscription directives, as metadata in the SDL.

AppSync enforces them; the ASGI and Mangum hosts enforce the same rules in
Python. AppSync knows their definitions and refuses a second one, so only the
uses are printed.
"""

from __future__ import annotations

import strawberry
from strawberry.schema_directive import Location

_ON_TYPES_AND_FIELDS = [Location.OBJECT, Location.FIELD_DEFINITION]


@strawberry.schema_directive(
    locations=_ON_TYPES_AND_FIELDS, name="aws_cognito_user_pools", print_definition=False
)
class AwsCognitoUserPools:
    """Signed-in people may read it."""


@strawberry.schema_directive(locations=_ON_TYPES_AND_FIELDS, name="aws_iam", print_definition=False)
class AwsIam:
    """The studio's own functions may read it."""


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION], name="aws_subscribe", print_definition=False
)
class AwsSubscribe:
    """The mutations whose results feed this subscription."""

    mutations: list[str]


PUBLISHED = [AwsCognitoUserPools(), AwsIam()]
"""For every type that `publishGeneration` returns, nested ones too."""
