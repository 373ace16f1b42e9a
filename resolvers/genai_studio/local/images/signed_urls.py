"""Links that work for whoever holds them, unaltered, for a while.

::

    /images/{key}?expires={Unix seconds}&download={file name}&signature={HMAC}

The signature covers key, expiry and file name. A link is accepted only in the
very form in which it was made: any other query, also a reordered one, is another link.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote

from genai_studio.domain.errors import StudioError
from genai_studio.local.images.object_keys import InvalidKey, checked_key
from genai_studio.ports import SignedUrl

PATH = "/images/"

PERIOD = timedelta(minutes=15)
"""Expiries lie on multiples of this, so that reading again gives the same link,
which the browser then has in its cache."""


class InvalidSignedUrl(StudioError):
    """The link was altered, is not one of ours, or has expired: 403."""


@dataclass(frozen=True, slots=True)
class SignedObject:
    """What a valid link leads to.

    Attributes:
        key: The object's key.
        expires_at: Until when the link works.
        download_name: File name to save it under; None to show it.
    """

    key: str
    expires_at: datetime
    download_name: str | None


class SignedUrls:
    """Makes and checks links.

    Args:
        secret: At least 32 random bytes, the same after every restart.
        base_url: Scheme and host to put in front; empty for a path on this host.
    """

    def __init__(self, secret: bytes, base_url: str = "") -> None:
        if len(secret) < 32:
            raise ValueError("A signing secret has at least 32 bytes.")
        self._secret = secret
        self._base_url = base_url.rstrip("/")

    def sign(self, key: str, now: datetime, download_name: str | None = None) -> SignedUrl:
        """A link that works for 15 to 30 minutes from `now`.

        Raises:
            InvalidKey: There can be no such object.
        """
        period = int(PERIOD.total_seconds())
        expires = (int(now.timestamp()) // period + 2) * period
        query = self._query(checked_key(key), expires, download_name)
        url = f"{self._base_url}{PATH}{key}?{query}"
        return SignedUrl(url, datetime.fromtimestamp(expires, UTC))

    def verify(self, path: str, query: str, now: datetime) -> SignedObject:
        """What a link leads to.

        Args:
            path: The request's path, decoded, without any root path before it.
            query: The request's query string, as it came, without “?”.

        Raises:
            InvalidSignedUrl: It leads nowhere (any more).
        """
        try:
            key = checked_key(path.removeprefix(PATH))
            fields = dict(parse_qsl(query, strict_parsing=True, max_num_fields=3))
            expires = int(fields["expires"])
            download_name = fields.get("download")
            expected = self._query(key, expires, download_name)
            expires_at = datetime.fromtimestamp(expires, UTC)
        except (InvalidKey, KeyError, ValueError, OverflowError, OSError) as error:
            raise InvalidSignedUrl("This is no link to an image.") from error
        altered = not hmac.compare_digest(expected.encode(), query.encode("utf-8", "replace"))
        if altered or not path.startswith(PATH):
            raise InvalidSignedUrl("This link was altered.")
        if expires_at <= now:
            raise InvalidSignedUrl("This link has expired.")
        return SignedObject(key, expires_at, download_name)

    def _query(self, key: str, expires: int, download_name: str | None) -> str:
        # As JSON, so that no two different triples give the same bytes.
        signed = json.dumps([key, expires, download_name]).encode()
        digest = hmac.new(self._secret, signed, hashlib.sha256).digest()
        signature = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        download = "" if download_name is None else f"&download={quote(download_name, safe='')}"
        return f"expires={expires}{download}&signature={signature}"
