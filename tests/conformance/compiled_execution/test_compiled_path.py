"""When functions are compiled, and what they must not do."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from graphql import execute, parse
from graphql.pyutils import is_awaitable

from genai_studio.schema.compiled import compiled_selections, selection_compiler
from genai_studio.schema.compiled.compiled_selections import MAX_FUNCTIONS, CompiledSelections
from genai_studio.schema.compiled.executor import CompiledExecutor
from tests.conformance.compiled_execution.comparison import SCHEMA, Scenario, scripted_resolvers


async def run(text: str, times: int = 1, *, faulty: bool = False, **variables: Any) -> Any:
    """Execute a document several times; return the last result and the kept functions."""
    syntax = parse(text)
    selections = CompiledSelections(syntax)
    result: Any = None
    scenario = Scenario(1, faulty=faulty)
    with scripted_resolvers():
        for _ in range(times):
            result = execute(
                SCHEMA,
                syntax,
                variable_values=variables,
                context_value=scenario.context(),
                executor_class=CompiledExecutor,
                selections=selections,
            )
            result = await result if is_awaitable(result) else result
    return result, selections, scenario


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collects the generated sources."""
    sources: list[str] = []
    original = selection_compiler._Compiler.source

    def source(self: Any) -> str:
        sources.append(original(self))
        return sources[-1]

    monkeypatch.setattr(selection_compiler._Compiler, "source", source)
    return sources


def test_the_second_execution_compiles_once(compiled: list[str]) -> None:
    asyncio.run(run("{ viewer { id } }"))
    assert compiled == []
    asyncio.run(run("{ viewer { id } }", times=4))
    assert len(compiled) == 1


def test_client_text_never_enters_the_source(compiled: list[str]) -> None:
    document = (
        "query EVIL($EVIL: Boolean!) { EVIL: viewer { EVIL: id ...EVIL @skip(if: $EVIL)"
        " EVIL2: __typename } } fragment EVIL on Viewer { EVIL3: quota { EVIL4: used } }"
    )
    result, _, _ = asyncio.run(run(document, times=2, EVIL=False))

    assert result.data["EVIL"]["EVIL3"] == {"EVIL4": 3}
    assert compiled
    assert "EVIL" not in "".join(compiled)


def test_conditions_select_the_function(compiled: list[str]) -> None:
    document = "query ($a: Boolean!) { viewer { id @skip(if: $a) username @include(if: $a) } }"

    async def both() -> list[Any]:
        syntax = parse(document)
        selections = CompiledSelections(syntax, compile_at=1)
        results = []
        with scripted_resolvers():
            for value in (True, False, True):
                result: Any = execute(
                    SCHEMA,
                    syntax,
                    variable_values={"a": value},
                    context_value=Scenario(1, faulty=False).context(),
                    executor_class=CompiledExecutor,
                    selections=selections,
                )
                results.append((await result).data["viewer"])
        return results

    with_name, with_id, again = asyncio.run(both())

    assert list(with_name) == list(again) == ["username"]
    assert list(with_id) == ["id"]
    assert len(compiled) == 2


def test_many_conditions_are_not_compiled(compiled: list[str]) -> None:
    names = "abcdef"
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    fields = " ".join(f"{name}: id @skip(if: ${name})" for name in names)
    variables = dict.fromkeys(names, False)
    result, _, _ = asyncio.run(
        run(f"query ({declared}) {{ viewer {{ {fields} }} }}", times=3, **variables)
    )

    assert list(result.data["viewer"]) == list(names)
    assert compiled == []


def test_functions_of_a_document_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled_selections, "MAX_FUNCTIONS", 3)
    fields = " ".join(f"v{number}: viewer {{ id }}" for number in range(8))
    result, selections, _ = asyncio.run(run(f"{{ {fields} }}", times=3))

    assert len(result.data) == 8
    assert len(selections._functions) == 3
    assert MAX_FUNCTIONS > 3


def test_a_mutation_runs_its_resolver_once_even_if_its_payload_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document = "mutation { setFavorite(ids: [], value: true) { generations { id steps } } }"
    before = CompiledExecutor.fallbacks

    async def wrong(self: Scenario, _: str) -> Any:
        self.calls += 1
        return object()

    monkeypatch.setattr(Scenario, "resolve", wrong)
    result, _, scenario = asyncio.run(run(document, times=3))

    assert scenario.calls == 3
    assert CompiledExecutor.fallbacks == before + 2
    assert result.errors


def test_introspection_is_left_to_graphql_core(compiled: list[str]) -> None:
    result, _, _ = asyncio.run(run("{ __schema { queryType { name } } }", times=3))

    assert result.data == {"__schema": {"queryType": {"name": "Query"}}}
    assert compiled == []
