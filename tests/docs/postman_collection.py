"""Writes `docs/postman_collection.json` and its environment from the contract's operations.

    python -m tests.docs.postman_collection

One way through the API, in the order of the requests: each one's script checks
the answer and keeps what the next one needs.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
COLLECTION = ROOT / "docs" / "postman_collection.json"
ENVIRONMENT = ROOT / "docs" / "postman_environment.json"

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"

DESCRIPTION = """\
The studio's GraphQL API. Choose the environment “genai-studio”, set `baseUrl` to your studio \
and `token` to an access token, and run the collection from top to bottom: it makes one \
image, looks at it, and deletes it for good. Subscriptions are not HTTP: see docs/api.md."""

ANSWERED = """\
pm.test("answers 200 without errors", () => {
  pm.response.to.have.status(200);
  pm.expect(pm.response.json().errors).to.equal(undefined);
});
const answer = pm.response.json().data;"""

CARRIED_OUT = """\
pm.test("was carried out", () => {
  pm.expect(Object.values(answer)[0].userErrors).to.eql([]);
});"""


NEW_KEY = """\
const key = pm.variables.replaceIn("{{$guid}}");
pm.collectionVariables.set("clientRequestId", key);"""


def graphql(
    name: str,
    operation: str,
    variables: object,
    test: str,
    *,
    before: str | None = None,
    **more: Any,
) -> Any:
    """A request that sends one of the contract's operations."""
    query = (ROOT / "graphql" / "operations" / f"{operation}.graphql").read_text("utf-8")
    body = {
        "mode": "graphql",
        "graphql": {"query": query, "variables": json.dumps(variables, indent=2)},
    }
    accept = {"key": "Accept", "value": "application/graphql-response+json"}
    request = {"method": "POST", "url": "{{baseUrl}}/graphql", "header": [accept], "body": body}
    return item(name, request | more, test=test, before=before)


def item(name: str, request: object, *, test: str, before: str | None = None) -> dict[str, Any]:
    """A request with its scripts."""
    scripts = {"prerequest": before, "test": test}
    return {
        "name": name,
        "event": [
            {"listen": listen, "script": {"type": "text/javascript", "exec": text.splitlines()}}
            for listen, text in scripts.items()
            if text is not None
        ],
        "request": request,
    }


def refused(code: str, more: str = "") -> str:
    """The script of a request that is refused by a user error."""
    return f"""\
{ANSWERED}
pm.test("is refused with {code}", () => {{
  const [problem] = Object.values(answer)[0].userErrors;
  pm.expect(problem.code).to.equal("{code}");
  pm.expect(problem.message).to.not.equal("");{more}
}});"""


