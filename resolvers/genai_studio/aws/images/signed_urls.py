"""Links to objects of a bucket, signed with version 4 as botocore does it.

botocore always signs for this very second. A link signed for the beginning of a
period is the same for everybody who asks within it, and a browser that has the
image need not fetch it again; so its signer is told the time here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from botocore.auth import SIGV4_TIMESTAMP, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials, ReadOnlyCredentials

from genai_studio.ports import SignedUrl

LIFETIME = timedelta(minutes=15)
PERIOD = timedelta(minutes=5)
"""Links are signed for the beginning of a period: they work for 10 to 15 minutes."""


class SignedUrls:
    """Makes links to objects of one bucket.

    Args:
        base_url: Where the bucket answers, without a slash at the end.
        period: Links are the same within one; less than `LIFETIME`.
    """

    def __init__(
        self, base_url: str, region: str, credentials: Credentials, period: timedelta = PERIOD
    ) -> None:
        self._base_url = base_url
        self._region = region
        self._credentials = credentials
        self._period = period

    def sign(self, key: str, now: datetime, answer: Mapping[str, str]) -> SignedUrl:
        """A link that works for at most `LIFETIME` from `now`.

        Args:
            answer: Headers that S3 shall answer with, as `response-…` parameters.
        """
        period = int(self._period.total_seconds())
        begin = datetime.fromtimestamp(int(now.timestamp()) // period * period, UTC)
        request = AWSRequest("GET", f"{self._base_url}/{quote(key)}", params=dict(answer))
        frozen = self._credentials.get_frozen_credentials()
        _SignerForTime(frozen, self._region, begin).add_auth(request)
        return SignedUrl(str(request.url), self._bounded(begin + LIFETIME))

    def _bounded(self, expires_at: datetime) -> datetime:
        """A link dies with the credentials that signed it."""
        # Only credentials that renew themselves have it, and no public name for it.
        ends: datetime | None = getattr(self._credentials, "_expiry_time", None)
        return expires_at if ends is None else min(expires_at, ends.astimezone(UTC))


class _SignerForTime(S3SigV4QueryAuth):
    """botocore's signer of links, for a time of our choice."""

    def __init__(self, credentials: ReadOnlyCredentials, region: str, time: datetime) -> None:
        super().__init__(credentials, "s3", region, int(LIFETIME.total_seconds()))
        self._time = time

    def add_auth(self, request: AWSRequest) -> None:
        """Turn the request's URL into the link: as the base class does, but for the time."""
        request.context["timestamp"] = self._time.strftime(SIGV4_TIMESTAMP)
        self._modify_request_before_signing(request)  # type: ignore[attr-defined]
        to_sign = self.string_to_sign(request, self.canonical_request(request))
        signature = self.signature(to_sign, request)
        self._inject_signature_to_request(request, signature)  # type: ignore[attr-defined]
