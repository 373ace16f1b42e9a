"""Execute a document with graphql-core alone and with compiled functions, and compare."""

from __future__ import annotations

import asyncio
import json
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from graphql import (
    ExecutionResult,
    Executor,
    GraphQLField,
    execute,
    parse,
    subscribe,
    validate,
)
from graphql.pyutils import is_awaitable

from genai_studio.schema.compiled.compiled_selections import CompiledSelections
from genai_studio.schema.compiled.direct_query import complete_directly
from genai_studio.schema.compiled.executor import CompiledExecutor
from genai_studio.schema.strawberry_internals import graphql_schema
from genai_studio.schema.studio_schema import studio_schema
from tests.conformance.compiled_execution.random_documents import RandomDocument
from tests.conformance.compiled_execution.random_values import root_value

SCHEMA = graphql_schema(studio_schema)
EVENTS = 2
"""Events of one subscription."""


class Scenario:
    """What the resolvers do during one execution, and how often they were called."""

    def __init__(self, seed: int, *, faulty: bool) -> None:
        self.seed = seed
        self.faulty = faulty
        self.calls = 0

    async def resolve(self, name: str) -> Any:
        self.calls += 1
        if self.seed % 3 == 0:
            await asyncio.sleep(0)
        return root_value(name, self.seed, faulty=self.faulty)

    async def events(self, name: str) -> AsyncIterator[Any]:
        self.calls += 1
        for number in range(EVENTS):
            yield root_value(name, self.seed + number, faulty=self.faulty)

    async def queue_position(self, _: object) -> Any:
        random = Random(self.seed)  # noqa: S311 - not for security
        await asyncio.sleep(0)
        if self.faulty and random.random() < 0.3:
            raise random.choice((ValueError("a secret"), RuntimeError("another")))
        return random.choice((None, 1, 7, *(("text", 2**40) if self.faulty else ())))

    async def take_turn(self) -> None:
        await asyncio.sleep(0)

    def context(self) -> Any:
        history = SimpleNamespace(queue_position=self.queue_position)
        studio = SimpleNamespace(history=history)
        return SimpleNamespace(studio=studio, scenario=self, take_turn=self.take_turn)


@contextmanager
def scripted_resolvers() -> Iterator[None]:
    """Let the root fields return what the scenario of the context says."""
    with pytest.MonkeyPatch.context() as patch:
        for root in (SCHEMA.query_type, SCHEMA.mutation_type):
            assert root is not None
            for name, field in root.fields.items():
                patch.setattr(field, "resolve", _resolver(name))
                replace_resolver(patch, field, _resolver(name))
        assert SCHEMA.subscription_type is not None
        for name, field in SCHEMA.subscription_type.fields.items():
            patch.setattr(field, "subscribe", _source(name))
        yield


def replace_resolver(patch: pytest.MonkeyPatch, field: GraphQLField, function: Any) -> None:
    """Replace the Python function behind a field, which Strawberry calls."""
    resolver = field.extensions["strawberry-definition"].base_resolver
    patch.setattr(resolver, "wrapped_func", function)


def _resolver(name: str) -> Any:
    def resolve(_: object, info: Any, **__: object) -> Any:
        return info.context.scenario.resolve(name)

    return resolve


def _source(name: str) -> Any:
    def source(_: object, info: Any, **__: object) -> Any:
        return info.context.scenario.events(name)

    return source


async def compare(document: RandomDocument, seed: int, *, faulty: bool) -> bool:
    """Assert that all executions give the same response, byte for byte.

    Returns whether the query was executed without graphql-core's executor, too.
    """
    syntax = parse(document.text)
    assert validate(SCHEMA, syntax) == [], document.text
    selections = CompiledSelections(syntax, compile_at=1)
    expected, actual = Scenario(seed, faulty=faulty), Scenario(seed, faulty=faulty)
    options = {"executor_class": CompiledExecutor, "selections": selections}
    want = await respond(syntax, document.variables, expected, {"executor_class": Executor})
    got = await respond(syntax, document.variables, actual, options)

    assert got == want, f"seed {seed}: {document.text}\n{document.variables}\n{got}\n{want}"
    assert actual.calls == expected.calls, document.text
    direct = await respond_directly(syntax, document.variables, selections, seed, faulty=faulty)
    assert direct in {None, want}, f"seed {seed}: {document.text}\n{document.variables}\n{direct}"
    return direct is not None


async def respond_directly(
    syntax: Any,
    variables: dict[str, Any],
    selections: CompiledSelections,
    seed: int,
    *,
    faulty: bool,
) -> str | None:
    """Return the response of a simple operation without graphql-core's executor, or None."""
    operation = syntax.definitions[0]
    name = operation.name.value if operation.name else None
    scenario = Scenario(seed, faulty=faulty)
    results: list[dict[str, Any]] = []
    try:
        if events := selections.direct_events(name):
            key, completion = events
            field = operation.selection_set.selections[0].name.value
            results = [
                {key: await complete_directly(completion, payload, scenario.context())}
                async for payload in scenario.events(field)
            ]
        elif query := selections.direct_query(SCHEMA, name):
            plan, completion = query
            results = [await plan.execute(completion, variables, scenario.context(), None)]
    except Exception:
        return None
    return _json([ExecutionResult(data, None) for data in results]) if results else None


async def respond(
    syntax: Any, variables: dict[str, Any], scenario: Scenario, options: dict[str, Any]
) -> str:
    """Return all responses of an operation as one JSON text, with the causes of the errors."""
    arguments = {"variable_values": variables, "context_value": scenario.context(), **options}
    if syntax.definitions[0].operation.value != "subscription":
        result = execute(SCHEMA, syntax, **arguments)
        return _json([await result if is_awaitable(result) else result])
    events: Any = subscribe(SCHEMA, syntax, **arguments)
    if is_awaitable(events):
        events = await events
    if isinstance(events, ExecutionResult):
        return _json([events])
    results: list[Any] = []
    try:
        async for result in events:
            results.append(result)  # noqa: PERF401 - keep those before an exception
    except Exception as error:
        return _json(results) + repr(error)
    return _json(results)


def _json(results: list[Any]) -> str:
    return json.dumps(
        [
            {
                "data": result.data,
                # Sorted, because root fields of a query fail in any order.
                "errors": sorted(
                    json.dumps((error.formatted, repr(error.original_error)))
                    for error in result.errors or ()
                ),
            }
            for result in results
        ]
    )


def run(seeds: range, *, faulty: float) -> tuple[int, int]:
    """Compare one document for each seed; return how many were compared, and how many directly.

    Args:
        faulty: Share of the documents whose values have faults.
    """

    async def compare_all() -> tuple[int, int]:
        direct = 0
        for seed in seeds:
            random = Random(seed)  # noqa: S311 - not for security
            wrong = random.random() < faulty
            document = RandomDocument(SCHEMA, random, racing=not wrong)
            direct += await compare(document, seed, faulty=wrong)
        return len(seeds), direct

    with scripted_resolvers(), warnings.catch_warnings():
        # graphql-core and the tests leave coroutines behind when another field fails.
        warnings.simplefilter("ignore", RuntimeWarning)
        return asyncio.run(compare_all())
