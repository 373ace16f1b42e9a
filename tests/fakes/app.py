"""The ASGI host with fake adapters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from genai_studio.domain.quota import QuotaLimits
from genai_studio.hosts.asgi.app import create_app
from genai_studio.hosts.asgi.options import AsgiOptions
from genai_studio.ports import Identity
from tests.fakes.identity import FakeIdentity
from tests.fakes.studio import FakeStudio, a_studio


@dataclass(slots=True)
class FakeApp:
    """The app and its fakes.

    Attributes:
        not_ready: Components that the health check reports as not ready, with reasons.
    """

    app: Starlette
    fakes: FakeStudio
    identity: Any
    not_ready: dict[str, str]


def an_app(
    *,
    identity: Identity | None = None,
    limits: QuotaLimits | None = None,
    web_dir: Path | None = None,
    fakes: FakeStudio | None = None,
    **options: Any,
) -> FakeApp:
    """Create the app. `options` override the default `AsgiOptions`."""
    studio = fakes or a_studio(limits=limits)
    verifier = identity or FakeIdentity()
    not_ready: dict[str, str] = {}

    async def ready() -> Mapping[str, str]:
        return not_ready

    app = create_app(
        studio.studio,
        verifier,
        AsgiOptions(version="9.9.9", **options),
        clock=studio.clock,
        ready=ready,
        web_dir=web_dir,
    )
    return FakeApp(app, studio, verifier, not_ready)
