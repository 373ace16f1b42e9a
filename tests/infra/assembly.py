"""Synthesize the backend in `amplify/` and read its CloudFormation templates."""

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
    """The result of a synthesis.

    Attributes:
        directory: The cloud assembly.
        output: Standard output of the CDK program.
    """

    directory: Path
    output: str

    @property
    def templates(self) -> list[Path]:
        return sorted(self.directory.glob("*.template.json"))

    def resources(self, of_type: str) -> dict[str, Resource]:
        """Return the resources of a type from all templates, by logical ID."""
        return {name: resource for name, resource in self._all() if resource["Type"] == of_type}

    def starting_with(self, of_type: str, prefix: str) -> tuple[str, dict[str, Any]]:
        """Return logical ID and properties of the only resource whose ID has a prefix."""
        found = [
            (name, resource["Properties"])
            for name, resource in self.resources(of_type).items()
            if name.startswith(prefix)
        ]
        assert len(found) == 1, f"{len(found)} of {of_type} start with {prefix}"
        return found[0]

    def properties(self, of_type: str) -> list[dict[str, Any]]:
        """Return the properties of all resources of a type."""
        return [resource["Properties"] for resource in self.resources(of_type).values()]

    def only(self, of_type: str) -> dict[str, Any]:
        """Return the properties of the only resource of a type."""
        found = self.properties(of_type)
        assert len(found) == 1, f"{len(found)} of {of_type}"
        return found[0]

    def function(self, name: str) -> dict[str, Any]:
        """Return the properties of one of the studio's Lambda functions."""
        handler = f"genai_studio.hosts.aws.functions.{name}.handler"
        functions = self.properties("AWS::Lambda::Function")
        found = [function for function in functions if function["Handler"] == handler]
        assert len(found) == 1, handler
        return found[0]

    def handler_of(self, arn: Mapping[str, Any]) -> str:
        """Return the handler that a reference to a function or to its alias invokes."""
        if "Ref" in arn:
            alias = self.resources("AWS::Lambda::Alias")[arn["Ref"]]
            function = alias["Properties"]["FunctionName"]["Ref"]
        else:
            function = arn["Fn::GetAtt"][0]
        handler: str = self.resources("AWS::Lambda::Function")[function]["Properties"]["Handler"]
        return handler

    def role_of(self, name: str) -> dict[str, Any]:
        """Return the properties of a function's role."""
        role = self.function(name)["Role"]["Fn::GetAtt"][0]
        properties: dict[str, Any] = self.resources("AWS::IAM::Role")[role]["Properties"]
        return properties

    def _all(self) -> Iterator[tuple[str, Resource]]:
        for template in self.templates:
            yield from json.loads(template.read_text())["Resources"].items()


def synthesize(
    directory: Path,
    bundles: Path,
    environment: Mapping[str, str] | None = None,
    context: Mapping[str, str] | None = None,
    script: str = "backend.ts",
) -> Assembly:
    """Run the CDK program without network access and without credentials.

    Args:
        directory: Where to write the cloud assembly.
        bundles: Directory written by `write_placeholder_bundles`.
        environment: The operator's options.
        context: CDK context in addition to that of `amplify/cdk.json`.
        script: Script to run instead of `backend.ts`. It imports `backend.ts`.

    Raises:
        subprocess.CalledProcessError: The synthesis failed. `stderr` has the reason.
    """
    default_context = json.loads((AMPLIFY / "cdk.json").read_text())["context"]
    tsx = AMPLIFY / "node_modules" / ".bin" / "tsx"
    assert tsx.exists(), "The Node.js modules of amplify/ are missing. Run `make setup`."
    closed_port = "http://127.0.0.1:9"
    run = subprocess.run(
        [str(tsx), script],
        cwd=AMPLIFY,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(directory),
            "HTTP_PROXY": closed_port,
            "HTTPS_PROXY": closed_port,
            "AWS_EC2_METADATA_DISABLED": "true",
            "CDK_OUTDIR": str(directory),
            "CDK_CONTEXT_JSON": json.dumps(default_context | dict(context or {})),
            "GENAI_STUDIO_LAMBDA_DIST": str(bundles),
            **(environment or {}),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return Assembly(directory, run.stdout)


def write_placeholder_bundles(directory: Path) -> Path:
    """Write placeholders of the Lambda bundles. Templates depend only on their hashes.

    `tests/lambda_bundles` tests the real bundles.
    """
    for name in ("appsync", "http", "publisher", "worker"):
        archive = directory / "arm64" / f"{name}.zip"
        archive.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(archive, "w") as writer:
            writer.writestr(zipfile.ZipInfo("bundle.txt"), name)
    return directory


def statements(role: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the statements of a role's inline policies."""
    return [
        statement
        for policy in role.get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def as_list(value: object) -> list[Any]:
    """Return a list. CloudFormation writes a list of one element as the element."""
    return value if isinstance(value, list) else [value]
