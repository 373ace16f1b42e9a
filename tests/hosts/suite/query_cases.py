"""Cases for queries: pages, enums, times, nulls, aliases, fragments, directives and errors."""

from __future__ import annotations

from genai_studio.schema.types.cursor import encode_cursor
from tests.builders import ALICE
from tests.fakes.identity import BOBS_TOKEN
from tests.fakes.studio import FakeStudio
from tests.hosts.suite.cases import (
    APPLE,
    BOBS,
    CANCELED,
    FAILED,
    IDS,
    WAITING,
    Case,
    Step,
    arrange_history,
    operation,
    page,
)

HISTORY = operation("generations")
ONE = operation("generation")
CREDENTIALS = operation("imageCredentials")
OTHER_MODELS = [
    {
        "key": key,
        "speed": "STANDARD",
        "limits": {"width": dict(zip(("min", "max", "step"), width, strict=True))},
    }
    for key, width in (
        ("stable-diffusion-xl-1-0", (512, 1536, 64)),
        ("stable-diffusion-3-5-large", (512, 1536, 64)),
        ("bedrock-stable-diffusion-3-5-large", (512, 1536, 64)),
        ("bedrock-stable-image-core", (512, 1536, 64)),
        ("bedrock-stable-image-ultra", (512, 1536, 64)),
        ("huggingface-diffusers", (256, 1024, 8)),
        ("diffusers-container", (256, 1024, 8)),
        ("stable-diffusion-2-inpainting", (256, 1024, 8)),
        ("stable-diffusion-x4-upscaler", (128, 2048, 8)),
    )
]
"""The entries of the shipped catalog after the first two."""


async def arrange_purged_images(fakes: FakeStudio) -> None:
    """Delete the objects of Alice's images, as a purge does before it deletes the record."""
    await arrange_history(fakes)
    await fakes.images.delete_under(f"{ALICE}/")


def credentials(index: int, **fields: object) -> dict[str, object]:
    return {
        "data": {
            "imageCredentials": {
                "id": f"{IDS[0]}/{index}",
                "status": "TRUSTED",
                "signer": "Ada",
                "organization": None,
                "software": None,
                "ingredients": [],
                "problems": [],
            }
            | fields
        }
    }


NO_CREDENTIALS: dict[str, object] = {"data": {"imageCredentials": None}}

