"""Cases for mutations: changes, rejections and idempotency."""

from __future__ import annotations

from typing import Any

from genai_studio.catalog_file import read_models
from tests.hosts.suite.cases import (
    BOBS,
    CANCELED,
    IDS,
    WAITING,
    Case,
    Step,
    arrange_history,
    operation,
)

NO_ID = "Generation not found."

MAKE = """mutation Make($input: GenerateImageInput!) {
  generateImage(input: $input) {
    generation { status version prompt negativePrompt model width height steps guidanceScale
      seed count style favorite estimatedCost parentId createdAt queuePosition }
    userErrors { code message path }
  }
}"""

# These cases use the builtin model, whatever its weights.
BUILTIN = read_models()[0]
STYLES = ", ".join(style.id for style in BUILTIN.styles)

MADE: dict[str, Any] = {
    "status": "QUEUED",
    "version": 1,
    "prompt": "a blue car",
    "negativePrompt": "",
    "model": "builtin-emoji",
    "width": 256,
    "height": 256,
    "steps": 20,
    "guidanceScale": BUILTIN.defaults.guidance_scale,
    "seed": 7,
    "count": 1,
    "style": None,
    "favorite": False,
    "estimatedCost": 0.0,
    "parentId": None,
    "createdAt": "2026-05-04T12:00:00.000Z",
    "queuePosition": 1,
}


def problem(code: str, message: str, *path: str) -> dict[str, Any]:
    return {"code": code, "message": message, "path": list(path)}


def made(*errors: dict[str, Any], **fields: Any) -> dict[str, Any]:
    generation = None if errors else MADE | fields
    return {"data": {"generateImage": {"generation": generation, "userErrors": list(errors)}}}


