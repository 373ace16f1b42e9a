"""Load C2PA's native library and configure it.

Import this module only where images are signed or validated: the library has 20 MB.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from genai_studio.domain.errors import StudioUnavailable

_VARIABLE = "C2PA_LIBRARY_NAME"
_FILES = {"darwin": "libc2pa_c.dylib", "win32": "c2pa_c.dll"}


def load_c2pa() -> Any:  # noqa: ANN401 - c2pa-python declares no types
    """Return the module `c2pa`.

    The package looks for its native library in the working directory first, so that a
    file there could run as the user. The variable makes it use its own file only.

    Raises:
        StudioUnavailable: The library cannot be loaded on this machine.
    """
    if "c2pa" in sys.modules:
        return sys.modules["c2pa"]
    spec = find_spec("c2pa")
    if spec is None or spec.origin is None:
        raise StudioUnavailable(
            "The package c2pa-python is not installed. Install genai-studio again."
        )
    file = _FILES.get(sys.platform, "libc2pa_c.so")
    own = Path(spec.origin).parent / "libs" / file
    os.environ[_VARIABLE] = str(own)
    try:
        import c2pa
    except (ImportError, OSError, RuntimeError) as error:
        raise StudioUnavailable(f"C2PA's library cannot be loaded: {error}") from error
    finally:
        os.environ.pop(_VARIABLE, None)
    return c2pa


def settings(anchors: str) -> Mapping[str, Any]:
    """Return the library's settings: no network access, no thumbnails.

    Args:
        anchors: Trusted certificate authorities, PEM. Empty: signers are valid at best.
    """
    return {
        "verify": {
            "verify_trust": True,
            "ocsp_fetch": False,
            "remote_manifest_fetch": False,
        },
        "trust": {"user_anchors": anchors} if anchors else {},
        # The thumbnail of a parent would publish an image that its owner may not publish.
        "builder": {
            "thumbnail": {"enabled": False},
            "created_assertion_labels": ["c2pa.actions"],
        },
    }
