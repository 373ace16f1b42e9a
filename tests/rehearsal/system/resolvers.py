"""The functions that resolve AppSync's root fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.rehearsal.emulators.aws_lambda import Fleet
from tests.rehearsal.system.pipeline import pipeline


class Resolvers:
    """AppSync's two Lambda data sources.

    Attributes:
        appsync: Resolves all root fields that the verifier does not.
        verifier: Resolves `verifier.rootFields` of `infra/pipeline.json`.
    """

    def __init__(self) -> None:
        self.appsync = Fleet([])
        self.verifier = Fleet([])
        self._verified = frozenset(pipeline()["verifier"]["rootFields"])

    async def invoke(self, event: Mapping[str, Any]) -> Any:
        """Invoke the function that resolves the event's field, and return its result."""
        info = event["info"]
        name = f"{info['parentTypeName']}.{info['fieldName']}"
        fleet = self.verifier if name in self._verified else self.appsync
        return await fleet.invoke(event)
