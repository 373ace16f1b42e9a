"""The function behind API Gateway: GraphiQL without a token, GraphQL with one."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from importlib.metadata import version

from genai_studio.bootstrap.aws import http_parts
from genai_studio.hosts.asgi.app import create_app
from genai_studio.hosts.asgi.options import AsgiOptions
from genai_studio.hosts.asgi.pages import WEB_DIR
from genai_studio.hosts.aws.instrumentation import instrument
from genai_studio.hosts.aws.lambda_http import http_handler
from genai_studio.hosts.aws.preload import client_documents, preload
from genai_studio.hosts.aws.snapshot import prepare_for_snapshots
from genai_studio.settings import read_settings


async def _nothing_missing() -> Mapping[str, str]:
    return {}


_settings = read_settings(os.environ)
_parts = http_parts(_settings)
_app = create_app(
    _parts.studio,
    _parts.identity,
    AsgiOptions(
        version=version("genai-studio"),
        user_pool=_parts.user_pool,
        # API Gateway routes only requests for its own host name.
        allowed_hosts=("*",),
        cors_origins=_settings.cors_origins,
    ),
    clock=_parts.clock,
    ready=_nothing_missing,
    web_dir=WEB_DIR,
)

_loop = asyncio.new_event_loop()

handler = instrument(http_handler(_app, _loop))
prepare_for_snapshots(
    lambda: _loop.run_until_complete(preload(_parts.studio, _parts.offline, client_documents()))
)
