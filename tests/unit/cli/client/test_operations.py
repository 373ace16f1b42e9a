from __future__ import annotations

import re
from pathlib import Path

import pytest
from graphql import OperationDefinitionNode, build_schema, parse, validate

from genai_studio.hosts.cli.client import operations
from genai_studio.hosts.cli.client.operations import operation
from genai_studio.hosts.cli.output.failures import CommandFailed

ROOT = Path(__file__).parents[4]
SOURCES = sorted((ROOT / "resolvers/genai_studio/hosts/cli").rglob("*.py"))
USED = sorted(
    {
        name
        for source in SOURCES
        for name in re.findall(
            r"client\.(?:execute|subscribe)\(\s*\"(\w+)\"", source.read_text("utf-8")
        )
    }
)


def test_the_commands_use_operations() -> None:
    assert {"generateImage", "generationUpdated", "generations"} <= set(USED)


@pytest.mark.parametrize("name", USED)
def test_an_operation_is_part_of_the_contract(name: str) -> None:
    schema = build_schema((ROOT / "graphql/schema.graphql").read_text("utf-8"), assume_valid=True)
    document = parse(operation(name))
    assert validate(schema, document) == []
    (definition,) = document.definitions
    assert isinstance(definition, OperationDefinitionNode)


def test_operations_of_the_wheel_come_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = []
    for place in ("wheel", "checkout"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "probe.graphql").write_text(f"# {place}", "utf-8")
        places.append(tmp_path / place)
    monkeypatch.setattr(operations, "_PLACES", tuple(places))
    assert operation("probe") == "# wheel"


def test_a_broken_installation_is_said_to_be_one() -> None:
    with pytest.raises(CommandFailed, match="not complete"):
        operation("nothingOfThisName")
