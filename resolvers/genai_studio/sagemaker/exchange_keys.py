"""S3 keys of the requests and responses of an asynchronous endpoint.

::

    async/{owner}/{generation}/{fence}/{index}.json    request for one image
    async/{owner}/{generation}/{fence}/{index}.out     response to it
    async/{owner}/{generation}/{fence}/receipt         response locations, as reported by SageMaker
    async/failures/…                                   error responses of failed requests

All keys share one prefix, separate from the stored images. The endpoint's role can
read and write under this prefix only, and a lifecycle rule deletes late responses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from genai_studio.domain.generation import GenerationRef
from genai_studio.domain.identity import Owner
from genai_studio.domain.ids import is_id

PREFIX = "async/"

_KEY = re.compile(
    r"async/(?P<owner>[^/]+)/(?P<id>[^/]+)/(?P<fence>[1-9]\d{0,8})/(?P<index>\d{1,3})"
    r"\.(?P<kind>json|out)"
)


@dataclass(frozen=True, slots=True)
class AsyncInvocation:
    """One asynchronous invocation: the request of a claim for one image."""

    ref: GenerationRef
    fence: int
    index: int

    @property
    def request_key(self) -> str:
        """Key of the request."""
        return f"{self._prefix}{self.index}.json"

    @property
    def response_path(self) -> str:
        """Folder of the response, relative to the endpoint's `S3OutputPath`."""
        return self._prefix.removeprefix(PREFIX).rstrip("/")

    @property
    def response_name(self) -> str:
        """File name of the response."""
        return f"{self.index}.out"

    @property
    def inference_id(self) -> str:
        """SageMaker's `InferenceId`, at most 64 characters."""
        return f"{self.ref.id}-{self.fence}-{self.index}"

    @property
    def _prefix(self) -> str:
        return claim_prefix(self.ref.owner, self.ref.id, self.fence)


def exchange_prefix(owner: Owner, generation_id: str) -> str:
    """Return the prefix of all requests and responses of a generation."""
    return f"{PREFIX}{owner}/{generation_id}/"


def claim_prefix(owner: Owner, generation_id: str, fence: int) -> str:
    """Return the prefix of all requests and responses of a claim."""
    return f"{exchange_prefix(owner, generation_id)}{fence}/"


def receipt_key(ref: GenerationRef, fence: int) -> str:
    """Return the key of a claim's receipt, stored after SageMaker accepted all requests."""
    return f"{claim_prefix(ref.owner, ref.id, fence)}receipt"


def parse_invocation_key(key: str, kind: str) -> AsyncInvocation | None:
    """Return the invocation that a key belongs to, or None if the key is of another kind.

    Args:
        kind: `json` for requests, `out` for responses.
    """
    found = _KEY.fullmatch(key)
    if found is None or found["kind"] != kind or not is_id(found["id"]):
        return None
    ref = GenerationRef(Owner(found["owner"]), found["id"])
    return AsyncInvocation(ref, int(found["fence"]), int(found["index"]))
