"""The AppSync host: graphql-core in AppSync's place, the real handler behind it.

AppSync parses, validates, checks who may use a field, asks the function for
each root field, and takes from its answer what was selected. It does so here
over the very contract that is deployed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from typing import Any, cast

from graphql import (
    GraphQLError,
    GraphQLResolveInfo,
    build_schema,
    execute,
    parse,
    print_ast,
    validate,
)

from genai_studio.domain.identity import Caller
from genai_studio.hosts.appsync import LambdaHandler, appsync_handler
from tests.fakes.identity import FakeIdentity
from tests.fakes.studio import FakeStudio
from tests.hosts.host import Response
from tests.servers.server import ROOT

CONTRACT = build_schema(
    "\n".join(
        (ROOT / "graphql" / name).read_text("utf-8")
        for name in ("appsync.prelude.graphql", "schema.graphql")
    )
)


def appsync_event(caller: Caller, info: GraphQLResolveInfo, arguments: Any) -> dict[str, Any]:
    """What AppSync sends a direct Lambda resolver."""
    node = info.field_nodes[0]
    selection = "" if node.selection_set is None else print_ast(node.selection_set)
    claims = {
        "sub": caller.owner,
        "username": caller.username,
        "token_use": "access",
        "exp": caller.expires_at,
    }
    return {
        "arguments": arguments,
        "identity": {"sub": caller.owner, "username": caller.username, "claims": claims},
        "source": None,
        "request": {"headers": {"x-forwarded-proto": "https"}, "domainName": None},
        "prev": None,
        "info": {
            "parentTypeName": info.parent_type.name,
            "fieldName": info.field_name,
            "variables": dict(info.variable_values.coerced),
            "selectionSetList": [],
            "selectionSetGraphQL": selection,
        },
        "stash": {},
    }


class AppSyncHost:
    """Answers queries and mutations; what it pushes is for the emulator of its realtime API."""

    base_url = ""

    def __init__(self, function: ThreadPoolExecutor, handler: LambdaHandler) -> None:
        self._function = function
        self._handler = handler
        self._identity = FakeIdentity()

    @classmethod
    @asynccontextmanager
    async def over(cls, fakes: FakeStudio) -> AsyncIterator[AppSyncHost]:
        with closing(asyncio.new_event_loop()) as loop, ThreadPoolExecutor(1) as function:
            yield cls(function, appsync_handler(fakes.studio, loop))

    async def execute(self, document: str, variables: Mapping[str, Any], token: str) -> Response:
        caller = await self._identity.verify(token)
        syntax = parse(document)
        invalid = validate(CONTRACT, syntax)
        if invalid:
            return {"errors": [error.formatted for error in invalid]}

        async def resolve(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
            if source is not None:
                return source[info.field_name]
            if info.field_name == "publishGeneration":  # @aws_iam alone
                message = "Not Authorized to access publishGeneration on type Mutation"
                raise GraphQLError(message, extensions={"code": "FORBIDDEN"})
            return await self._invoke(appsync_event(caller, info, arguments))

        result = execute(CONTRACT, syntax, variable_values=dict(variables), field_resolver=resolve)
        if not hasattr(result, "__await__"):
            raise TypeError("Every root field is resolved by the function.")
        return cast("Response", (await result).formatted)

    async def _invoke(self, event: dict[str, Any]) -> Any:
        """Call the function, as far away as Lambda is: everything passes through JSON."""
        call = self._function.submit(self._handler, json.loads(json.dumps(event)), None)
        try:
            return json.loads(json.dumps(await asyncio.wrap_future(call)))
        except Exception as error:
            # Lambda tells the class of an exception as `errorType`.
            code = type(error).__name__
            raise GraphQLError(str(error), extensions={"code": code}) from None

    @staticmethod
    def as_told(response: Response) -> Response:
        """A response with its errors as AppSync words them: a type and a message, no more."""
        errors = [dict(error) for error in response.get("errors", ())]
        for error in errors:
            code = error.get("extensions", {}).get("code")
            if code is not None:
                error["extensions"] = {"code": code}
            if code == "FORBIDDEN":
                error["message"] = "Not Authorized to access publishGeneration on type Mutation"
        return response | ({"errors": errors} if errors else {})
