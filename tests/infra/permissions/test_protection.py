"""Tests for sign-up, the image bucket, retained resources, authorization and limits."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest

from tests.infra.assembly import AMPLIFY, Assembly


def test_sign_up_requires_an_invitation_by_default(assembly: Assembly) -> None:
    pool = assembly.only("AWS::Cognito::UserPool")
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert "LambdaConfig" not in pool


def test_allowed_domains_add_a_pre_sign_up_trigger(configured: Assembly) -> None:
    pool = configured.only("AWS::Cognito::UserPool")
    trigger = pool["LambdaConfig"]["PreSignUp"]["Fn::GetAtt"][0]
    function = configured.resources("AWS::Lambda::Function")[trigger]["Properties"]
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": False}
    assert function["Environment"]["Variables"] == {"EMAIL_DOMAINS": "example.com,example.org"}


def test_second_factor_is_optional(assembly: Assembly) -> None:
    pool = assembly.only("AWS::Cognito::UserPool")
    assert pool["MfaConfiguration"] == "OPTIONAL"
    assert pool["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]


def test_client_uses_srp_and_has_no_secret(
    assembly: Assembly,
) -> None:
    client = assembly.only("AWS::Cognito::UserPoolClient")
    assert client["ExplicitAuthFlows"] == ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    assert client["GenerateSecret"] is False
    assert client["EnableTokenRevocation"] is True
    assert client["PreventUserExistenceErrors"] == "ENABLED"


SIGN_UP = "PreSignUp_SignUp"
INVITATION = "PreSignUp_AdminCreateUser"


def run_pre_sign_up(email: str | None, trigger: str = SIGN_UP) -> str:
    """Run the trigger as Lambda does. Returns `accepted` or the error message for Cognito."""
    attributes = {} if email is None else {"email": email}
    event = json.dumps({"triggerSource": trigger, "request": {"userAttributes": attributes}})
    script = (
        "const { handler } = await import('./auth/allowed-domains/index.mjs');"
        f"const event = {event};"
        "try { console.log((await handler(event)) === event ? 'accepted' : 'another event') }"
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
def test_address_of_an_allowed_domain_may_sign_up(email: str) -> None:
    assert run_pre_sign_up(email) == "accepted"


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
def test_other_addresses_may_not_sign_up(email: str | None) -> None:
    assert "cannot sign up" in run_pre_sign_up(email)


def test_invited_user_may_have_any_domain() -> None:
    assert run_pre_sign_up("ada@example.net", INVITATION) == "accepted"


def bucket_policy(assembly: Assembly) -> list[dict[str, Any]]:
    policy = assembly.only("AWS::S3::BucketPolicy")["PolicyDocument"]
    found: list[dict[str, Any]] = policy["Statement"]
    return found


def test_bucket_is_private_and_encrypted(assembly: Assembly) -> None:
    bucket = assembly.only("AWS::S3::Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    rules = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert [rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] for rule in rules] == ["AES256"]
    assert {statement["Effect"] for statement in bucket_policy(assembly)} == {"Deny"}


def test_bucket_requires_tls(assembly: Assembly) -> None:
    conditions = [
        statement["Condition"]
        for statement in bucket_policy(assembly)
        if statement["Action"] == "s3:*"
    ]
    assert {"Bool": {"aws:SecureTransport": "false"}} in conditions
    assert {"NumericLessThan": {"s3:TlsVersion": 1.2}} in conditions


def test_presigned_urls_expire_after_15_minutes(assembly: Assembly) -> None:
    [deny] = [
        statement
        for statement in bucket_policy(assembly)
        if statement.get("Sid") == "DenyOldPresignedUrls"
    ]
    assert deny["Effect"] == "Deny"
    assert deny["Principal"] == {"AWS": "*"}
    assert deny["Condition"] == {"NumericGreaterThan": {"s3:signatureAge": "900000"}}


def test_cors_allows_the_page_and_configured_origins(
    assembly: Assembly, configured: Assembly
) -> None:
    [rule] = assembly.only("AWS::S3::Bucket")["CorsConfiguration"]["CorsRules"]
    assert rule["AllowedMethods"] == ["GET", "HEAD", "POST"]
    [origin] = rule["AllowedOrigins"]
    assert origin["Fn::Join"][1][0] == "https://main."
    [rule] = configured.only("AWS::S3::Bucket")["CorsConfiguration"]["CorsRules"]
    assert rule["AllowedOrigins"] == [
        "https://main.d1a2b3c4.amplifyapp.com",
        "https://app.example.com",
    ]


def test_only_uploads_and_results_of_asynchronous_endpoints_expire(
    assembly: Assembly,
) -> None:
    rules = assembly.only("AWS::S3::Bucket")["LifecycleConfiguration"]["Rules"]
    expiring = [rule for rule in rules if "ExpirationInDays" in rule]
    assert {rule["Prefix"]: rule["ExpirationInDays"] for rule in expiring} == {
        "uploads/": 1,
        "async/": 2,
    }


def test_users_records_and_images_are_retained(assembly: Assembly) -> None:
    for kind in ("AWS::Cognito::UserPool", "AWS::DynamoDB::Table", "AWS::S3::Bucket"):
        [resource] = assembly.resources(kind).values()
        assert resource["DeletionPolicy"] in {"Retain", "RetainExceptOnCreate"}
        assert resource["UpdateReplacePolicy"] == "Retain"


def test_failed_first_deployment_deletes_no_protected_resource(assembly: Assembly) -> None:
    """CloudFormation cannot delete it, so the rollback would fail."""
    [pool] = assembly.resources("AWS::Cognito::UserPool").values()
    [table] = assembly.resources("AWS::DynamoDB::Table").values()
    assert pool["Properties"]["DeletionProtection"] == "ACTIVE"
    assert table["Properties"]["DeletionProtectionEnabled"] is True
    assert pool["DeletionPolicy"] == table["DeletionPolicy"] == "Retain"


def test_sender_verified_in_ses_sends_the_emails_of_the_user_pool(
    assembly: Assembly, configured: Assembly
) -> None:
    assert "EmailConfiguration" not in assembly.only("AWS::Cognito::UserPool")
    email = configured.only("AWS::Cognito::UserPool")["EmailConfiguration"]
    assert email["EmailSendingAccount"] == "DEVELOPER"
    assert email["From"] == "studio@example.com"
    assert email["SourceArn"]["Fn::Join"][1][-1] == ":identity/studio@example.com"


def test_only_routes_that_serve_data_require_a_token(assembly: Assembly) -> None:
    routes = {
        route["RouteKey"]: route["AuthorizationType"]
        for route in assembly.properties("AWS::ApiGatewayV2::Route")
    }
    assert routes == {
        "GET /graphql": "JWT",
        "POST /graphql": "JWT",
        "OPTIONS /graphql": "NONE",
        "GET /": "NONE",
        "GET /{file+}": "NONE",
    }


def test_access_log_contains_no_request_data(assembly: Assembly) -> None:
    [stage] = assembly.properties("AWS::ApiGatewayV2::Stage")
    logged = set(json.loads(stage["AccessLogSettings"]["Format"]).values())
    assert "$context.requestId" in logged
    for sensitive in ("path", "queryString", "identity.sourceIp", "claims"):
        assert not any(sensitive in variable for variable in logged)


def test_requests_of_an_address_are_limited_only_on_request(
    assembly: Assembly, configured: Assembly
) -> None:
    """AWS WAF costs a monthly fee."""
    assert assembly.resources("AWS::WAFv2::WebACL") == {}
    (acl,) = configured.resources("AWS::WAFv2::WebACL").values()
    (rule,) = acl["Properties"]["Rules"]
    assert rule["Statement"]["RateBasedStatement"] == {
        "AggregateKeyType": "IP",
        "EvaluationWindowSec": 300,
        "Limit": 2000,
    }
    assert "Block" in rule["Action"]
    assert not rule["VisibilityConfig"]["SampledRequestsEnabled"]
    (association,) = configured.resources("AWS::WAFv2::WebACLAssociation").values()
    (api,) = configured.resources("AWS::AppSync::GraphQLApi")
    assert association["Properties"]["ResourceArn"] == {"Fn::GetAtt": [api, "Arn"]}


def test_daily_limits_are_set(assembly: Assembly) -> None:
    for name in ("appsync", "http"):
        variables = assembly.function(name)["Environment"]["Variables"]
        assert variables["GENAI_STUDIO_DAILY_IMAGES"] == "50"
        assert variables["GENAI_STUDIO_DAILY_IMAGES_STUDIO"] == "500"
        assert variables["GENAI_STUDIO_UNFINISHED_PER_USER"] == "20"
