"""Signing in at a Cognito user pool by SRP: the password itself never leaves this machine."""

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

_ATTRIBUTE = "userAttributes."

_CODES = {
    "SOFTWARE_TOKEN_MFA": ("SOFTWARE_TOKEN_MFA_CODE", "Code of your authenticator app"),
    "SMS_MFA": ("SMS_MFA_CODE", "Code that was sent to your phone"),
    "EMAIL_OTP": ("EMAIL_OTP_CODE", "Code that was sent to your e-mail address"),
}

_SAID = {
    "NotAuthorizedException": "The user name or the password is wrong.",
    "UserNotFoundException": "The user name or the password is wrong.",
    "UserNotConfirmedException": "This account is not confirmed yet: do so on the studio's page.",
    "PasswordResetRequiredException": "The password has to be reset: do so on the studio's page.",
    "CodeMismatchException": "The code is wrong.",
    "ExpiredCodeException": "The code has expired: sign in again.",
    "InvalidPasswordException": "The user pool does not accept this new password: it is too weak.",
    "TooManyRequestsException": "There were too many attempts: wait a while.",
    "LimitExceededException": "There were too many attempts: wait a while.",
    "ResourceNotFoundException": "There is no such user pool or application.",
}


class Ask(Protocol):
    """Asks the person for something."""

    def __call__(self, what: str, *, secret: bool) -> str:
        """What they answered; `secret` answers are not shown."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What Cognito gives to somebody who signed in.

    Attributes:
        lifetime: Seconds that the access token works.
        refresh: Gets further access tokens; None where an older one goes on.
    """

    access: str
    lifetime: int
    refresh: str | None


def sign_in(pool: UserPool, username: str, password: str, ask: Ask) -> Tokens:
    """Sign somebody in, asking for whatever else the pool wants to know.

    Raises:
        CommandFailed: It was refused; the message says why.
    """
    with _explained(pool):
        return _SignIn(pool, username, password, ask).tokens()


def refresh(pool: UserPool, refresh_token: str) -> Tokens:
    """A further access token.

    Raises:
        CommandFailed: The person has to sign in again, or the pool does not answer.
    """
    with _explained(pool, NotAuthorizedException="Your sign-in has ended: genai-studio login."):
        answer = _client(pool).initiate_auth(
            ClientId=pool.client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": refresh_token},
        )
    return _tokens(answer["AuthenticationResult"])


def revoke(pool: UserPool, refresh_token: str) -> None:
    """Make a sign-in worth nothing: no token comes of it any more.

    Raises:
        CommandFailed: The pool refuses, or does not answer.
    """
    with _explained(pool):
        _client(pool).revoke_token(Token=refresh_token, ClientId=pool.client_id)


class _SignIn:
    """One conversation with a user pool: it asks, and is answered, until it is content."""

    def __init__(self, pool: UserPool, username: str, password: str, ask: Ask) -> None:
        from pycognito.aws_srp import AWSSRP  # type: ignore[import-untyped]  # without types

        self._client = _client(pool)
        self._client_id = pool.client_id
        self._ask = ask
        self._srp = AWSSRP(
            username=username,
            password=password,
            pool_id=pool.pool_id,
            client_id=pool.client_id,
            client=self._client,
        )
        self._asked = self._srp.get_auth_params()

    def tokens(self) -> Tokens:
        username = self._asked["USERNAME"]
        answer = self._client.initiate_auth(
            ClientId=self._client_id, AuthFlow="USER_SRP_AUTH", AuthParameters=self._asked
        )
        while "AuthenticationResult" not in answer:
            name, parameters = answer["ChallengeName"], answer["ChallengeParameters"]
            # From the first challenge on the pool calls people by an id of its own.
            username = parameters.get("USER_ID_FOR_SRP", username)
            session = {"Session": answer["Session"]} if answer.get("Session") else {}
            answer = self._client.respond_to_auth_challenge(
                ClientId=self._client_id,
                ChallengeName=name,
                ChallengeResponses={"USERNAME": username, **self._reply(name, parameters)},
                **session,
            )
        return _tokens(answer["AuthenticationResult"])

    def _reply(self, challenge: str, parameters: Mapping[str, str]) -> dict[str, str]:
        if challenge == "PASSWORD_VERIFIER":
            return self._proof(parameters)
        if challenge == "NEW_PASSWORD_REQUIRED":
            return self._new_password(parameters)
        if challenge == "SELECT_MFA_TYPE":
            choices: list[str] = json.loads(parameters["MFAS_CAN_CHOOSE"])
            return {"ANSWER": self._ask(f"One of {', '.join(choices)}", secret=False)}
        if challenge in _CODES:
            field, what = _CODES[challenge]
            return {field: self._ask(what, secret=False).replace(" ", "")}
        raise CommandFailed(
            f"The user pool asks for {challenge}, which this command does not know: "
            "sign in on the studio's page first."
        )

    def _proof(self, parameters: Mapping[str, str]) -> dict[str, str]:
        with warnings.catch_warnings():
            # It asks for the time by a function that newer Pythons warn of.
            warnings.simplefilter("ignore", DeprecationWarning)
            proof: dict[str, str] = self._srp.process_challenge(parameters, self._asked)
        return proof

    def _new_password(self, parameters: Mapping[str, str]) -> dict[str, str]:
        chosen = self._ask("This password was for once. Your new one", secret=True)
        if self._ask("Once more", secret=True) != chosen:
            raise CommandFailed("These are two different passwords.")
        wanted: list[str] = json.loads(parameters.get("requiredAttributes") or "[]")
        names = [name if name.startswith(_ATTRIBUTE) else _ATTRIBUTE + name for name in wanted]
        told = {
            name: self._ask(name.removeprefix(_ATTRIBUTE).replace("_", " "), secret=False)
            for name in names
        }
        return {"NEW_PASSWORD": chosen, **told}


def _client(pool: UserPool) -> Any:  # noqa: ANN401 - made from a description of the service
    return get_session().create_client(
        "cognito-idp",
        region_name=pool.region,
        endpoint_url=pool.endpoint,
        config=Config(
            # Whoever signs in has no credentials of AWS.
            signature_version=UNSIGNED,
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            read_timeout=READ_TIMEOUT_SECONDS,
        ),
    )


def _tokens(result: Mapping[str, Any]) -> Tokens:
    return Tokens(result["AccessToken"], result["ExpiresIn"], result.get("RefreshToken"))


@contextmanager
def _explained(pool: UserPool, **said: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = str(error.response["Error"]["Code"])
        message = (_SAID | said).get(code, f"The user pool refuses: {code}.")
        raise CommandFailed(message) from None
    except BotoCoreError as error:
        raise CommandFailed(
            f"The user pool at {pool.endpoint} cannot be asked: {type(error).__name__}."
        ) from None
