"""What is closed, and what outlives the stack."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest

from tests.infra.assembly import AMPLIFY, Assembly


def test_nobody_signs_up_uninvited(assembly: Assembly) -> None:
    pool = assembly.only("AWS::Cognito::UserPool")
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert "LambdaConfig" not in pool


def test_with_allowed_domains_a_function_is_asked_before_sign_up(opened: Assembly) -> None:
    pool = opened.only("AWS::Cognito::UserPool")
    asked = pool["LambdaConfig"]["PreSignUp"]["Fn::GetAtt"][0]
    function = opened.resources("AWS::Lambda::Function")[asked]["Properties"]
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": False}
    assert function["Environment"]["Variables"] == {"EMAIL_DOMAINS": "example.com,example.org"}


def test_a_second_factor_is_offered(assembly: Assembly) -> None:
    pool = assembly.only("AWS::Cognito::UserPool")
    assert pool["MfaConfiguration"] == "OPTIONAL"
    assert pool["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]


def test_passwords_never_leave_the_browser_and_its_client_has_no_secret(
    assembly: Assembly,
) -> None:
    client = assembly.only("AWS::Cognito::UserPoolClient")
    assert client["ExplicitAuthFlows"] == ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    assert client["GenerateSecret"] is False
    assert client["EnableTokenRevocation"] is True
    assert client["PreventUserExistenceErrors"] == "ENABLED"


SIGNING_UP = "PreSignUp_SignUp"
INVITED = "PreSignUp_AdminCreateUser"


def asked_before_sign_up(email: str | None, trigger: str = SIGNING_UP) -> str:
    """Runs the function as Lambda does; gives `let in`, or what Cognito would say."""
    attributes = {} if email is None else {"email": email}
    event = json.dumps({"triggerSource": trigger, "request": {"userAttributes": attributes}})
    script = (
        "const { handler } = await import('./auth/allowed-domains/index.mjs');"
        f"const event = {event};"
        "try { console.log((await handler(event)) === event ? 'let in' : 'another event') }"
        "catch (error) { console.log(error.message) }"
    )
    run = subprocess.run(
        ["node", "--input-type=module", "--eval", script],
        cwd=AMPLIFY,
        env={"PATH": os.environ["PATH"], "EMAIL_DOMAINS": "example.com,example.org"},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.strip()


@pytest.mark.parametrize("email", ["ada@example.com", "Ada@EXAMPLE.org"])
def test_addresses_of_allowed_domains_sign_up(email: str) -> None:
    assert asked_before_sign_up(email) == "let in"


@pytest.mark.parametrize(
    "email",
    [
        "ada@example.net",
        "ada@sub.example.com",
        "ada@notexample.com",
        "example.com",
        "ada@example.com@evil.net",
        "",
        None,
    ],
)
def test_no_other_address_signs_up(email: str | None) -> None:
    assert "cannot sign up" in asked_before_sign_up(email)


def test_whoever_is_invited_is_let_in() -> None:
    assert asked_before_sign_up("ada@example.net", INVITED) == "let in"


def bucket_policy(assembly: Assembly) -> list[dict[str, Any]]:
    policy = assembly.only("AWS::S3::BucketPolicy")["PolicyDocument"]
    found: list[dict[str, Any]] = policy["Statement"]
    return found


def test_the_bucket_is_private_and_encrypted(assembly: Assembly) -> None:
    bucket = assembly.only("AWS::S3::Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    rules = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert [one["ServerSideEncryptionByDefault"]["SSEAlgorithm"] for one in rules] == ["AES256"]
    assert [one for one in bucket_policy(assembly) if one["Effect"] == "Allow"] == []


def test_the_bucket_is_reached_over_tls_alone(assembly: Assembly) -> None:
    conditions = [one["Condition"] for one in bucket_policy(assembly) if one["Action"] == "s3:*"]
    assert {"Bool": {"aws:SecureTransport": "false"}} in conditions
    assert {"NumericLessThan": {"s3:TlsVersion": 1.2}} in conditions


def test_no_link_works_for_longer_than_15_minutes(assembly: Assembly) -> None:
    [rule] = [one for one in bucket_policy(assembly) if one.get("Sid") == "DenyOldPresignedUrls"]
    assert rule["Effect"] == "Deny"
    assert rule["Principal"] == {"AWS": "*"}
    assert rule["Condition"] == {"NumericGreaterThan": {"s3:signatureAge": "900000"}}


def test_only_the_studios_page_and_those_that_were_named_read_pictures(
    assembly: Assembly, opened: Assembly
) -> None:
    [rule] = assembly.only("AWS::S3::Bucket")["CorsConfiguration"]["CorsRules"]
    assert rule["AllowedMethods"] == ["GET", "HEAD"]
    [origin] = rule["AllowedOrigins"]
    assert origin["Fn::Join"][1][0] == "https://main."
    [rule] = opened.only("AWS::S3::Bucket")["CorsConfiguration"]["CorsRules"]
    assert rule["AllowedOrigins"] == [
        "https://main.d1a2b3c4.amplifyapp.com",
        "https://app.example.com",
    ]


def test_what_endpoints_answered_too_late_is_deleted_and_no_picture_is(
    assembly: Assembly,
) -> None:
    rules = assembly.only("AWS::S3::Bucket")["LifecycleConfiguration"]["Rules"]
    expiring = [one for one in rules if "ExpirationInDays" in one]
    assert [one["Prefix"] for one in expiring] == ["async/"]


def test_people_records_and_pictures_outlive_the_stack(assembly: Assembly) -> None:
    for kind in ("AWS::Cognito::UserPool", "AWS::DynamoDB::Table", "AWS::S3::Bucket"):
        [resource] = assembly.resources(kind).values()
        assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
        assert resource["UpdateReplacePolicy"] == "Retain"


def test_a_token_is_demanded_where_data_is_and_nowhere_else(assembly: Assembly) -> None:
    routes = {
        one["RouteKey"]: one["AuthorizationType"]
        for one in assembly.properties("AWS::ApiGatewayV2::Route")
    }
    assert routes == {
        "GET /graphql": "JWT",
        "POST /graphql": "JWT",
        "OPTIONS /graphql": "NONE",
        "GET /": "NONE",
        "GET /{file+}": "NONE",
    }


def test_requests_are_logged_without_what_was_asked(assembly: Assembly) -> None:
    [stage] = assembly.properties("AWS::ApiGatewayV2::Stage")
    logged = set(json.loads(stage["AccessLogSettings"]["Format"]).values())
    assert "$context.requestId" in logged
    for telling in ("path", "queryString", "identity.sourceIp", "claims"):
        assert not any(telling in one for one in logged)


def test_limits_for_people_and_for_the_studio_are_on(assembly: Assembly) -> None:
    for name in ("appsync", "http"):
        variables = assembly.function(name)["Environment"]["Variables"]
        assert variables["GENAI_STUDIO_DAILY_IMAGES"] == "50"
        assert variables["GENAI_STUDIO_DAILY_IMAGES_STUDIO"] == "500"
