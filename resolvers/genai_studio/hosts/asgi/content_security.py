"""The Content-Security-Policy of pages and of other responses."""

from __future__ import annotations

from collections.abc import Sequence


def content_security_policy(
    *, connect: Sequence[str] = (), images: Sequence[str] = (), editor: bool = False
) -> str:
    """Return the policy of a page that loads scripts only from its own origin.

    Args:
        connect: Additional origins for requests and WebSockets.
        images: Additional origins for images.
        editor: Whether the page contains GraphiQL's editor, which sets inline
            styles and starts workers from blobs.
    """
    image_sources = " ".join(("'self'", "data:", "blob:", *images))
    connect_sources = " ".join(("'self'", *connect))
    styles = "'self' 'unsafe-inline'" if editor else "'self'"
    workers = "'self' blob:" if editor else "'self'"
    fonts = "'self' data:" if editor else "'self'"
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src {styles}",
            f"img-src {image_sources}",
            f"font-src {fonts}",
            f"connect-src {connect_sources}",
            f"worker-src {workers}",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The policy of responses that are not pages: JSON, images, plain text."""
