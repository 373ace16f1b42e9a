"""Presign URLs of S3 objects so that browsers can cache the images.

botocore signs with the current second, so each URL would be different. This module
signs with the start of the current period instead: all URLs of an object within
one period are equal, and a browser that has the image does not fetch it again.
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
"""URLs are signed for the start of a period, so they are valid for 10 to 15 minutes."""


class PresignedUrls:
    """Signer of URLs for the objects of one bucket.

    Args:
        base_url: URL of the bucket, without a trailing slash.
        period: Time during which an object's URL stays the same. Less than `LIFETIME`.
    """

    def __init__(
        self, base_url: str, region: str, credentials: Credentials, period: timedelta = PERIOD
    ) -> None:
        self._base_url = base_url
        self._region = region
        self._credentials = credentials
        self._period = period

    def sign(self, key: str, now: datetime, response_headers: Mapping[str, str]) -> SignedUrl:
        """Return a URL that is valid for at most `LIFETIME` from `now`.

        Args:
            response_headers: Headers for S3 to return, as `response-…` parameters.
        """
        period = int(self._period.total_seconds())
        signed_at = datetime.fromtimestamp(int(now.timestamp()) // period * period, UTC)
        url = f"{self._base_url}/{quote(key)}"
        request = AWSRequest("GET", url, params=dict(response_headers))
        frozen = self._credentials.get_frozen_credentials()
        _FixedTimeSigner(frozen, self._region, signed_at).add_auth(request)
        return SignedUrl(str(request.url), self._cap_expiry(signed_at + LIFETIME))

    def _cap_expiry(self, expires_at: datetime) -> datetime:
        """Limit a URL's expiry to that of the credentials that signed it."""
        # Only refreshable credentials have this attribute; there is no public one.
        ends: datetime | None = getattr(self._credentials, "_expiry_time", None)
        return expires_at if ends is None else min(expires_at, ends.astimezone(UTC))


class _FixedTimeSigner(S3SigV4QueryAuth):
    """botocore's URL signer with a given signing time instead of the current time."""

    def __init__(self, credentials: ReadOnlyCredentials, region: str, time: datetime) -> None:
        super().__init__(credentials, "s3", region, int(LIFETIME.total_seconds()))
        self._time = time

    def add_auth(self, request: AWSRequest) -> None:
        """Presign the request's URL as the base class does, except for the signing time."""
        request.context["timestamp"] = self._time.strftime(SIGV4_TIMESTAMP)
        self._modify_request_before_signing(request)  # type: ignore[attr-defined]
        to_sign = self.string_to_sign(request, self.canonical_request(request))
        signature = self.signature(to_sign, request)
        self._inject_signature_to_request(request, signature)  # type: ignore[attr-defined]
