"""Generate `docs/postman_collection.json` and its environment from `graphql/operations`.

    python -m tests.docs.postman_collection

The collection runs in order. The script of each request checks the response and
stores the variables that later requests use.
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
The studio's GraphQL API. Select the environment “genai-studio”, set `baseUrl` to the URL of your \
studio and `token` to an access token, and run the collection in order. It generates one image, \
queries it, and permanently deletes it. For subscriptions, which use WebSocket, see docs/api.md."""

SUCCEEDED = """\
pm.test("returns 200 without errors", () => {
  pm.response.to.have.status(200);
  pm.expect(pm.response.json().errors).to.equal(undefined);
});
const result = pm.response.json().data;"""

ACCEPTED = """\
pm.test("returns no user errors", () => {
  pm.expect(Object.values(result)[0].userErrors).to.eql([]);
});"""


NEW_KEY = """\
const key = pm.variables.replaceIn("{{$guid}}");
pm.collectionVariables.set("clientRequestId", key);"""


NEW_BOARD_NAME = """\
const name = pm.variables.replaceIn("Apples {{$guid}}");
pm.collectionVariables.set("boardName", name);"""


def graphql(
    name: str,
    operation: str,
    variables: object,
    test: str,
    *,
    before: str | None = None,
    **more: Any,
) -> Any:
    """Return a request that sends one of the operations."""
    query = (ROOT / "graphql" / "operations" / f"{operation}.graphql").read_text("utf-8")
    body = {
        "mode": "graphql",
        "graphql": {"query": query, "variables": json.dumps(variables, indent=2)},
    }
    accept = {"key": "Accept", "value": "application/graphql-response+json"}
    request = {"method": "POST", "url": "{{baseUrl}}/graphql", "header": [accept], "body": body}
    return item(name, request | more, test=test, before=before)


def item(name: str, request: object, *, test: str, before: str | None = None) -> dict[str, Any]:
    """Return a request with its scripts."""
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


def rejected(code: str, more: str = "") -> str:
    """Return the script of a request that is rejected with a user error."""
    return f"""\
{SUCCEEDED}
pm.test("is rejected with {code}", () => {{
  const [error] = Object.values(result)[0].userErrors;
  pm.expect(error.code).to.equal("{code}");
  pm.expect(error.message).to.not.equal("");{more}
}});"""


