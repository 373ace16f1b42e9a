from __future__ import annotations

import re
from pathlib import Path

import pytest
from graphql import OperationDefinitionNode, build_schema, parse, validate

from genai_studio.hosts import shared_operations
from genai_studio.hosts.cli.client.operations import operation
from genai_studio.hosts.cli.output.failures import CommandFailed

ROOT = Path(__file__).parents[4]
SOURCES = sorted((ROOT / "resolvers/genai_studio/hosts/cli").rglob("*.py"))
USED = sorted(
    {
        name
        for source in SOURCES
        for name in re.findall(
            r"client\.(?:execute|fetch|subscribe)\(\s*\"(\w+)\"", source.read_text("utf-8")
        )
    }
)


def test_the_operations_of_the_commands_are_found() -> None:
    assert {"generateImage", "generationUpdated", "generations"} <= set(USED)


@pytest.mark.parametrize("name", USED)
def test_each_operation_is_valid_for_the_schema(name: str) -> None:
    schema = build_schema((ROOT / "graphql/schema.graphql").read_text("utf-8"), assume_valid=True)
    document = parse(operation(name))
    assert validate(schema, document) == []
    (definition,) = document.definitions
    assert isinstance(definition, OperationDefinitionNode)


def test_operations_of_the_wheel_take_precedence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directories = []
    for name in ("wheel", "checkout"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "probe.graphql").write_text(f"# {name}", "utf-8")
        directories.append(tmp_path / name)
    monkeypatch.setattr(shared_operations, "_DIRECTORIES", tuple(directories))
    assert operation("probe") == "# wheel"


def test_a_missing_operation_reports_an_incomplete_installation() -> None:
    with pytest.raises(CommandFailed, match="incomplete"):
        operation("nothingOfThisName")
