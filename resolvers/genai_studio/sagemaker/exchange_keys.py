"""Where, in the studio's bucket, an asynchronous endpoint is asked and answers.

::

    async/{owner}/{generation}/{fence}/{index}.json    a request: what one image is asked with
    async/{owner}/{generation}/{fence}/{index}.out     its answer
    async/{owner}/{generation}/{fence}/receipt         where SageMaker said that answers will lie
    async/failures/…                                   answers of requests that failed

All under one prefix apart from the images, so that the endpoint's role may
read and write there and nowhere else, and a lifecycle rule removes what a late
answer leaves behind.
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
class Asked:
    """One image that a claim asks for."""

    ref: GenerationRef
    fence: int
    index: int

    @property
    def request_key(self) -> str:
        """Key of the request."""
        return f"{self._prefix}{self.index}.json"

    @property
    def answer_path(self) -> str:
        """Folder of the answer below the endpoint's `S3OutputPath`."""
        return self._prefix.removeprefix(PREFIX).rstrip("/")

    @property
    def answer_name(self) -> str:
        """File name of the answer."""
        return f"{self.index}.out"

    @property
    def inference_id(self) -> str:
        """What SageMaker calls it; at most 64 characters."""
        return f"{self.ref.id}-{self.fence}-{self.index}"

    @property
    def _prefix(self) -> str:
        return claim_prefix(self.ref.owner, self.ref.id, self.fence)


def exchange_prefix(owner: Owner, generation_id: str) -> str:
    """Everything that was asked and answered for one generation lies under this prefix."""
    return f"{PREFIX}{owner}/{generation_id}/"


def claim_prefix(owner: Owner, generation_id: str, fence: int) -> str:
    """The same of one claim."""
    return f"{exchange_prefix(owner, generation_id)}{fence}/"


def receipt_key(ref: GenerationRef, fence: int) -> str:
    """Key of a claim's receipt, which is there once all was taken."""
    return f"{claim_prefix(ref.owner, ref.id, fence)}receipt"


def asked_by(key: str, kind: str) -> Asked | None:
    """What a key of a request (`json`) or an answer (`out`) is about; None for any other."""
    found = _KEY.fullmatch(key)
    if found is None or found["kind"] != kind or not is_id(found["id"]):
        return None
    ref = GenerationRef(Owner(found["owner"]), found["id"])
    return Asked(ref, int(found["fence"]), int(found["index"]))
