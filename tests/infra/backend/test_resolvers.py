"""Tests that execute the APPSYNC_JS resolvers with stubs of `util` and `extensions`."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.infra.assembly import AMPLIFY

STUBS = """
export const recorded = []
export const extensions = { setSubscriptionFilter: (filter) => recorded.push(filter) }
export const util = {
  transform: { toSubscriptionFilter: (conditions) => JSON.stringify(conditions) },
}
"""

RUN = """
import { recorded } from '@aws-appsync/utils'
import { request, response } from './FIELD.js'
const ctx = CONTEXT
const { payload } = request(ctx)
const result = response({ ...ctx, result: payload })
console.log(JSON.stringify({ payload, result, filters: recorded.map((one) => JSON.parse(one)) }))
"""

ALICE = {"sub": "alice", "claims": {"sub": "alice"}}


@pytest.fixture
def resolvers(tmp_path: Path) -> Path:
    """Copy the resolvers next to a stub of `@aws-appsync/utils`."""
    library = tmp_path / "node_modules" / "@aws-appsync" / "utils"
    library.mkdir(parents=True)
    (library / "package.json").write_text('{"type": "module", "exports": "./index.js"}')
    (library / "index.js").write_text(STUBS)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    for source in (AMPLIFY / "data" / "resolvers").glob("*.js"):
        (tmp_path / source.name).write_text(source.read_text())
    return tmp_path


def execute(resolvers: Path, field: str, context: dict[str, Any]) -> dict[str, Any]:
    script = RUN.replace("FIELD", field).replace("CONTEXT", json.dumps(context))
    (resolvers / "run.js").write_text(script)
    run = subprocess.run(
        ["node", "run.js"], cwd=resolvers, capture_output=True, text=True, check=True
    )
    result: dict[str, Any] = json.loads(run.stdout)
    return result


def test_subscription_is_filtered_by_owner(resolvers: Path) -> None:
    output = execute(resolvers, "generationUpdated", {"args": {}, "identity": ALICE})
    assert output["filters"] == [{"owner": {"eq": "alice"}}]
    assert output["result"] is None


def test_subscription_is_filtered_by_id_if_given(resolvers: Path) -> None:
    context = {"args": {"id": "g1"}, "identity": ALICE}
    output = execute(resolvers, "generationUpdated", context)
    assert output["filters"] == [{"owner": {"eq": "alice"}, "id": {"eq": "g1"}}]


def test_null_id_does_not_filter(resolvers: Path) -> None:
    context = {"args": {"id": None}, "identity": ALICE}
    output = execute(resolvers, "generationUpdated", context)
    assert output["filters"] == [{"owner": {"eq": "alice"}}]


def test_owner_argument_cannot_widen_the_filter(resolvers: Path) -> None:
    context = {"args": {"owner": "bob", "id": "g1"}, "identity": ALICE}
    output = execute(resolvers, "generationUpdated", context)
    assert output["filters"] == [{"owner": {"eq": "alice"}, "id": {"eq": "g1"}}]


@pytest.mark.parametrize("encoded", [False, True])
def test_published_generation_is_returned_unchanged(*, encoded: bool, resolvers: Path) -> None:
    generation: dict[str, Any] = {"id": "g1", "owner": "alice", "images": [], "failure": None}
    argument = json.dumps(generation) if encoded else generation
    context = {"args": {"generation": argument}, "identity": {"userArn": "arn:…"}}
    output = execute(resolvers, "publishGeneration", context)
    assert output["result"] == generation
    assert output["filters"] == []


def test_resolvers_use_only_the_appsync_js_subset() -> None:
    run = subprocess.run(
        [str(AMPLIFY / "node_modules" / ".bin" / "eslint"), "data/resolvers"],
        cwd=AMPLIFY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
