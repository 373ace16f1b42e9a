"""Simple queries without graphql-core's executor: the same arguments, or graphql-core decides."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from graphql import execute, parse
from graphql.pyutils import is_awaitable

from genai_studio.schema.compiled.compiled_selections import CompiledSelections
from genai_studio.schema.compiled.executor import CompiledExecutor
from tests.conformance.compiled_execution.comparison import SCHEMA, Scenario, replace_resolver

PAGE = (
    "query ($first: Int, $after: String)"
    " { generations(first: $first, after: $after) { edges { cursor } } }"
)
BY_ID = "query ($id: ID!) { one: generation(id: $id) { id prompt } }"
VALUES = (
    None,
    "x",
    "",
    "é" * 3,
    7,
    0,
    -1,
    2**31 - 1,
    2**31,
    -(2**31),
    1.0,
    1.5,
    True,
    [1],
    {"a": 1},
)


async def run(
    monkeypatch: pytest.MonkeyPatch, text: str, variables: dict[str, Any]
) -> tuple[list[Any], dict[str, Any] | None]:
    """Execute with graphql-core, then directly.

    Returns the arguments of each call of the resolver, and the data of the direct
    execution; None if graphql-core must execute the query.
    """
    syntax = parse(text)
    selections = CompiledSelections(syntax, compile_at=1)
    calls: list[dict[str, Any]] = []
    assert SCHEMA.query_type is not None
    for name, field in SCHEMA.query_type.fields.items():

        async def resolve(_: object, info: Any, *, name: str = name, **arguments: Any) -> Any:
            calls.append(arguments)
            return await info.context.scenario.resolve(name)

        replace_resolver(monkeypatch, field, resolve)

    async def compiled(values: dict[str, Any]) -> None:
        result = execute(
            SCHEMA,
            syntax,
            variable_values=values,
            context_value=Scenario(1, faulty=False).context(),
            executor_class=CompiledExecutor,
            selections=selections,
        )
        _ = await result if is_awaitable(result) else result

    await compiled({"id": "x"})  # compiles the root field
    calls.clear()
    await compiled(variables)
    direct = selections.direct_query(SCHEMA, None)
    if direct is None:
        return calls, None
    plan, completion = direct
    context = Scenario(1, faulty=False).context()
    try:
        return calls, await plan.execute(completion, variables, context, None)
    except Exception:
        return calls, None


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize(("text", "name"), [(PAGE, "first"), (PAGE, "after"), (BY_ID, "id")])
def test_resolvers_get_the_arguments_of_graphql_core(
    monkeypatch: pytest.MonkeyPatch, text: str, name: str, value: object
) -> None:
    calls, data = asyncio.run(run(monkeypatch, text, {name: value}))

    if data is not None:
        ours, theirs = calls
        assert ours == theirs
        assert [type(each) for each in ours.values()] == [type(each) for each in theirs.values()]


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        (PAGE, {}),
        (PAGE, {"first": 24}),
        (PAGE, {"first": None, "after": "x", "unknown": 1}),
        (BY_ID, {"id": "01a0"}),
        ("{ models { id } }", {}),
        ("query { me: viewer { username } }", {}),
    ],
)
def test_simple_queries_are_executed_directly(
    monkeypatch: pytest.MonkeyPatch, text: str, variables: dict[str, Any]
) -> None:
    calls, data = asyncio.run(run(monkeypatch, text, variables))

    assert data is not None
    assert len(calls) == 2


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        # Variables that graphql-core converts or refuses.
        (PAGE, {"first": "24"}),
        (PAGE, {"first": 24.0}),
        (PAGE, {"first": 2**31}),
        (BY_ID, {"id": 7}),
        (BY_ID, {"id": None}),
        (BY_ID, {}),
        # Documents that need more.
        ("query ($first: Int = 3) { generations(first: $first) { edges { cursor } } }", {}),
        ("{ generations(first: 3) { edges { cursor } } }", {}),
        ("{ models { id } viewer { id } }", {}),
        ("{ ...all } fragment all on Query { models { id } }", {}),
        ("{ models @include(if: true) { id } }", {}),
        ("query ($a: Boolean!) { models { id @skip(if: $a) } }", {"a": True}),
        ("{ __schema { description } }", {}),
        ('mutation { cancelGeneration(id: "x") { userErrors { message } } }', {}),
        (
            "query ($f: GenerationFilter) { generations(filter: $f) { edges { cursor } } }",
            {"f": {"favorite": True}},
        ),
    ],
)
def test_other_operations_are_left_to_graphql_core(
    monkeypatch: pytest.MonkeyPatch, text: str, variables: dict[str, Any]
) -> None:
    _, data = asyncio.run(run(monkeypatch, text, variables))

    assert data is None
