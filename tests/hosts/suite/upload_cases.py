"""Cases for `createUpload`: the declared file and its limits."""

from __future__ import annotations

from tests.hosts.suite.cases import Case, Step
from tests.hosts.suite.mutation_cases import problem

UPLOAD = """
mutation Upload($input: CreateUploadInput!) {
  createUpload(input: $input) {
    upload { method headers { name value } fields { name value } expiresAt }
    userErrors { code message path }
  }
}
"""

CASES = [
    Case(
        "createUpload",
        (
            Step(
                UPLOAD,
                {
                    "data": {
                        "createUpload": {
                            "upload": {
                                "method": "PUT",
                                "headers": [{"name": "Content-Type", "value": "image/webp"}],
                                "fields": [],
                                "expiresAt": "2026-05-05T12:00:00.000Z",
                            },
                            "userErrors": [],
                        }
                    }
                },
                {"input": {"contentType": "image/webp", "bytes": 20971520, "sha256": "aF" * 32}},
            ),
            Step(
                UPLOAD,
                {
                    "data": {
                        "createUpload": {
                            "upload": None,
                            "userErrors": [
                                problem(
                                    "INVALID_INPUT",
                                    "`contentType` must be one of: image/png, image/jpeg, "
                                    "image/webp.",
                                    "input",
                                    "contentType",
                                ),
                                problem(
                                    "INVALID_INPUT",
                                    "`bytes` must be between 1 and 20971520 (20 MiB), is 20971521.",
                                    "input",
                                    "bytes",
                                ),
                                problem(
                                    "INVALID_INPUT",
                                    "`sha256` must be the SHA-256 of the file as 64 hexadecimal "
                                    "digits.",
                                    "input",
                                    "sha256",
                                ),
                            ],
                        }
                    }
                },
                {"input": {"contentType": "image/gif", "bytes": 20971521, "sha256": "g" * 64}},
            ),
        ),
    ),
]
