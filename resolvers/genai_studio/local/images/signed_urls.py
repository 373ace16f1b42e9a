"""Signed URLs: temporary links to images that need no access token.

::

    /images/{key}?expires={Unix seconds}&download={file name}&signature={HMAC}

The signature covers the key, the expiry and the file name. Verification compares
the whole query string: a reordered or differently encoded query is rejected.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from urllib.parse import parse_qsl, quote

from genai_studio.domain.errors import StudioError
from genai_studio.local.images.object_keys import InvalidKey, checked_key
from genai_studio.ports import SignedUrl

PATH = "/images/"

LIFETIME = timedelta(minutes=15)
"""Maximum time until a URL expires, as in AWS."""
_LIFETIME_SECONDS = int(LIFETIME.total_seconds())

PERIOD = timedelta(minutes=5)
"""Expiry times are multiples of this, so that repeated reads return the same URL
and the browser can answer from its cache."""
_PERIOD_SECONDS = int(PERIOD.total_seconds())

MAX_CACHED_URLS = 10_000
"""Signed URLs to keep. A page of 100 generations with 4 images each has 1,200."""


class InvalidSignedUrl(StudioError):
    """The URL is malformed, was modified, or has expired (HTTP 403)."""


@dataclass(frozen=True, slots=True)
class SignedObject:
    """The object that a valid URL refers to.

    Attributes:
        key: Object key.
        expires_at: When the URL expires.
        download_name: File name for a download; None to display the image inline.
    """

    key: str
    expires_at: datetime
    download_name: str | None


class SignedUrls:
    """Signs and verifies URLs.

    Args:
        secret: At least 32 random bytes that persist across restarts.
        base_url: Scheme and host of the URLs; empty for paths relative to the host.
    """

    def __init__(self, secret: bytes, base_url: str = "") -> None:
        if len(secret) < 32:
            raise ValueError("The signing secret must have at least 32 bytes.")
        self._secret = secret
        self._base_url = base_url.rstrip("/")
        self._signed = lru_cache(MAX_CACHED_URLS)(self._sign)

    def sign(self, key: str, now: datetime, download_name: str | None = None) -> SignedUrl:
        """Return a URL that expires 10 to 15 minutes after `now`.

        Raises:
            InvalidKey: The key is malformed.
        """
        expires = int(now.timestamp()) // _PERIOD_SECONDS * _PERIOD_SECONDS + _LIFETIME_SECONDS
        return self._signed(key, expires, download_name)

    def _sign(self, key: str, expires: int, download_name: str | None) -> SignedUrl:
        query = self._query(checked_key(key), expires, download_name)
        url = f"{self._base_url}{PATH}{key}?{query}"
        return SignedUrl(url, datetime.fromtimestamp(expires, UTC))

    def verify(self, path: str, query: str, now: datetime) -> SignedObject:
        """Verify a URL and return the object it refers to.

        Args:
            path: Decoded path of the request, without a root path.
            query: Raw query string of the request, without “?”.

        Raises:
            InvalidSignedUrl: The URL is malformed, was modified, or has expired.
        """
        try:
            key = checked_key(path.removeprefix(PATH))
            fields = dict(parse_qsl(query, strict_parsing=True, max_num_fields=3))
            expires = int(fields["expires"])
            download_name = fields.get("download")
            expected = self._query(key, expires, download_name)
            expires_at = datetime.fromtimestamp(expires, UTC)
        except (InvalidKey, KeyError, ValueError, OverflowError, OSError) as error:
            raise InvalidSignedUrl("The image URL is malformed.") from error
        modified = not hmac.compare_digest(expected.encode(), query.encode("utf-8", "replace"))
        if modified or not path.startswith(PATH):
            raise InvalidSignedUrl("The signature of the image URL is invalid.")
        if expires_at <= now:
            raise InvalidSignedUrl("The image URL has expired.")
        return SignedObject(key, expires_at, download_name)

    def _query(self, key: str, expires: int, download_name: str | None) -> str:
        # JSON is unambiguous: two different triples never give the same bytes.
        name = "null" if download_name is None else encode_basestring_ascii(download_name)
        signed = f"[{encode_basestring_ascii(key)}, {expires}, {name}]".encode()
        digest = hmac.digest(self._secret, signed, "sha256")
        signature = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        download = "" if download_name is None else f"&download={quote(download_name, safe='')}"
        return f"expires={expires}{download}&signature={signature}"
