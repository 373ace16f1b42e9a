"""Tests that the functions start with the configuration in the templates."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from typing import Any

import pytest

from genai_studio.settings import Settings, variable_of
from tests.infra.assembly import ROOT, Assembly
from tests.infra.conftest import CATALOG

FUNCTIONS = ("appsync", "http", "publisher", "sweeper", "worker", "completion", "verifier")

REFERENCES = {
    "OUT_S3_BUCKET_NAME": "images-1a2b",
    "GENAI_STUDIO_RECORDS_TABLE": "Records",
    "GENAI_STUDIO_APPSYNC_URL": "https://ab12.appsync-api.eu-central-1.amazonaws.com/graphql",
    "GENAI_STUDIO_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/123456789012/work",
    "GENAI_STUDIO_DEAD_LETTER_QUEUE_URL": (
        "https://sqs.eu-central-1.amazonaws.com/123456789012/dead"
    ),
    "GENAI_STUDIO_COGNITO_USER_POOL": "eu-central-1_Ab12Cd34E",
    "GENAI_STUDIO_COGNITO_CLIENT": "1a2b3c",
    "GENAI_STUDIO_SIGNING_KEY": "arn:aws:kms:eu-central-1:123456789012:key/1a2b",
}
"""Values that CloudFormation would substitute for references."""

LAMBDA_VARIABLES = {
    "AWS_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "ASIA",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_SESSION_TOKEN": "token",
    "AWS_LAMBDA_FUNCTION_NAME": "a-function",
}


def variables(function: dict[str, Any]) -> dict[str, str]:
    """Return the environment variables of a function, with references resolved."""
    return {
        name: value if isinstance(value, str) else REFERENCES[name]
        for name, value in function["Environment"]["Variables"].items()
    } | ({"GENAI_STUDIO_CATALOG": str(ROOT / CATALOG)} if function.get("Layers") else {})


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_starts_with_the_variables_of_the_template(name: str, either: Assembly) -> None:
    run = subprocess.run(
        [sys.executable, "-c", f"from genai_studio.hosts.aws.functions.{name} import handler"],
        cwd=ROOT / "resolvers",
        env={"PATH": os.environ["PATH"]} | LAMBDA_VARIABLES | variables(either.function(name)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_catalog_file_of_the_operator_is_a_layer(assembly: Assembly, configured: Assembly) -> None:
    assert assembly.resources("AWS::Lambda::LayerVersion") == {}
    [layer] = configured.resources("AWS::Lambda::LayerVersion")
    for name in FUNCTIONS:
        function = configured.function(name)
        assert function["Layers"] == [{"Ref": layer}]
        assert function["Environment"]["Variables"]["GENAI_STUDIO_CATALOG"] == "/opt/catalog.toml"
        assert "GENAI_STUDIO_CATALOG" not in assembly.function(name)["Environment"]["Variables"]


def test_concurrency_is_an_option(assembly: Assembly, configured: Assembly) -> None:
    def reserved(synthesized: Assembly) -> dict[str, int]:
        functions = {name: synthesized.function(name) for name in FUNCTIONS}
        key = "ReservedConcurrentExecutions"
        return {name: one[key] for name, one in functions.items() if key in one}

    _, queue = configured.starting_with("AWS::Lambda::EventSourceMapping", "Worker")
    assert queue["ScalingConfig"] == {"MaximumConcurrency": 40}
    assert reserved(configured) == {"worker": 40, "appsync": 100}
    assert reserved(assembly) == {}


def test_only_functions_that_store_images_know_how_to_sign_and_label_them(
    assembly: Assembly, configured: Assembly
) -> None:
    for name in FUNCTIONS:
        variables = configured.function(name)["Environment"]["Variables"]
        signs = name in {"worker", "completion"}
        # Those that validate images find the certificates by the key. None may sign.
        knows_key = signs or name in {"verifier", "http"}
        assert ("GENAI_STUDIO_SIGNING_KEY" in variables) is knows_key, name
        assert variables.get("GENAI_STUDIO_CONTENT_PRODUCER") == (
            "Example-Studio" if signs else None
        )
        unset = assembly.function(name)["Environment"]["Variables"]
        assert "GENAI_STUDIO_CONTENT_PRODUCER" not in unset
        labels = [one.get("GENAI_STUDIO_DOWNLOAD_LABEL") for one in (variables, unset)]
        assert labels == (["zh", "off"] if signs else [None, None]), name


def test_the_signing_key_is_asymmetric_and_signs_only(either: Assembly) -> None:
    key = either.only("AWS::KMS::Key")
    assert key["KeySpec"] == "ECC_NIST_P256"
    assert key["KeyUsage"] == "SIGN_VERIFY"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_variable_names_a_setting(name: str, either: Assembly) -> None:
    known = {variable_of(setting) for setting in Settings.__dataclass_fields__}
    assert set(either.function(name)["Environment"]["Variables"]) <= known


def test_bundles_contain_the_handlers_deployed_from_them(assembly: Assembly) -> None:
    plan = tomllib.loads((ROOT / "infra" / "lambda" / "bundles.toml").read_text())
    source = (ROOT / "amplify" / "functions" / "bundle.ts").read_text()
    table = source.partition("export const BUNDLES = {")[2].partition("}")[0]
    deployed = ast.literal_eval("{" + _as_python(table) + "}")
    bundled = {
        handler.rpartition(".")[2]: bundle
        for bundle, one in plan["bundles"].items()
        for handler in one["handlers"]
    }
    assert deployed == bundled
    assert sorted(deployed) == sorted(FUNCTIONS)


def test_functions_use_the_python_version_of_the_bundles(assembly: Assembly) -> None:
    plan = tomllib.loads((ROOT / "infra" / "lambda" / "bundles.toml").read_text())
    for name in FUNCTIONS:
        function = assembly.function(name)
        assert function["Runtime"] == f"python{plan['python']}"
        assert function["Architectures"] == ["arm64"]
        assert function["TracingConfig"] == {"Mode": "Active"}


def test_api_functions_time_out_before_appsync_and_api_gateway(assembly: Assembly) -> None:
    for name in ("appsync", "http", "verifier"):
        assert assembly.function(name)["Timeout"] < 30


def _as_python(table: str) -> str:
    """Convert the content of a TypeScript object literal of strings to Python syntax."""
    pairs = [line.strip().rstrip(",").split(": ") for line in table.split("\n") if ":" in line]
    return ", ".join(f"'{name}': {value}" for name, value in pairs)
