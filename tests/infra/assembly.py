"""The backend of `amplify/`, synthesised as `make synth` does it, and what its templates say."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
AMPLIFY = ROOT / "amplify"

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Assembly:
    """What a synthesis wrote.

    Attributes:
        output: What it printed.
    """

    directory: Path
    output: str

    @property
    def templates(self) -> list[Path]:
        return sorted(self.directory.glob("*.template.json"))

    def resources(self, of_type: str) -> dict[str, Resource]:
        """Resources of a type, by logical id, of every template."""
        return {name: resource for name, resource in self._all() if resource["Type"] == of_type}

    def properties(self, of_type: str) -> list[dict[str, Any]]:
        """Properties of the resources of a type."""
        return [one["Properties"] for one in self.resources(of_type).values()]

    def only(self, of_type: str) -> dict[str, Any]:
        """Properties of the one resource of a type."""
        found = self.properties(of_type)
        assert len(found) == 1, f"{len(found)} of {of_type}"
        return found[0]

    def function(self, name: str) -> dict[str, Any]:
        """Properties of a Lambda function of the studio."""
        handler = f"genai_studio.hosts.aws.functions.{name}.handler"
        found = [
            one for one in self.properties("AWS::Lambda::Function") if one["Handler"] == handler
        ]
        assert len(found) == 1, handler
        return found[0]

    def role_of(self, name: str) -> dict[str, Any]:
        """Properties of a function's role."""
        role = self.function(name)["Role"]["Fn::GetAtt"][0]
        properties: dict[str, Any] = self.resources("AWS::IAM::Role")[role]["Properties"]
        return properties

    def _all(self) -> Iterator[tuple[str, Resource]]:
        for template in self.templates:
            yield from json.loads(template.read_text())["Resources"].items()


def synthesise(
    directory: Path,
    bundles: Path,
    environment: Mapping[str, str] | None = None,
    context: Mapping[str, str] | None = None,
    script: str = "backend.ts",
) -> Assembly:
    """Run the CDK program, without network and without anybody's credentials.

    Args:
        bundles: Where `bundles_for_tests` lie.
        environment: The operator's choices.
        context: Of the CDK, on top of that of `amplify/cdk.json`.
        script: Run instead of `backend.ts`; imports it.

    Raises:
        subprocess.CalledProcessError: It failed; `stderr` says why.
    """
    own = json.loads((AMPLIFY / "cdk.json").read_text())["context"]
    tsx = AMPLIFY / "node_modules" / ".bin" / "tsx"
    assert tsx.exists(), "Amplify's modules are missing. Run “make setup”."
    closed = "http://127.0.0.1:9"
    run = subprocess.run(
        [str(tsx), script],
        cwd=AMPLIFY,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(directory),
            "HTTP_PROXY": closed,
            "HTTPS_PROXY": closed,
            "AWS_EC2_METADATA_DISABLED": "true",
            "CDK_OUTDIR": str(directory),
            "CDK_CONTEXT_JSON": json.dumps(own | dict(context or {})),
            "GENAI_STUDIO_LAMBDA_DIST": str(bundles),
            **(environment or {}),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return Assembly(directory, run.stdout)


def bundles_for_tests(directory: Path) -> Path:
    """Zips in the place of the real bundles, whose content no template depends on but by name.

    What is inside of those is held to the functions in `tests/packaging`.
    """
    for name in ("appsync", "http", "publisher", "worker"):
        archive = directory / "arm64" / f"{name}.zip"
        archive.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(archive, "w") as writer:
            writer.writestr(zipfile.ZipInfo("bundle.txt"), name)
    return directory


def statements(role: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a role's own policies allow and deny."""
    return [
        statement
        for policy in role.get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def as_list(value: object) -> list[Any]:
    """IAM writes a list of one without its brackets."""
    return value if isinstance(value, list) else [value]
