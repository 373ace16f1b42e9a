"""Prove to the command line that a server is the studio of a data directory.

The address file, which only the user can read, contains a random key. A program that
got the studio's port after the studio was killed does not know the key, so it cannot
answer a challenge.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

ROUTE = "/proof"

_CHALLENGE = re.compile(r"[0-9a-f]{64}")


def new_key() -> str:
    """Return a random key for one run of a studio."""
    return secrets.token_hex(32)


def new_challenge() -> str:
    """Return a random challenge."""
    return secrets.token_hex(32)


def is_challenge(text: str) -> bool:
    """Return whether a text has the form of a challenge."""
    return _CHALLENGE.fullmatch(text) is not None


def answer(key: str, challenge: str) -> str:
    """Return the answer to a challenge."""
    message = f"genai-studio proof {challenge}".encode()
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


def is_answer(found: str, key: str, challenge: str) -> bool:
    """Return whether an answer proves the knowledge of the key."""
    return hmac.compare_digest(found.encode("utf-8", "replace"), answer(key, challenge).encode())
