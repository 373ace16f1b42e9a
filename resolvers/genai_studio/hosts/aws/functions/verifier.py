"""The function of AppSync's direct Lambda resolvers that validates signatures of images."""

from __future__ import annotations

import asyncio
import os

from genai_studio.bootstrap.aws import verifier_studio
from genai_studio.hosts.aws.appsync import appsync_handler
from genai_studio.hosts.aws.instrumentation import instrument
from genai_studio.settings import read_settings

handler = instrument(
    appsync_handler(verifier_studio(read_settings(os.environ)), asyncio.new_event_loop())
)
