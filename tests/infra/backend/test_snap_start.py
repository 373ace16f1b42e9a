"""Tests for SnapStart: the functions that users wait for start from a snapshot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.infra.assembly import Assembly, statements, synthesize
from tests.infra.conftest import BEDROCK

SNAPSHOTS = ("appsync", "http")
OTHERS = ("publisher", "sweeper", "worker", "completion", "verifier")


def logical_id(assembly: Assembly, name: str) -> str:
    handler = f"genai_studio.hosts.aws.functions.{name}.handler"
    functions = assembly.resources("AWS::Lambda::Function")
    [found] = [key for key, one in functions.items() if one["Properties"]["Handler"] == handler]
    return found


def alias_of(assembly: Assembly, name: str) -> tuple[str, dict[str, Any]]:
    function = {"Ref": logical_id(assembly, name)}
    aliases = assembly.resources("AWS::Lambda::Alias")
    [found] = [
        (key, one["Properties"])
        for key, one in aliases.items()
        if one["Properties"]["FunctionName"] == function
    ]
    return found


def studio_source(assembly: Assembly) -> Any:
    _, source = assembly.starting_with("AWS::AppSync::DataSource", "StudioSource")
    return source["LambdaConfig"]["LambdaFunctionArn"]


def integration(assembly: Assembly) -> Any:
    return assembly.only("AWS::ApiGatewayV2::Integration")["IntegrationUri"]


def invocable_by_appsync(assembly: Assembly) -> list[Any]:
    _, role = assembly.starting_with("AWS::IAM::Policy", "ApiCallsRights")
    [statement] = statements({"Policies": [role]})
    assert statement["Action"] == "lambda:InvokeFunction"
    resources: list[Any] = statement["Resource"]
    return resources


def invocable_by_api_gateway(assembly: Assembly) -> list[Any]:
    return [
        one["FunctionName"]
        for one in assembly.properties("AWS::Lambda::Permission")
        if one["Principal"] == "apigateway.amazonaws.com"
    ]


def test_only_the_functions_that_users_wait_for_have_snapshots(assembly: Assembly) -> None:
    for name in SNAPSHOTS:
        assert assembly.function(name)["SnapStart"] == {"ApplyOn": "PublishedVersions"}
    for name in OTHERS:
        assert "SnapStart" not in assembly.function(name)
    assert len(assembly.resources("AWS::Lambda::Version")) == len(SNAPSHOTS)


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_alias_names_the_current_version(name: str, assembly: Assembly) -> None:
    _, alias = alias_of(assembly, name)
    version, attribute = alias["FunctionVersion"]["Fn::GetAtt"]
    assert (alias["Name"], attribute) == ("live", "Version")
    published = assembly.resources("AWS::Lambda::Version")[version]
    assert published["Properties"]["FunctionName"] == {"Ref": logical_id(assembly, name)}


def test_old_versions_are_deleted(assembly: Assembly) -> None:
    """Each version with a snapshot is billed until it is deleted."""
    for version in assembly.resources("AWS::Lambda::Version").values():
        assert version["DeletionPolicy"] == version["UpdateReplacePolicy"] == "Delete"


def test_version_changes_with_the_function(assembly: Assembly, bedrock: Assembly) -> None:
    """Without a new version, the alias would run the old code and settings."""
    assert set(assembly.resources("AWS::Lambda::Version")).isdisjoint(
        bedrock.resources("AWS::Lambda::Version")
    )


def test_requests_reach_the_aliases_only(assembly: Assembly) -> None:
    appsync, _ = alias_of(assembly, "appsync")
    http, _ = alias_of(assembly, "http")
    assert studio_source(assembly) == {"Ref": appsync}
    assert integration(assembly) == {"Ref": http}
    verifier = {"Fn::GetAtt": [logical_id(assembly, "verifier"), "Arn"]}
    assert invocable_by_appsync(assembly) == [{"Ref": appsync}, verifier]
    invocable = invocable_by_api_gateway(assembly)
    assert invocable == [{"Ref": http}] * len(invocable) != []


def test_snapshots_are_an_option(configured: Assembly) -> None:
    assert configured.resources("AWS::Lambda::Version") == {}
    assert configured.resources("AWS::Lambda::Alias") == {}
    assert all("SnapStart" not in configured.function(name) for name in SNAPSHOTS)
    arns = {name: {"Fn::GetAtt": [logical_id(configured, name), "Arn"]} for name in SNAPSHOTS}
    assert studio_source(configured) == arns["appsync"]
    assert integration(configured) == arns["http"]
    assert arns["appsync"] in invocable_by_appsync(configured)
    assert arns["http"] in invocable_by_api_gateway(configured)


def test_alarms_watch_all_versions(assembly: Assembly) -> None:
    """Metrics with the function's name as their only dimension include every alias."""
    _, alarm = assembly.starting_with("AWS::CloudWatch::Alarm", "FunctionErrorsAlarm")
    watched = [
        one["MetricStat"]["Metric"]["Dimensions"] for one in alarm["Metrics"] if "MetricStat" in one
    ]
    for name in SNAPSHOTS:
        function = {"Ref": logical_id(assembly, name)}
        assert [{"Name": "FunctionName", "Value": function}] in watched


def test_reservation_belongs_to_the_function(tmp_path: Path, bundles: Path) -> None:
    options = BEDROCK | {"GENAI_STUDIO_RESERVED_CONCURRENCY": "appsync=100"}
    reserved = synthesize(tmp_path, bundles, options)
    assert reserved.function("appsync")["ReservedConcurrentExecutions"] == 100
    _, alias = alias_of(reserved, "appsync")
    assert "ProvisionedConcurrency" not in json.dumps(alias)
