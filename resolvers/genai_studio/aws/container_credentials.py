"""Fetch the credentials of a Lambda function with SnapStart when they are first used.

Without SnapStart, Lambda passes credentials in environment variables. With it, an HTTP
endpoint in the execution environment returns them, because credentials in a snapshot
would have expired when it is restored. botocore's provider for that endpoint fetches
credentials as soon as a client is created, which is before the snapshot.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from botocore.credentials import (
    ContainerProvider,
    CredentialProvider,
    DeferredRefreshableCredentials,
)
from botocore.exceptions import CredentialRetrievalError, MetadataRetrievalError
from botocore.session import Session
from botocore.utils import ContainerMetadataFetcher

METHOD = "lambda-container"


def defer_container_credentials(session: Session) -> None:
    """Make a session fetch Lambda's container credentials at the first signature.

    They refresh themselves before they expire. Other credentials are found as before.
    """
    providers = session.get_component("credential_provider")
    providers.insert_before(ContainerProvider.METHOD, _LambdaContainer(os.environ))


class _LambdaContainer(CredentialProvider):
    """Provider of credentials that hold nothing until they are used."""

    METHOD = METHOD

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__()
        self._environment = environment

    def load(self) -> DeferredRefreshableCredentials | None:
        """Return the credentials, or None if Lambda has not set the endpoint's variables."""
        url = self._environment.get(ContainerProvider.ENV_VAR_FULL)
        # Amazon EKS sets a token file instead. botocore's own provider supports it.
        if not url or ContainerProvider.ENV_VAR_AUTH_TOKEN not in self._environment:
            return None
        return DeferredRefreshableCredentials(lambda: self._fetch(url), METHOD)

    def _fetch(self, url: str) -> dict[str, str | None]:
        """Fetch the credentials. Called again when they expire.

        Raises:
            CredentialRetrievalError: The endpoint does not respond with credentials.
        """
        token = self._environment[ContainerProvider.ENV_VAR_AUTH_TOKEN]
        try:
            found = ContainerMetadataFetcher().retrieve_full_uri(
                url, headers={"Authorization": token}
            )
            return {
                "access_key": found["AccessKeyId"],
                "secret_key": found["SecretAccessKey"],
                "token": found["Token"],
                "expiry_time": found["Expiration"],
                "account_id": found.get("AccountId"),
            }
        except (KeyError, MetadataRetrievalError) as error:
            reason = f"{type(error).__name__} at the container's endpoint"
            raise CredentialRetrievalError(provider=METHOD, error_msg=reason) from None