CASES = [
    Case(
        "credentials of images are validated as they are stored",
        (
            Step(
                CREDENTIALS,
                credentials(
                    0,
                    organization="A studio",
                    software="genai-studio 1",
                    ingredients=[
                        {
                            "title": "cat.png",
                            "relationship": "parentOf",
                            "status": "VALID",
                            "signer": "Bob",
                        }
                    ],
                ),
                {"id": f"{IDS[0]}/0"},
            ),
            Step(
                CREDENTIALS,
                credentials(1, status="INVALID", problems=["mismatch"]),
                {"id": f"{IDS[0]}/1"},
            ),
            *(
                Step(CREDENTIALS, NO_CREDENTIALS, {"id": unknown})
                for unknown in (f"{IDS[0]}/2", f"{IDS[0]}/-1", IDS[0], f"{IDS[1]}/0", "x/0")
            ),
            Step(CREDENTIALS, NO_CREDENTIALS, {"id": f"{IDS[0]}/0"}, token=BOBS_TOKEN),
        ),
        arrange=arrange_history,
    ),
    Case(
        "credentials of a purged image are not found",
        (Step(CREDENTIALS, NO_CREDENTIALS, {"id": f"{IDS[0]}/0"}),),
        arrange=arrange_purged_images,
    ),
    Case(
        "viewer and quota",
        (
            Step(
                operation("viewer"),
                {
                    "data": {
                        "viewer": {
                            "id": "22222222-bbbb-4bbb-8bbb-bbbbbbbbbbbb",
                            "username": "bob",
                            "quota": {
                                "limit": 20,
                                "used": 1,
                                "left": 19,
                                "resetsAt": "2026-05-05T00:00:00.000Z",
                                "unfinishedLimit": 100,
                            },
                        }
                    }
                },
                token=BOBS_TOKEN,
            ),
        ),
        arrange_history,
    ),
    Case(
        "models with aliases, enums and a directive",
        (
            Step(
                "query Some($without: Boolean!) { all: models { key: id speed limits"
                " { width { min max step } } name @skip(if: $without) } }",
                {
                    "data": {
                        "all": [
                            {
                                "key": "builtin-emoji",
                                "speed": "FAST",
                                "limits": {"width": {"min": 128, "max": 512, "step": 8}},
                            },
                            {
                                "key": "stable-diffusion-2-1-base",
                                "speed": "STANDARD",
                                "limits": {"width": {"min": 256, "max": 1024, "step": 8}},
                            },
                            *OTHER_MODELS,
                        ]
                    }
                },
                {"without": True},
            ),
        ),
    ),
    Case(
        "one generation with images, times and nulls",
        (
            Step(ONE, {"data": {"generation": APPLE}}, {"id": IDS[0]}),
            Step(ONE, {"data": {"generation": FAILED}}, {"id": IDS[1]}),
            Step(ONE, {"data": {"generation": WAITING}}, {"id": IDS[3]}),
        ),
        arrange_history,
    ),
    Case(
        "missing, foreign and invalid IDs",
        (
            Step(ONE, {"data": {"generation": None}}, {"id": IDS[5]}),
            Step(ONE, {"data": {"generation": None}}, {"id": BOBS}),
            Step(ONE, {"data": {"generation": None}}, {"id": "x"}),
        ),
        arrange_history,
    ),
    Case(
        "pages of generations",
        (
            Step(HISTORY, page(WAITING, CANCELED, more=True), {"first": 2}),
            Step(
                HISTORY,
                page(FAILED, APPLE, more=False, first=False),
                {"first": 2, "after": encode_cursor(IDS[2])},
            ),
            Step(HISTORY, page(WAITING, CANCELED, FAILED, APPLE, more=False)),
        ),
        arrange_history,
    ),
    Case(
        "filtered generations",
        (
            Step(
                HISTORY,
                page(FAILED, APPLE, more=False),
                {"filter": {"statuses": ["SUCCEEDED", "FAILED"], "favorite": False}},
            ),
            Step(HISTORY, page(FAILED, more=False), {"filter": {"text": "苹果"}}),
            Step(
                HISTORY,
                page(CANCELED, more=False),
                {"filter": {"createdFrom": "2026-05-04T14:00:00.001+02:00", "text": None}},
            ),
            Step(HISTORY, page(more=False), {"filter": {"model": "none"}}),
        ),
        arrange_history,
    ),
    Case(
        "inline fragments and type names",
        (
            Step(
                "query F($id: ID!) { generation(id: $id) { __typename"
                " ... on Generation { status images { __typename seed } } ... { id } } }",
                {
                    "data": {
                        "generation": {
                            "__typename": "Generation",
                            "status": "SUCCEEDED",
                            "images": [
                                {"__typename": "Image", "seed": 7},
                                {"__typename": "Image", "seed": 8},
                            ],
                            "id": IDS[0],
                        }
                    }
                },
                {"id": IDS[0]},
            ),
        ),
        arrange_history,
    ),
    Case(
        "timeline",
        (
            Step(
                "query T($id: ID!) { generation(id: $id) { timeline"
                " { at component step milliseconds } } }",
                {
                    "data": {
                        "generation": {
                            "timeline": [
                                {
                                    "at": "2026-05-04T12:00:02.030Z",
                                    "component": "worker",
                                    "step": "claimed, attempt 1",
                                    "milliseconds": 2030,
                                },
                                {
                                    "at": "2026-05-04T12:00:02.030Z",
                                    "component": "worker",
                                    "step": "finished",
                                    "milliseconds": None,
                                },
                            ]
                        }
                    }
                },
                {"id": IDS[0]},
            ),
        ),
        arrange_history,
    ),
    Case(
        "invalid cursor",
        (
            Step(
                'query C { generations(after: "x") { pageInfo { hasNextPage } } }',
                {
                    "data": None,
                    "errors": [
                        {
                            "message": "Invalid cursor. Pass a cursor from `pageInfo` "
                            "or from an edge of this list.",
                            "locations": [{"line": 1, "column": 11}],
                            "path": ["generations"],
                            "extensions": {"code": "INVALID_INPUT", "path": ["after"]},
                        }
                    ],
                },
            ),
        ),
    ),
    Case(
        "invalid document",
        (
            Step(
                "{ viewer { shoeSize } }",
                {
                    "errors": [
                        {
                            "message": "Cannot query field 'shoeSize' on type 'Viewer'.",
                            "locations": [{"line": 1, "column": 12}],
                        }
                    ]
                },
            ),
        ),
    ),
]
