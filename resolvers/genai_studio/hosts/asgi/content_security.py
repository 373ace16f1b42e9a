"""The one template of every Content-Security-Policy the studio sends."""

from __future__ import annotations

from collections.abc import Sequence


def content_security_policy(
    *, connect: Sequence[str] = (), images: Sequence[str] = (), editor: bool = False
) -> str:
    """A policy for a page whose scripts are all the studio's own.

    Args:
        connect: Origins, besides the page's own, that it may talk to.
        images: Origins, besides its own, that images may come from.
        editor: Whether the page holds GraphiQL's editor, which styles itself
            from JavaScript and starts its workers from blobs.
    """
    image_sources = " ".join(("'self'", "data:", "blob:", *images))
    targets = " ".join(("'self'", *connect))
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
            f"connect-src {targets}",
            f"worker-src {workers}",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""For whatever is no page: JSON, images, plain text."""
