"""The function behind AppSync's direct resolvers."""

from __future__ import annotations

import asyncio
import os

from genai_studio.bootstrap.aws import api_studio
from genai_studio.hosts.aws.appsync import appsync_handler
from genai_studio.hosts.aws.observed import observed
from genai_studio.settings import read_settings

handler = observed(appsync_handler(api_studio(read_settings(os.environ)), asyncio.new_event_loop()))
