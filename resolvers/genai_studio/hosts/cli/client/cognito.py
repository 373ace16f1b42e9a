"""Sign in to a Cognito user pool with SRP, which does not send the password."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import get_session

from genai_studio.aws.user_pool import UserPool
from genai_studio.hosts.cli.output.failures import CommandFailed

CONNECT_TIMEOUT_SECONDS = 5
READ_TIMEOUT_SECONDS = 20

_ATTRIBUTE_PREFIX = "userAttributes."

# By name of the challenge: the name of the response field, and the prompt.
_CODE_CHALLENGES = {
    "SOFTWARE_TOKEN_MFA": ("SOFTWARE_TOKEN_MFA_CODE", "Code from your authenticator app"),
    "SMS_MFA": ("SMS_MFA_CODE", "Code sent to your phone"),
    "EMAIL_OTP": ("EMAIL_OTP_CODE", "Code sent to your email address"),
}

_MESSAGES = {
    "NotAuthorizedException": "Incorrect user name or password.",
    "UserNotFoundException": "Incorrect user name or password.",
    "UserNotConfirmedException": "This account is not confirmed. Confirm it on the studio's page.",
    "PasswordResetRequiredException": "Reset your password on the studio's page.",
    "CodeMismatchException": "Incorrect code.",
    "ExpiredCodeException": "The code has expired. Sign in again.",
    "InvalidPasswordException": "The new password does not meet the user pool's requirements.",
    "TooManyRequestsException": "Too many attempts. Try again later.",
    "LimitExceededException": "Too many attempts. Try again later.",
    "ResourceNotFoundException": "The user pool or its client does not exist.",
}


class Prompter(Protocol):
    """Asks the user for input."""

    def __call__(self, label: str, *, secret: bool) -> str:
        """Return the user's input; do not echo it if it is `secret`."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a user who signed in.

    Attributes:
        access: Access token.
        lifetime: Lifetime of the access token in seconds.
        refresh: Refresh token; None if the previous one stays valid.
    """

    access: str
    lifetime: int
    refresh: str | None


def sign_in(pool: UserPool, username: str, password: str, prompt: Prompter) -> Tokens:
    """Sign a user in, prompting for further challenges such as MFA codes.

    Raises:
        CommandFailed: The user pool rejected the sign-in or is unreachable.
    """
    with _cognito_errors(pool):
        return _Authentication(pool, username, password, prompt).tokens()


def refresh(pool: UserPool, refresh_token: str) -> Tokens:
    """Get a new access token.

    Raises:
        CommandFailed: The refresh token is no longer valid, or the pool is unreachable.
    """
    expired = "Your sign-in has expired. Run: genai-studio login"
    with _cognito_errors(pool, NotAuthorizedException=expired):
        answer = _client(pool).initiate_auth(
            ClientId=pool.client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": refresh_token},
        )
    return _tokens(answer["AuthenticationResult"])


def revoke(pool: UserPool, refresh_token: str) -> None:
    """Revoke a refresh token and the access tokens issued with it.

    Raises:
        CommandFailed: The user pool rejected the request or is unreachable.
    """
    with _cognito_errors(pool):
        _client(pool).revoke_token(Token=refresh_token, ClientId=pool.client_id)


class _Authentication:
    """One authentication flow: answers challenges until Cognito issues tokens."""

    def __init__(self, pool: UserPool, username: str, password: str, prompt: Prompter) -> None:
        from pycognito.aws_srp import AWSSRP  # type: ignore[import-untyped]  # has no types

        self._client = _client(pool)
        self._client_id = pool.client_id
        self._prompt = prompt
        self._srp = AWSSRP(
            username=username,
            password=password,
            pool_id=pool.pool_id,
            client_id=pool.client_id,
            client=self._client,
        )
        self._auth_parameters = self._srp.get_auth_params()

    def tokens(self) -> Tokens:
        username = self._auth_parameters["USERNAME"]
        answer = self._client.initiate_auth(
            ClientId=self._client_id,
            AuthFlow="USER_SRP_AUTH",
            AuthParameters=self._auth_parameters,
        )
        while "AuthenticationResult" not in answer:
            name, parameters = answer["ChallengeName"], answer["ChallengeParameters"]
            # From the first challenge on, the pool identifies users by an internal ID.
            username = parameters.get("USER_ID_FOR_SRP", username)
            session = {"Session": answer["Session"]} if answer.get("Session") else {}
            answer = self._client.respond_to_auth_challenge(
                ClientId=self._client_id,
                ChallengeName=name,
                ChallengeResponses={"USERNAME": username, **self._response(name, parameters)},
                **session,
            )
        return _tokens(answer["AuthenticationResult"])

    def _response(self, challenge: str, parameters: Mapping[str, str]) -> dict[str, str]:
        if challenge == "PASSWORD_VERIFIER":
            return self._password_proof(parameters)
        if challenge == "NEW_PASSWORD_REQUIRED":
            return self._new_password(parameters)
        if challenge == "SELECT_MFA_TYPE":
            choices: list[str] = json.loads(parameters["MFAS_CAN_CHOOSE"])
            return {"ANSWER": self._prompt(f"MFA method ({', '.join(choices)})", secret=False)}
        if challenge in _CODE_CHALLENGES:
            field, label = _CODE_CHALLENGES[challenge]
            return {field: self._prompt(label, secret=False).replace(" ", "")}
        raise CommandFailed(
            f"The user pool requires the challenge {challenge}, which this command does not "
            "support. Sign in on the studio's page first."
        )

    def _password_proof(self, parameters: Mapping[str, str]) -> dict[str, str]:
        with warnings.catch_warnings():
            # pycognito calls datetime.utcnow, which is deprecated since Python 3.12.
            warnings.simplefilter("ignore", DeprecationWarning)
            proof: dict[str, str] = self._srp.process_challenge(parameters, self._auth_parameters)
        return proof

    def _new_password(self, parameters: Mapping[str, str]) -> dict[str, str]:
        password = self._prompt("Your password is temporary. New password", secret=True)
        if self._prompt("Repeat the new password", secret=True) != password:
            raise CommandFailed("The passwords do not match.")
        required: list[str] = json.loads(parameters.get("requiredAttributes") or "[]")
        names = [name.removeprefix(_ATTRIBUTE_PREFIX) for name in required]
        attributes = {
            _ATTRIBUTE_PREFIX + name: self._prompt(name.replace("_", " "), secret=False)
            for name in names
        }
        return {"NEW_PASSWORD": password, **attributes}


def _client(pool: UserPool) -> Any:  # noqa: ANN401 - botocore creates clients at run time
    return get_session().create_client(
        "cognito-idp",
        region_name=pool.region,
        endpoint_url=pool.endpoint,
        config=Config(
            # Users have no AWS credentials.
            signature_version=UNSIGNED,
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            read_timeout=READ_TIMEOUT_SECONDS,
        ),
    )


def _tokens(result: Mapping[str, Any]) -> Tokens:
    return Tokens(result["AccessToken"], result["ExpiresIn"], result.get("RefreshToken"))


@contextmanager
def _cognito_errors(pool: UserPool, **messages: str) -> Iterator[None]:
    """Convert Cognito's errors to `CommandFailed`; `messages` override the defaults by code."""
    try:
        yield
    except ClientError as error:
        code = str(error.response["Error"]["Code"])
        message = (_MESSAGES | messages).get(code, f"The user pool returned the error {code}.")
        raise CommandFailed(message) from None
    except BotoCoreError as error:
        raise CommandFailed(
            f"The user pool at {pool.endpoint} is unreachable: {type(error).__name__}."
        ) from None
