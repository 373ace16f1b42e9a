"""What AppSync is given is what the other hosts serve."""

from __future__ import annotations

import re

import pytest
from graphql import DocumentNode, ObjectTypeDefinitionNode, parse, print_ast

from tests.infra.assembly import ROOT, Assembly

EXPORTED = (ROOT / "graphql" / "schema.graphql").read_text("utf-8")
APPSYNC_ITSELF = {("Mutation", "publishGeneration"), ("Subscription", "generationUpdated")}
ROOTS = ("Query", "Mutation", "Subscription")


@pytest.fixture
def deployed(assembly: Assembly) -> str:
    definition: str = assembly.only("AWS::AppSync::GraphQLSchema")["Definition"]
    return definition


def root_fields(document: DocumentNode) -> dict[tuple[str, str], set[str]]:
    """The root fields, with the names of their directives."""
    return {
        (node.name.value, field.name.value): {one.name.value for one in field.directives or ()}
        for node in document.definitions
        if isinstance(node, ObjectTypeDefinitionNode) and node.name.value in ROOTS
        for field in node.fields or ()
    }


def test_the_sdl_is_the_exported_one_less_appsyncs_own_scalars(deployed: str) -> None:
    kept = [
        print_ast(node)
        for node in parse(EXPORTED).definitions
        if not (node.kind == "scalar_type_definition" and node.name.value.startswith("AWS"))  # type: ignore[attr-defined] # of the nodes of this kind
    ]
    assert [print_ast(node) for node in parse(deployed).definitions] == kept
    assert len(kept) == len(parse(EXPORTED).definitions) - 2


def test_not_a_character_else_is_changed(deployed: str) -> None:
    assert EXPORTED.endswith(deployed.lstrip())
    cut = EXPORTED.removesuffix(deployed)
    assert re.findall(r"^\w+.*$", re.sub(r'"""(?s:.*?)"""', "", cut), re.MULTILINE) == [
        "scalar AWSDateTime",
        "scalar AWSJSON",
    ]


def test_every_root_field_has_one_resolver(assembly: Assembly) -> None:
    resolvers = assembly.properties("AWS::AppSync::Resolver")
    resolved = sorted((one["TypeName"], one["FieldName"]) for one in resolvers)
    assert resolved == sorted(root_fields(parse(EXPORTED)))


def test_the_function_answers_all_but_what_appsync_answers_itself(assembly: Assembly) -> None:
    for resolver in assembly.properties("AWS::AppSync::Resolver"):
        itself = (resolver["TypeName"], resolver["FieldName"]) in APPSYNC_ITSELF
        assert resolver["DataSourceName"] == ("none" if itself else "studio")
        assert ("Code" in resolver) is itself
        assert "RequestMappingTemplate" not in resolver


def test_the_function_behind_the_api_is_the_appsync_handler(assembly: Assembly) -> None:
    sources = {one["Name"]: one for one in assembly.properties("AWS::AppSync::DataSource")}
    target = sources["studio"]["LambdaConfig"]["LambdaFunctionArn"]["Fn::GetAtt"][0]
    handler = assembly.resources("AWS::Lambda::Function")[target]["Properties"]["Handler"]
    assert handler == "genai_studio.hosts.aws.functions.appsync.handler"
    assert sources["none"]["Type"] == "NONE"


def test_members_may_ask_for_every_field_but_the_one_for_the_studios_roles(
    assembly: Assembly,
) -> None:
    api = assembly.only("AWS::AppSync::GraphQLApi")
    # A field without a rule of its own is open to the default: signed-in members.
    assert api["AuthenticationType"] == "AMAZON_COGNITO_USER_POOLS"
    assert [one["AuthenticationType"] for one in api["AdditionalAuthenticationProviders"]] == [
        "AWS_IAM"
    ]
    rules = {"aws_iam", "aws_cognito_user_pools", "aws_api_key", "aws_oidc", "aws_lambda"}
    special = {name: used & rules for name, used in root_fields(parse(EXPORTED)).items()}
    assert {name for name, used in special.items() if used} == {("Mutation", "publishGeneration")}
    assert special["Mutation", "publishGeneration"] == {"aws_iam"}


def test_documents_are_limited_and_never_logged(assembly: Assembly) -> None:
    api = assembly.only("AWS::AppSync::GraphQLApi")
    assert api["QueryDepthLimit"] == 16
    assert api["ResolverCountLimit"] == 10
    assert api["LogConfig"]["FieldLogLevel"] == "NONE"
    assert api["LogConfig"]["ExcludeVerboseContent"] is True
