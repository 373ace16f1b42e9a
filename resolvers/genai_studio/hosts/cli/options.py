"""Options that several commands share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from genai_studio.settings import Settings, read_settings

DataDir = Annotated[
    Path | None,
    Parameter(help="Data directory of the local studio (GENAI_STUDIO_DATA_DIR)."),
]
User = Annotated[
    str | None, Parameter(help="User to sign in to the local studio as (GENAI_STUDIO_USER).")
]
Url = Annotated[
    str | None,
    Parameter(help="URL of a running studio. Default: the studio of the data directory."),
]
Token = Annotated[
    str | None,
    Parameter(help="Access token for the studio.", env_var="GENAI_STUDIO_TOKEN"),
]
Json = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON.")]


def local_settings(**options: object) -> Settings:
    """Read the settings from the environment; the options take precedence."""
    return read_settings(os.environ, **options)