CASES = [
    Case(
        "generateImage with defaults, with all fields, and repeated",
        (
            Step(MAKE, made(), {"input": {"prompt": "a blue car", "seed": 7}}),
            Step(
                MAKE,
                made(
                    prompt="一辆蓝色的车",
                    negativePrompt="模糊",
                    width=128,
                    height=512,
                    steps=1,
                    guidanceScale=0.0,
                    count=4,
                    style="3d",
                    seed=2147483644,
                    queuePosition=2,
                ),
                {
                    "input": {
                        "prompt": "一辆蓝色的车",
                        "negativePrompt": "模糊",
                        "model": "builtin-emoji",
                        "width": 128,
                        "height": 512,
                        "steps": 1,
                        "guidanceScale": 0,
                        "seed": 2147483644,
                        "count": 4,
                        "style": "3d",
                        "parentId": None,
                        "clientRequestId": "key",
                    }
                },
            ),
            Step(
                MAKE,
                made(
                    problem(
                        "IDEMPOTENCY_CONFLICT",
                        "`clientRequestId` was already used with other input. Use a new one.",
                        "input",
                        "clientRequestId",
                    )
                ),
                {"input": {"prompt": "another", "clientRequestId": "key"}},
            ),
        ),
    ),
    Case(
        "generateImage with every field invalid",
        (
            Step(
                MAKE,
                made(
                    problem(
                        "INVALID_INPUT",
                        "`prompt` must not be empty. Describe the image.",
                        "input",
                        "prompt",
                    ),
                    problem(
                        "INVALID_INPUT",
                        "`width` must be a multiple of 8 between 128 and 512. The nearest is 128.",
                        "input",
                        "width",
                    ),
                    problem(
                        "INVALID_INPUT",
                        "`count` must be an integer between 1 and 4.",
                        "input",
                        "count",
                    ),
                    problem(
                        "INVALID_INPUT",
                        "`guidanceScale` must be between 0 and 20.",
                        "input",
                        "guidanceScale",
                    ),
                    problem(
                        "INVALID_INPUT",
                        "`seed` must be an integer between 0 and 2147483643,"
                        " or -1 for a random seed.",
                        "input",
                        "seed",
                    ),
                    problem(
                        "INVALID_INPUT",
                        f"`style` must be one of: {STYLES}.",
                        "input",
                        "style",
                    ),
                ),
                {
                    "input": {
                        "prompt": " ",
                        "width": 129,
                        "count": 5,
                        "guidanceScale": 20.5,
                        "seed": -2,
                        "style": "x",
                    }
                },
            ),
            Step(
                MAKE,
                made(problem("NOT_FOUND", NO_ID, "input", "parentId")),
                {"input": {"prompt": "x", "parentId": BOBS}},
            ),
        ),
        arrange_history,
    ),
    Case(
        "cancelGeneration, repeated",
        (
            Step(
                operation("cancelGeneration"),
                {
                    "data": {
                        "cancelGeneration": {
                            "generation": WAITING
                            | {
                                "status": "CANCELED",
                                "version": 2,
                                "queuePosition": None,
                                "finishedAt": "2026-05-04T12:00:00.000Z",
                            },
                            "userErrors": [],
                        }
                    }
                },
                {"id": IDS[3]},
            ),
            Step(
                "mutation C($a: ID!, $b: ID!) {"
                " a: cancelGeneration(id: $a) { userErrors { code message path } }"
                " b: cancelGeneration(id: $b) { userErrors { code } } }",
                {
                    "data": {
                        "a": {
                            "userErrors": [
                                problem(
                                    "NOT_CANCELABLE",
                                    "The generation is already SUCCEEDED.",
                                    "id",
                                )
                            ]
                        },
                        "b": {"userErrors": [{"code": "NOT_FOUND"}]},
                    }
                },
                {"a": IDS[0], "b": BOBS},
            ),
        ),
        arrange_history,
    ),
    Case(
        "retryGeneration",
        (
            Step(
                'mutation R($id: ID!) { retryGeneration(id: $id, clientRequestId: "r")'
                " { generation { parentId status version } userErrors { code } } }",
                {
                    "data": {
                        "retryGeneration": {
                            "generation": None,
                            "userErrors": [{"code": "NOT_RETRYABLE"}],
                        }
                    }
                },
                {"id": IDS[3]},
            ),
        ),
        arrange_history,
    ),
    Case(
        "setFavorite with existing and missing IDs",
        (
            Step(
                operation("setFavorite"),
                {
                    "data": {
                        "setFavorite": {
                            "generations": [CANCELED | {"favorite": True, "version": 3}],
                            "userErrors": [
                                problem("NOT_FOUND", NO_ID, "ids", BOBS),
                                problem("NOT_FOUND", NO_ID, "ids", "x"),
                            ],
                        }
                    }
                },
                {"ids": [IDS[2], BOBS, IDS[2], "x"], "value": True},
            ),
        ),
        arrange_history,
    ),
    Case(
        "delete, restore and purge",
        (
            Step(
                "mutation T($ids: [ID!]!) {"
                " deleteGenerations(ids: $ids) { generations { id trashedAt } }"
                " restoreGenerations(ids: $ids) { generations { id trashedAt } }"
                " early: purgeGenerations(ids: $ids) { purgedIds userErrors { code path } }"
                " again: deleteGenerations(ids: $ids) { generations { version } }"
                " purgeGenerations(ids: $ids) { purgedIds userErrors { code } } }",
                {
                    "data": {
                        "deleteGenerations": {
                            "generations": [{"id": IDS[0], "trashedAt": "2026-05-04T12:00:00.000Z"}]
                        },
                        "restoreGenerations": {"generations": [{"id": IDS[0], "trashedAt": None}]},
                        "early": {
                            "purgedIds": [],
                            "userErrors": [{"code": "NOT_TRASHED", "path": ["ids", IDS[0]]}],
                        },
                        "again": {"generations": [{"version": 5}]},
                        "purgeGenerations": {"purgedIds": [IDS[0]], "userErrors": []},
                    }
                },
                {"ids": [IDS[0]]},
            ),
        ),
        arrange_history,
    ),
    Case(
        "draftImage",
        (
            Step(
                operation("draftImage"),
                {
                    "data": {
                        "draftImage": {
                            "draft": {
                                "dataUrl": "data:image/webp;base64,CQkJ",
                                "width": 16,
                                "height": 16,
                                "seed": 9,
                            },
                            "userErrors": [],
                        }
                    }
                },
                {"input": {"prompt": "a cat", "seed": 9}},
            ),
            Step(
                operation("draftImage"),
                {
                    "data": {
                        "draftImage": {
                            "draft": None,
                            "userErrors": [
                                problem(
                                    "DRAFT_UNSUPPORTED",
                                    "Stable Diffusion 2.1 base does not support live drafts. "
                                    "Choose a FAST model.",
                                    "input",
                                    "model",
                                )
                            ],
                        }
                    }
                },
                {"input": {"prompt": "a cat", "model": "stable-diffusion-2-1-base"}},
            ),
        ),
    ),
    Case(
        "publishGeneration is forbidden for users",
        (
            Step(
                'mutation { publishGeneration(generation: "{}") { id } }',
                {
                    "data": {"publishGeneration": None},
                    "errors": [
                        {
                            "message": "publishGeneration is reserved for the studio's publisher.",
                            "locations": [{"line": 1, "column": 12}],
                            "path": ["publishGeneration"],
                            "extensions": {"code": "FORBIDDEN"},
                        }
                    ],
                },
            ),
        ),
    ),
]
