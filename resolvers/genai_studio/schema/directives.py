"""AppSync's authorization and subscription directives, printed in the SDL.

AppSync enforces the directives; the other hosts enforce the same rules in
Python. AppSync rejects a second definition of its own directives, so the SDL
contains only their uses.
"""

from __future__ import annotations

import strawberry
from strawberry.schema_directive import Location

_ON_TYPES_AND_FIELDS = [Location.OBJECT, Location.FIELD_DEFINITION]


@strawberry.schema_directive(
    locations=_ON_TYPES_AND_FIELDS, name="aws_cognito_user_pools", print_definition=False
)
class AwsCognitoUserPools:
    """Allow users of the Cognito user pool."""


@strawberry.schema_directive(locations=_ON_TYPES_AND_FIELDS, name="aws_iam", print_definition=False)
class AwsIam:
    """Allow callers with AWS credentials, such as the studio's own functions."""


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION], name="aws_subscribe", print_definition=False
)
class AwsSubscribe:
    """Feed a subscription with the results of mutations.

    Attributes:
        mutations: Names of the mutation fields.
    """

    mutations: list[str]


PUBLISHED = [AwsCognitoUserPools(), AwsIam()]
"""Directives of every type in the result of `publishGeneration`, nested types included."""
