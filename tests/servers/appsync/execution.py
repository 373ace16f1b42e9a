"""Execute a document as AppSync does.

Parse and validate it, check the authorization of each field, invoke the function
for each root field, apply aliases, fragments and conditions to its result, and
format errors.
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
"""Invoke the function of the direct Lambda resolvers with an event.

Raises:
    FunctionFailed: The function did not return.
"""

PUBLISH_FIELD = "publishGeneration"
"""The only root field without a function. Its data source is NONE."""

MAX_PUBLISHED_BYTES = 240 * 1000


class FunctionFailed(Exception):
    """The function raised an exception or exited. The text is its `errorMessage`."""


@dataclass(frozen=True)
class Request:
    """A GraphQL request.

    Attributes:
        headers: The HTTP headers by lower-case name.
    """

    query: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class NotExecutable(Exception):
    """The document cannot be executed. The response has the errors."""

    def __init__(self, response: Response) -> None:
        super().__init__(response["errors"][0]["message"])
        self.response = response


def prepared(
    schema: GraphQLSchema, request: Request
) -> tuple[DocumentNode, OperationDefinitionNode]:
    """Parse and validate the document and select the requested operation.

    Raises:
        NotExecutable: The document is invalid, or has no such operation.
    """
    try:
        document = parse(request.query)
    except GraphQLError as error:
        raise NotExecutable({"data": None, "errors": [_format_error(error)]}) from None
    invalid = validate(schema, document)
    if invalid:
        raise NotExecutable({"data": None, "errors": [_format_error(error) for error in invalid]})
    operation = get_operation_ast(document, request.operation)
    if operation is None:
        missing = GraphQLError("Must provide an operation.")
        raise NotExecutable({"data": None, "errors": [_format_error(missing)]})
    return document, operation


class Execution:
    """The execution of one request.

    Attributes:
        published: The values that `publishGeneration` published, with the selected fields.
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
        """Execute a query or mutation and return the response."""
        response = to_response(await self._execute(document, None))
        if self.published and len(json.dumps(response).encode()) > MAX_PUBLISHED_BYTES:
            self.published.clear()
            error = GraphQLError("The payload is larger than 240 KB.")
            return {"data": None, "errors": [_format_error(error)]}
        return response

    async def pushed(self, document: DocumentNode, root: str, value: Mapping[str, Any]) -> Response:
        """Execute a subscription document on a published value and return the response."""
        return to_response(await self._execute(document, {root: value}))

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

    def _resolve(self, source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        parent = info.parent_type
        if self._caller.mode not in modes_of(parent, parent.fields[info.field_name]):
            raise GraphQLError(
                f"Not Authorized to access {info.field_name} on type {parent.name}",
                extensions={"errorType": "Unauthorized"},
            )
        if source is not None:
            # Fields that the mutation did not select are null for subscribers.
            return source.get(info.field_name)
        if info.field_name == PUBLISH_FIELD:
            return self._publish(info, arguments["generation"])
        return self._invoke(info, arguments)

    def _publish(self, info: GraphQLResolveInfo[Any], value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise GraphQLError("`generation` must be a JSON object.")
        self.published.append(_pruned(value, selections.names(info)))
        return value

    async def _invoke(self, info: GraphQLResolveInfo[Any], arguments: Mapping[str, Any]) -> Any:
        event = lambda_event(
            self._caller, self._request.headers, self._request.variables, info, arguments
        )
        try:
            return await self._function(event)
        except FunctionFailed as failed:
            # AppSync returns only the message of an exception, whatever its class.
            raise GraphQLError(str(failed), extensions={"errorType": "Lambda:Unhandled"}) from None


def to_response(result: ExecutionResult) -> Response:
    """Convert a result to AppSync's response format."""
    response: Response = {"data": result.data}
    if result.errors:
        response["errors"] = [_format_error(error) for error in result.errors]
    return response


def _format_error(error: GraphQLError) -> dict[str, Any]:
    error_type = (error.extensions or {}).get("errorType")
    locations = [
        {"line": location.line, "column": location.column, "sourceName": None}
        for location in error.locations or ()
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
