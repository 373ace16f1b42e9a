"""`genai-studio token`."""

from __future__ import annotations

from datetime import timedelta

from genai_studio.hosts.cli.client.access import local_token
from genai_studio.hosts.cli.options import DataDir, User, local_settings
from genai_studio.hosts.cli.output.console import print_plain


def token(*, user: User = None, data_dir: DataDir = None) -> None:
    """Print an access token for a user of the local studio, and nothing else.

    Send it as `Authorization: Bearer TOKEN` over HTTP, and as the field
    `Authorization` of connection_init's payload over WebSocket. The user need
    not exist before. A studio that signs people in at Cognito takes no such token.
    """
    settings = local_settings(user=user, data_dir=data_dir)
    print_plain(local_token(settings, timedelta(days=settings.token_days)))
