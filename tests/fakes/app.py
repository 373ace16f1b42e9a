"""The ASGI host over a studio of fakes."""

from __future__ import annotations

from collections.abc import Sequence
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
    """The app, and what stands behind it.

    Attributes:
        not_ready: What the health check answers.
    """

    app: Starlette
    fakes: FakeStudio
    identity: Any
    not_ready: list[str]


def an_app(
    *,
    identity: Identity | None = None,
    limits: QuotaLimits | None = None,
    web_dir: Path | None = None,
    fakes: FakeStudio | None = None,
    **options: Any,
) -> FakeApp:
    """With default options but for those given."""
    studio = fakes or a_studio(limits=limits)
    whose = identity or FakeIdentity()
    not_ready: list[str] = []

    async def ready() -> Sequence[str]:
        return not_ready

    app = create_app(
        studio.studio,
        whose,
        AsgiOptions(version="9.9.9", **options),
        clock=studio.clock,
        ready=ready,
        web_dir=web_dir,
    )
    return FakeApp(app, studio, whose, not_ready)
