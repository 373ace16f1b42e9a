"""AppSync's own code, executed; only what AppSync brings (`util`, `extensions`) is stood in for."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.infra.assembly import AMPLIFY

STAND_IN = """
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
const answer = response({ ...ctx, result: payload })
console.log(JSON.stringify({ payload, answer, filters: recorded.map((one) => JSON.parse(one)) }))
"""

ALICE = {"sub": "alice", "claims": {"sub": "alice"}}


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    """The resolvers beside a stand-in for what AppSync gives them."""
    library = tmp_path / "node_modules" / "@aws-appsync" / "utils"
    library.mkdir(parents=True)
    (library / "package.json").write_text('{"type": "module", "exports": "./index.js"}')
    (library / "index.js").write_text(STAND_IN)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    for source in (AMPLIFY / "data" / "resolvers").glob("*.js"):
        (tmp_path / source.name).write_text(source.read_text())
    return tmp_path


def execute(workshop: Path, field: str, context: dict[str, Any]) -> dict[str, Any]:
    script = RUN.replace("FIELD", field).replace("CONTEXT", json.dumps(context))
    (workshop / "run.js").write_text(script)
    run = subprocess.run(
        ["node", "run.js"], cwd=workshop, capture_output=True, text=True, check=True
    )
    result: dict[str, Any] = json.loads(run.stdout)
    return result


def test_subscribers_hear_of_their_own_generations_alone(workshop: Path) -> None:
    done = execute(workshop, "generationUpdated", {"args": {}, "identity": ALICE})
    assert done["filters"] == [{"owner": {"eq": "alice"}}]
    assert done["answer"] is None


def test_of_one_generation_when_they_name_it(workshop: Path) -> None:
    context = {"args": {"id": "g1"}, "identity": ALICE}
    done = execute(workshop, "generationUpdated", context)
    assert done["filters"] == [{"owner": {"eq": "alice"}, "id": {"eq": "g1"}}]


def test_of_all_of_theirs_when_they_name_null(workshop: Path) -> None:
    context = {"args": {"id": None}, "identity": ALICE}
    done = execute(workshop, "generationUpdated", context)
    assert done["filters"] == [{"owner": {"eq": "alice"}}]


def test_naming_an_owner_widens_nothing(workshop: Path) -> None:
    context = {"args": {"owner": "bob", "id": "g1"}, "identity": ALICE}
    done = execute(workshop, "generationUpdated", context)
    assert done["filters"] == [{"owner": {"eq": "alice"}, "id": {"eq": "g1"}}]


@pytest.mark.parametrize("written", [False, True])
def test_what_is_published_is_handed_on_as_it_is(*, written: bool, workshop: Path) -> None:
    generation = {"id": "g1", "owner": "alice", "images": [], "failure": None}
    argument = json.dumps(generation) if written else generation
    context = {"args": {"generation": argument}, "identity": {"userArn": "arn:…"}}
    done = execute(workshop, "publishGeneration", context)
    assert done["answer"] == generation
    assert done["filters"] == []


def test_appsyncs_javascript_has_all_that_they_use() -> None:
    run = subprocess.run(
        [str(AMPLIFY / "node_modules" / ".bin" / "eslint"), "data/resolvers"],
        cwd=AMPLIFY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