def requests() -> list[Any]:
    """Return all requests in order."""
    requested = {
        "prompt": "a red apple",
        "model": "{{model}}",
        "seed": 7,
        "clientRequestId": "{{clientRequestId}}",
    }
    generate = graphql(
        "Generate an image",
        "generateImage",
        {"input": requested},
        f"""\
{SUCCEEDED}
{ACCEPTED}
pm.collectionVariables.set("generationId", result.generateImage.generation.id);
pm.collectionVariables.set("polls", 0);""",
        before=NEW_KEY,
    )
    by_id = {"id": "{{generationId}}"}
    by_ids = {"ids": ["{{generationId}}"]}
    return [
        graphql(
            "Get the caller and quota",
            "viewer",
            {},
            f"""\
{SUCCEEDED}
pm.test("returns the user ID", () => pm.expect(result.viewer.id).to.be.a("string"));""",
        ),
        graphql(
            "List the models",
            "models",
            {},
            f"""\
{SUCCEEDED}
pm.test("returns a model", () => pm.expect(result.models).to.not.be.empty);
const fast = result.models.find((model) => model.speed === "FAST");
pm.collectionVariables.set("model", (fast ?? result.models[0]).id);
pm.collectionVariables.set("draftCode", fast ? "" : "DRAFT_UNSUPPORTED");""",
        ),
        graphql(
            "Generate a draft with a fast model",
            "draftImage",
            {"input": {"prompt": "a red apple", "model": "{{model}}"}},
            f"""\
{SUCCEEDED}
const code = pm.collectionVariables.get("draftCode");
pm.test("returns a draft, or DRAFT_UNSUPPORTED", () => {{
  if (code) pm.expect(result.draftImage.userErrors[0].code).to.equal(code);
  else pm.expect(result.draftImage.draft.dataUrl).to.match(/^data:image\\/webp;base64,/);
}});""",
        ),
        graphql(
            "Create an upload",
            "createUpload",
            {"input": {"contentType": "image/png", "bytes": 4096, "sha256": "0" * 64}},
            f"""\
{SUCCEEDED}
pm.test("returns a signed URL", () => {{
  const {{ upload }} = result.createUpload;
  pm.expect(upload.url).to.match(/^https?:/);
  pm.expect(upload.method).to.equal(upload.fields.length > 0 ? "POST" : "PUT");
}});""",
        ),
        graphql(
            "Create an upload that is too large",
            "createUpload",
            {"input": {"contentType": "image/png", "bytes": 20971521, "sha256": "0" * 64}},
            rejected("INVALID_INPUT", '\n  pm.expect(error.path).to.eql(["input", "bytes"]);'),
        ),
        generate,
        graphql(
            "Repeat the request with the same key",
            "generateImage",
            {"input": requested},
            f"""\
{SUCCEEDED}
{ACCEPTED}
pm.test("returns the existing generation", () => {{
  const first = pm.collectionVariables.get("generationId");
  pm.expect(result.generateImage.generation.id).to.equal(first);
}});""",
        ),
        graphql(
            "Poll until it is finished",
            "generation",
            by_id,
            f"""\
{SUCCEEDED}
const generation = result.generation;
const polls = Number(pm.collectionVariables.get("polls")) + 1;
pm.collectionVariables.set("polls", polls);
const waiting = ["QUEUED", "RUNNING"].includes(generation.status);
if (waiting && polls < 900) {{
  // Poll every second; an endpoint scaled to zero takes minutes to start.
  setTimeout(() => pm.execution.setNextRequest("Poll until it is finished"), 1000);
}} else {{
  pm.test("succeeded", () => pm.expect(generation.status).to.equal("SUCCEEDED"));
  pm.collectionVariables.set("imageUrl", generation.images[0].url);
}}""",
        ),
        item(
            "Download the image",
            {"method": "GET", "url": "{{imageUrl}}", "auth": {"type": "noauth"}},
            test="""\
pm.test("is a PNG", () => {
  pm.response.to.have.status(200);
  pm.expect(pm.response.headers.get("Content-Type")).to.equal("image/png");
});""",
        ),
        graphql(
            "Get its timeline",
            "generationTimeline",
            by_id,
            f"""\
{SUCCEEDED}
pm.test("includes the worker's steps", () => {{
  pm.expect(result.generation.timeline.map((entry) => entry.component)).to.include("worker");
}});""",
        ),
        graphql(
            "Verify the signature of the image",
            "imageCredentials",
            {"id": "{{generationId}}/0"},
            f"""\
{SUCCEEDED}
pm.test("is unchanged since this studio signed it", () => {{
  pm.expect(result.imageCredentials.status).to.equal("TRUSTED");
}});""",
        ),
        graphql(
            "Add it to the favorites",
            "setFavorite",
            by_ids | {"value": True},
            f"""\
{SUCCEEDED}
{ACCEPTED}
pm.test("is a favorite", () => {{
  pm.expect(result.setFavorite.generations[0].favorite).to.equal(true);
}});""",
        ),
        graphql(
            "Create a board",
            "createBoard",
            {"name": "{{boardName}}"},
            f"""\
{SUCCEEDED}
{ACCEPTED}
pm.collectionVariables.set("boardId", result.createBoard.board.id);""",
            before=NEW_BOARD_NAME,
        ),
        graphql(
            "Create a board with the same name",
            "createBoard",
            {"name": "{{boardName}}"},
            rejected("NAME_TAKEN", '\n  pm.expect(error.path).to.eql(["name"]);'),
        ),
        graphql(
            "Put it on the board",
            "setBoard",
            by_ids | {"board": "{{boardId}}", "value": True},
            f"""\
{SUCCEEDED}
{ACCEPTED}
pm.test("is on the board", () => {{
  const board = pm.collectionVariables.get("boardId");
  pm.expect(result.setBoard.generations[0].boards).to.include(board);
}});""",
        ),
        graphql(
            "List the boards",
            "boards",
            {},
            f"""\
{SUCCEEDED}
pm.test("includes the new board", () => {{
  const ids = result.boards.map((board) => board.id);
  pm.expect(ids).to.include(pm.collectionVariables.get("boardId"));
}});""",
        ),
        graphql(
            "Rename the board",
            "renameBoard",
            {"id": "{{boardId}}", "name": "{{boardName}} 2"},
            f"{SUCCEEDED}\n{ACCEPTED}",
        ),
        graphql(
            "Delete the board",
            "deleteBoard",
            {"id": "{{boardId}}"},
            f"{SUCCEEDED}\n{ACCEPTED}",
        ),
        graphql(
            "List the generations",
            "generations",
            {"first": 10},
            f"""\
{SUCCEEDED}
pm.test("includes the new generation", () => {{
  const ids = result.generations.edges.map((edge) => edge.node.id);
  pm.expect(ids).to.include(pm.collectionVariables.get("generationId"));
}});""",
        ),
        graphql(
            "Cancel a finished generation", "cancelGeneration", by_id, rejected("NOT_CANCELABLE")
        ),
        graphql(
            "Retry a succeeded generation", "retryGeneration", by_id, rejected("NOT_RETRYABLE")
        ),
        graphql(
            "Request an unsupported width",
            "generateImage",
            {"input": {"prompt": "a red apple", "model": "{{model}}", "width": 7}},
            rejected("INVALID_INPUT", '\n  pm.expect(error.path).to.eql(["input", "width"]);'),
        ),
        graphql(
            "Send no token",
            "viewer",
            {},
            """\
pm.test("is rejected", () => {
  pm.response.to.have.status(401);
  pm.expect(pm.response.json().errors[0].extensions.code).to.equal("UNAUTHENTICATED");
});""",
            auth={"type": "noauth"},
        ),
        graphql("Move it to the trash", "deleteGenerations", by_ids, f"{SUCCEEDED}\n{ACCEPTED}"),
        graphql("Restore it", "restoreGenerations", by_ids, f"{SUCCEEDED}\n{ACCEPTED}"),
        graphql(
            "Move it to the trash again", "deleteGenerations", by_ids, f"{SUCCEEDED}\n{ACCEPTED}"
        ),
        graphql(
            "Permanently delete it",
            "purgeGenerations",
            by_ids,
            f"""\
{SUCCEEDED}
{ACCEPTED}
pm.test("is deleted", () => {{
  const id = pm.collectionVariables.get("generationId");
  pm.expect(result.purgeGenerations.purgedIds).to.eql([id]);
}});""",
        ),
    ]


def collection() -> dict[str, Any]:
    """Return the collection in Postman's format 2.1."""
    names = (
        *("model", "draftCode", "clientRequestId", "generationId", "polls", "imageUrl"),
        *("boardName", "boardId"),
    )
    return {
        "info": {"name": "genai-studio", "description": DESCRIPTION, "schema": SCHEMA},
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}"}]},
        "variable": [{"key": name, "value": ""} for name in names],
        "item": requests(),
    }


def environment() -> dict[str, Any]:
    """Return the environment: URL of the studio, and an empty token to fill in."""
    return {
        "name": "genai-studio",
        "values": [
            {"key": "baseUrl", "value": "http://127.0.0.1:8000", "enabled": True},
            {"key": "token", "value": "", "type": "secret", "enabled": True},
        ],
        "_postman_variable_scope": "environment",
    }


def serialized(content: object) -> str:
    """Return the content of the committed file."""
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    COLLECTION.write_text(serialized(collection()), "utf-8")
    ENVIRONMENT.write_text(serialized(environment()), "utf-8")
