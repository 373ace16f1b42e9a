"""Tests that AppSync gets the schema that the other hosts serve."""

from __future__ import annotations

import json
import re

import pytest
from graphql import (
    DocumentNode,
    ObjectTypeDefinitionNode,
    TypeDefinitionNode,
    parse,
    print_ast,
)

from tests.infra.assembly import ROOT, Assembly
from tests.servers.appsync.contract import deployed_schema

EXPORTED = (ROOT / "graphql" / "schema.graphql").read_text("utf-8")
VERIFIED_FIELDS = json.loads((ROOT / "infra" / "pipeline.json").read_text("utf-8"))["verifier"][
    "rootFields"
]
APPSYNC_JS_FIELDS = {("Mutation", "publishGeneration"), ("Subscription", "generationUpdated")}
ROOTS = ("Query", "Mutation", "Subscription")


@pytest.fixture
def deployed(assembly: Assembly) -> str:
    definition: str = assembly.only("AWS::AppSync::GraphQLSchema")["Definition"]
    return definition


def root_fields(document: DocumentNode) -> dict[tuple[str, str], set[str]]:
    """Return the directive names of each root field."""
    return {
        (node.name.value, field.name.value): {
            directive.name.value for directive in field.directives or ()
        }
        for node in document.definitions
        if isinstance(node, ObjectTypeDefinitionNode) and node.name.value in ROOTS
        for field in node.fields or ()
    }


def test_deployed_sdl_is_the_exported_sdl_without_scalars_and_descriptions(deployed: str) -> None:
    without_descriptions = re.sub(r'"""(?s:.*?)"""', "", EXPORTED)
    kept = [
        print_ast(node)
        for node in parse(without_descriptions).definitions
        if not (node.kind == "scalar_type_definition" and node.name.value.startswith("AWS"))  # type: ignore[attr-defined] # every scalar definition has a name
    ]
    assert [print_ast(node) for node in parse(deployed).definitions] == kept
    assert len(kept) == len(parse(EXPORTED).definitions) - 2


def test_deployed_sdl_has_no_descriptions_and_comments(deployed: str) -> None:
    assert EXPORTED.count('"""') > 400
    assert '"""' not in deployed
    assert "#" not in deployed


def test_emulator_has_no_descriptions_either() -> None:
    types = deployed_schema().type_map.items()
    assert [name for name, found in types if own(name) and found.description] == []


DEFINED = {
    node.name.value for node in parse(EXPORTED).definitions if isinstance(node, TypeDefinitionNode)
}


def own(name: str) -> bool:
    """Return whether the schema defines a type, rather than GraphQL or AppSync."""
    return name in DEFINED and not name.startswith("AWS")


def test_every_root_field_has_one_resolver(assembly: Assembly) -> None:
    resolvers = assembly.properties("AWS::AppSync::Resolver")
    resolved = sorted((resolver["TypeName"], resolver["FieldName"]) for resolver in resolvers)
    assert resolved == sorted(root_fields(parse(EXPORTED)))


def test_functions_resolve_every_field_except_the_appsync_js_ones(assembly: Assembly) -> None:
    sources: dict[str, set[str]] = {}
    for resolver in assembly.properties("AWS::AppSync::Resolver"):
        uses_js = (resolver["TypeName"], resolver["FieldName"]) in APPSYNC_JS_FIELDS
        name = f"{resolver['TypeName']}.{resolver['FieldName']}"
        sources.setdefault(resolver["DataSourceName"], set()).add(name)
        assert (resolver["DataSourceName"] == "none") is uses_js
        assert ("Code" in resolver) is uses_js
        assert "RequestMappingTemplate" not in resolver
    assert set(sources) == {"none", "studio", "verifier"}
    assert sources["verifier"] == set(VERIFIED_FIELDS) == {"Query.imageCredentials"}


@pytest.mark.parametrize(("name", "function"), [("studio", "appsync"), ("verifier", "verifier")])
def test_data_source_is_a_function(name: str, function: str, assembly: Assembly) -> None:
    sources = {source["Name"]: source for source in assembly.properties("AWS::AppSync::DataSource")}
    handler = assembly.handler_of(sources[name]["LambdaConfig"]["LambdaFunctionArn"])
    assert handler == f"genai_studio.hosts.aws.functions.{function}.handler"
    assert sources["none"]["Type"] == "NONE"


def test_appsync_may_invoke_its_two_functions_only(assembly: Assembly) -> None:
    [invoke] = [
        statement
        for policy in assembly.properties("AWS::IAM::Policy")
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Action"] == "lambda:InvokeFunction"
    ]
    handlers = {assembly.handler_of(resource) for resource in invoke["Resource"]}
    assert handlers == {
        f"genai_studio.hosts.aws.functions.{name}.handler" for name in ("appsync", "verifier")
    }


def test_users_may_call_every_field_except_publish_generation(
    assembly: Assembly,
) -> None:
    api = assembly.only("AWS::AppSync::GraphQLApi")
    # Fields without an authorization directive use the default: signed-in users.
    assert api["AuthenticationType"] == "AMAZON_COGNITO_USER_POOLS"
    additional = api["AdditionalAuthenticationProviders"]
    assert [provider["AuthenticationType"] for provider in additional] == ["AWS_IAM"]
    directives = {"aws_iam", "aws_cognito_user_pools", "aws_api_key", "aws_oidc", "aws_lambda"}
    by_field = {name: used & directives for name, used in root_fields(parse(EXPORTED)).items()}
    restricted = {name: used for name, used in by_field.items() if used}
    assert restricted == {("Mutation", "publishGeneration"): {"aws_iam"}}


def test_documents_have_limits_and_are_not_logged(assembly: Assembly) -> None:
    api = assembly.only("AWS::AppSync::GraphQLApi")
    assert api["QueryDepthLimit"] == 16
    assert api["ResolverCountLimit"] == 10
    assert api["LogConfig"]["FieldLogLevel"] == "NONE"
    assert api["LogConfig"]["ExcludeVerboseContent"] is True