def requests() -> list[Any]:
    """All of them, in their order."""
    requested = {
        "prompt": "a red apple",
        "model": "{{model}}",
        "seed": 7,
        "clientRequestId": "{{clientRequestId}}",
    }
    make = graphql(
        "Make an image",
        "generateImage",
        {"input": requested},
        f"""\
{ANSWERED}
{CARRIED_OUT}
pm.collectionVariables.set("generationId", answer.generateImage.generation.id);
pm.collectionVariables.set("looks", 0);""",
        before=NEW_KEY,
    )
    mine = {"id": "{{generationId}}"}
    ours = {"ids": ["{{generationId}}"]}
    return [
        graphql(
            "Who am I",
            "viewer",
            {},
            f"""\
{ANSWERED}
pm.test("knows me", () => pm.expect(answer.viewer.id).to.be.a("string"));""",
        ),
        graphql(
            "What can I ask for",
            "models",
            {},
            f"""\
{ANSWERED}
pm.test("offers a model", () => pm.expect(answer.models).to.not.be.empty);
const quick = answer.models.find((model) => model.speed === "FAST");
pm.collectionVariables.set("model", (quick ?? answer.models[0]).id);
pm.collectionVariables.set("draftCode", quick ? "" : "DRAFT_UNSUPPORTED");""",
        ),
        graphql(
            "Draw a draft, where a fast model can",
            "draftImage",
            {"input": {"prompt": "a red apple", "model": "{{model}}"}},
            f"""\
{ANSWERED}
const code = pm.collectionVariables.get("draftCode");
pm.test("gives a small image, or says that the model does not draft", () => {{
  if (code) pm.expect(answer.draftImage.userErrors[0].code).to.equal(code);
  else pm.expect(answer.draftImage.draft.dataUrl).to.match(/^data:image\\/webp;base64,/);
}});""",
        ),
        make,
        graphql(
            "Ask again with the same key",
            "generateImage",
            {"input": requested},
            f"""\
{ANSWERED}
{CARRIED_OUT}
pm.test("gives the first one, not a second", () => {{
  const first = pm.collectionVariables.get("generationId");
  pm.expect(answer.generateImage.generation.id).to.equal(first);
}});""",
        ),
        graphql(
            "Look until it is done",
            "generation",
            mine,
            f"""\
{ANSWERED}
const generation = answer.generation;
const looks = Number(pm.collectionVariables.get("looks")) + 1;
pm.collectionVariables.set("looks", looks);
const waiting = ["QUEUED", "RUNNING"].includes(generation.status);
if (waiting && looks < 900) {{
  // A second between looks; an endpoint at rest takes minutes to start.
  setTimeout(() => pm.execution.setNextRequest("Look until it is done"), 1000);
}} else {{
  pm.test("succeeded", () => pm.expect(generation.status).to.equal("SUCCEEDED"));
  pm.collectionVariables.set("imageUrl", generation.images[0].url);
}}""",
        ),
        item(
            "Fetch the image",
            {"method": "GET", "url": "{{imageUrl}}", "auth": {"type": "noauth"}},
            test="""\
pm.test("is a PNG", () => {
  pm.response.to.have.status(200);
  pm.expect(pm.response.headers.get("Content-Type")).to.equal("image/png");
});""",
        ),
        graphql(
            "What was done for it",
            "generationTimeline",
            mine,
            f"""\
{ANSWERED}
pm.test("tells each step", () => {{
  pm.expect(answer.generation.timeline.map((entry) => entry.component)).to.include("worker");
}});""",
        ),
        graphql(
            "Mark it as a favorite",
            "setFavorite",
            ours | {"value": True},
            f"""\
{ANSWERED}
{CARRIED_OUT}
pm.test("is marked", () => {{
  pm.expect(answer.setFavorite.generations[0].favorite).to.equal(true);
}});""",
        ),
        graphql(
            "My history",
            "generations",
            {"first": 10},
            f"""\
{ANSWERED}
pm.test("holds it", () => {{
  const ids = answer.generations.edges.map((edge) => edge.node.id);
  pm.expect(ids).to.include(pm.collectionVariables.get("generationId"));
}});""",
        ),
        graphql("Cancel what has ended", "cancelGeneration", mine, refused("NOT_CANCELABLE")),
        graphql("Retry what succeeded", "retryGeneration", mine, refused("NOT_RETRYABLE")),
        graphql(
            "Ask for what no model draws",
            "generateImage",
            {"input": {"prompt": "a red apple", "model": "{{model}}", "width": 7}},
            refused("INVALID_INPUT", '\n  pm.expect(problem.path).to.eql(["input", "width"]);'),
        ),
        graphql(
            "Ask without a token",
            "viewer",
            {},
            """\
pm.test("is refused", () => {
  pm.response.to.have.status(401);
  pm.expect(pm.response.json().errors[0].extensions.code).to.equal("UNAUTHENTICATED");
});""",
            auth={"type": "noauth"},
        ),
        graphql("Put it into the trash", "deleteGenerations", ours, f"{ANSWERED}\n{CARRIED_OUT}"),
        graphql("Take it out", "restoreGenerations", ours, f"{ANSWERED}\n{CARRIED_OUT}"),
        graphql("Put it back", "deleteGenerations", ours, f"{ANSWERED}\n{CARRIED_OUT}"),
        graphql(
            "Delete it for good",
            "purgeGenerations",
            ours,
            f"""\
{ANSWERED}
{CARRIED_OUT}
pm.test("is gone", () => {{
  const id = pm.collectionVariables.get("generationId");
  pm.expect(answer.purgeGenerations.purgedIds).to.eql([id]);
}});""",
        ),
    ]


def collection() -> dict[str, Any]:
    """The whole collection, as Postman 2.1 has it."""
    names = ("model", "draftCode", "clientRequestId", "generationId", "looks", "imageUrl")
    return {
        "info": {"name": "genai-studio", "description": DESCRIPTION, "schema": SCHEMA},
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}"}]},
        "variable": [{"key": name, "value": ""} for name in names],
        "item": requests(),
    }


def environment() -> dict[str, Any]:
    """Where the studio is, and who asks; the token is the reader's to fill in."""
    return {
        "name": "genai-studio",
        "values": [
            {"key": "baseUrl", "value": "http://127.0.0.1:8000", "enabled": True},
            {"key": "token", "value": "", "type": "secret", "enabled": True},
        ],
        "_postman_variable_scope": "environment",
    }


def written(content: object) -> str:
    """As it lies in the repository."""
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    COLLECTION.write_text(written(collection()), "utf-8")
    ENVIRONMENT.write_text(written(environment()), "utf-8")
