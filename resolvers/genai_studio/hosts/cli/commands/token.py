"""`genai-studio token`."""

from __future__ import annotations

from datetime import timedelta

from genai_studio.hosts.cli.client.access import local_token
from genai_studio.hosts.cli.options import DataDir, User, local_settings
from genai_studio.hosts.cli.output.console import print_plain


def token(*, user: User = None, data_dir: DataDir = None) -> None:
    """Print an access token for a user of the local studio.

    Send it in the header `Authorization: Bearer TOKEN` over HTTP, or in the field
    `Authorization` of the connection_init payload over WebSocket. Users need no
    registration. A studio that uses Cognito does not accept these tokens.
    """
    settings = local_settings(user=user, data_dir=data_dir)
    print_plain(local_token(settings, timedelta(days=settings.token_days)))
