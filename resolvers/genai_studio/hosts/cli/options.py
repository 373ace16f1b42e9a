"""Options that several commands share, and the settings they lead to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from genai_studio.settings import Settings, read_settings

DataDir = Annotated[
    Path | None,
    Parameter(help="Where the local studio keeps everything (GENAI_STUDIO_DATA_DIR)."),
]
User = Annotated[
    str | None, Parameter(help="Whom to sign in at the local studio (GENAI_STUDIO_USER).")
]
Url = Annotated[
    str | None,
    Parameter(help="A studio that runs already; without it the one of the data directory."),
]
Token = Annotated[
    str | None,
    Parameter(help="An access token of that studio.", env_var="GENAI_STUDIO_TOKEN"),
]
Json = Annotated[bool, Parameter(name="--json", negative="", help="Answer in JSON.")]


def local_settings(**options: object) -> Settings:
    """The environment's settings with a command's options on top."""
    return read_settings(os.environ, **options)
