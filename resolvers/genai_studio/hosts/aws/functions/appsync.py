"""The function of AppSync's direct Lambda resolvers."""

from __future__ import annotations

import asyncio
import os

from genai_studio.bootstrap.aws import api_parts
from genai_studio.hosts.aws.appsync import appsync_handler
from genai_studio.hosts.aws.instrumentation import instrument
from genai_studio.hosts.aws.preload import preload, resolver_documents
from genai_studio.hosts.aws.snapshot import prepare_for_snapshots
from genai_studio.settings import read_settings

_parts = api_parts(read_settings(os.environ))
_loop = asyncio.new_event_loop()

handler = instrument(appsync_handler(_parts.studio, _loop))
prepare_for_snapshots(
    lambda: _loop.run_until_complete(preload(_parts.studio, _parts.offline, resolver_documents()))
)
