"""Executes a document as AppSync does.

It parses, validates, checks who may use each field, asks the function for each
root field, applies aliases, fragments and conditions to its answer, and words
errors in its own way.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
    execute,
    get_operation_ast,
    parse,
    validate,
)

from tests.servers.appsync import selections
from tests.servers.appsync.callers import Caller
from tests.servers.appsync.contract import modes_of
from tests.servers.appsync.lambda_event import lambda_event

Response = dict[str, Any]
Function = Callable[[Mapping[str, Any]], Awaitable[Any]]
"""Invokes the function of the direct Lambda resolvers with an event.

Raises:
    FunctionFailed: It did not return.
"""

PUBLISHING = "publishGeneration"
"""The one root field without a function: its data source is NONE."""

MAX_PUBLISHED_BYTES = 240 * 1000


class FunctionFailed(Exception):
    """The function raised, or is gone; the text is its `errorMessage`."""


@dataclass(frozen=True)
class Request:
    """What a client sent.

    Attributes:
        headers: By names in small letters.
    """

    query: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class NotExecutable(Exception):
    """There is nothing to execute; the response says why."""

    def __init__(self, response: Response) -> None:
        super().__init__(response["errors"][0]["message"])
        self.response = response


def prepared(
    schema: GraphQLSchema, request: Request
) -> tuple[DocumentNode, OperationDefinitionNode]:
    """The parsed document, and which of its operations is asked for.

    Raises:
        NotExecutable: It is not valid.
    """
    try:
        document = parse(request.query)
    except GraphQLError as error:
        raise NotExecutable({"data": None, "errors": [_worded(error)]}) from None
    invalid = validate(schema, document)
    if invalid:
        raise NotExecutable({"data": None, "errors": [_worded(error) for error in invalid]})
    operation = get_operation_ast(document, request.operation)
    if operation is None:
        missing = GraphQLError("Must provide an operation.")
        raise NotExecutable({"data": None, "errors": [_worded(missing)]})
    return document, operation


class Execution:
    """One request of one caller.

    Attributes:
        published: What `publishGeneration` published, as its document selected it.
    """

    def __init__(
        self, schema: GraphQLSchema, caller: Caller, request: Request, function: Function
    ) -> None:
        self._schema = schema
        self._caller = caller
        self._request = request
        self._function = function
        self.published: list[Mapping[str, Any]] = []

    async def response(self, document: DocumentNode) -> Response:
        """The response to a query or mutation."""
        result = await self._execute(document, None)
        told = as_told(result)
        if self.published and len(json.dumps(told).encode()) > MAX_PUBLISHED_BYTES:
            self.published.clear()
            error = GraphQLError("The payload is larger than 240 KB.")
            return {"data": None, "errors": [_worded(error)]}
        return told

    async def pushed(self, document: DocumentNode, root: str, value: Mapping[str, Any]) -> Response:
        """What a subscriber is told of a published value."""
        return as_told(await self._execute(document, {root: value}))

    async def _execute(self, document: DocumentNode, root: Any) -> ExecutionResult:
        result = execute(
            self._schema,
            document,
            root_value=root,
            variable_values=dict(self._request.variables),
            operation_name=self._request.operation,
            field_resolver=self._resolve,
        )
        return await result if isinstance(result, Awaitable) else result

    def _resolve(self, source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        parent = info.parent_type
        if self._caller.mode not in modes_of(parent, parent.fields[info.field_name]):
            raise GraphQLError(
                f"Not Authorized to access {info.field_name} on type {parent.name}",
                extensions={"errorType": "Unauthorized"},
            )
        if source is not None:
            # What was not selected when it was published is null to a subscriber.
            return source.get(info.field_name)
        if info.field_name == PUBLISHING:
            return self._publish(info, arguments["generation"])
        return self._invoke(info, arguments)

    def _publish(self, info: GraphQLResolveInfo, value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise GraphQLError("A generation is a JSON object.")
        self.published.append(_pruned(value, selections.names(info)))
        return value

    async def _invoke(self, info: GraphQLResolveInfo, arguments: Mapping[str, Any]) -> Any:
        event = lambda_event(
            self._caller, self._request.headers, self._request.variables, info, arguments
        )
        try:
            return await self._function(event)
        except FunctionFailed as failed:
            # Of what a function raises AppSync tells the text alone, whatever its class.
            raise GraphQLError(str(failed), extensions={"errorType": "Lambda:Unhandled"}) from None


def as_told(result: ExecutionResult) -> Response:
    """A result in AppSync's words."""
    response: Response = {"data": result.data}
    if result.errors:
        response["errors"] = [_worded(error) for error in result.errors]
    return response


def _worded(error: GraphQLError) -> dict[str, Any]:
    error_type = (error.extensions or {}).get("errorType")
    locations = [
        {"line": one.line, "column": one.column, "sourceName": None}
        for one in error.locations or ()
    ]
    typed = {"data": None, "errorType": error_type, "errorInfo": None} if error_type else {}
    return {
        "path": list(error.path) if error.path else None,
        **typed,
        "locations": locations,
        "message": error.message,
    }


def _pruned(value: Any, names: selections.Names) -> Any:
    if isinstance(value, Mapping):
        return {name: _pruned(value.get(name), below) for name, below in names.items()}
    if isinstance(value, list):
        return [_pruned(one, names) for one in value]
    return value
