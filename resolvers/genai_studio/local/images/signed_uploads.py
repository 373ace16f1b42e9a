"""Signed upload URLs: the permission to send one declared file, without an access token.

::

    /uploads/{owner}/{id}?type={content type}&bytes={size}&sha256={digest}&expires={seconds}
        &signature={HMAC}

The signature covers all other parts. Verification compares the whole query string, as for
image URLs.
"""

from __future__ import annotations

import base64
import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote

from genai_studio.domain.editing.upload import NewUpload, new_upload
from genai_studio.domain.errors import InvalidInput, StudioError
from genai_studio.domain.identity import Owner
from genai_studio.domain.ids import is_id

PATH = "/uploads/"

LIFETIME = timedelta(minutes=15)

_OWNER = re.compile(r"[A-Za-z0-9_-]{1,128}")


class InvalidUploadUrl(StudioError):
    """The URL is malformed, was modified, or has expired (HTTP 403)."""


@dataclass(frozen=True, slots=True)
class SignedUpload:
    """The upload that a valid URL permits."""

    owner: Owner
    upload: NewUpload


class SignedUploads:
    """Signs and verifies upload URLs.

    Args:
        secret: The secret of `SignedUrls`. The signed texts of the two never coincide.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def sign(self, owner: Owner, upload: NewUpload, now: datetime) -> str:
        """Return a path with a query string that works for `LIFETIME`."""
        expires = int((now + LIFETIME).timestamp())
        return f"{PATH}{owner}/{upload.id}?{self._query(owner, upload, expires)}"

    def verify(self, path: str, query: str, now: datetime) -> SignedUpload:
        """Verify a URL and return the upload that it permits.

        Args:
            path: Decoded path of the request, without a root path.
            query: Raw query string of the request, without “?”.

        Raises:
            InvalidUploadUrl: The URL is malformed, was modified, or has expired.
        """
        owner, _, upload_id = path.removeprefix(PATH).partition("/")
        try:
            fields = dict(parse_qsl(query, strict_parsing=True, max_num_fields=5))
            upload = new_upload(upload_id, fields["type"], int(fields["bytes"]), fields["sha256"])
            expires = int(fields["expires"])
            expires_at = datetime.fromtimestamp(expires, UTC)
        except (InvalidInput, KeyError, ValueError, OverflowError, OSError) as error:
            raise InvalidUploadUrl("The upload URL is malformed.") from error
        if _OWNER.fullmatch(owner) is None or not is_id(upload_id) or not path.startswith(PATH):
            raise InvalidUploadUrl("The upload URL is malformed.")
        expected = self._query(Owner(owner), upload, expires)
        if not hmac.compare_digest(expected.encode(), query.encode("utf-8", "replace")):
            raise InvalidUploadUrl("The signature of the upload URL is invalid.")
        if expires_at <= now:
            raise InvalidUploadUrl("The upload URL has expired. Create another upload.")
        return SignedUpload(Owner(owner), upload)

    def _query(self, owner: Owner, upload: NewUpload, expires: int) -> str:
        # Image URLs sign a list of three; JSON keeps the two kinds apart.
        fields = [upload.content_type, upload.bytes, upload.sha256, expires]
        signed = json.dumps(["upload", owner, upload.id, *fields]).encode()
        digest = hmac.digest(self._secret, signed, "sha256")
        signature = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return (
            f"type={quote(upload.content_type, safe='')}&bytes={upload.bytes}"
            f"&sha256={upload.sha256}&expires={expires}&signature={signature}"
        )
