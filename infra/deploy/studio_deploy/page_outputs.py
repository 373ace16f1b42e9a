"""Select the part of `amplify_outputs.json` that is published with the page.

Everyone can read the published file. The operator's file also names the table, the
endpoint and the topics, whose ARNs contain the account number.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def page_outputs(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the version, the user pool and the URLs of the API.

    The page reads `auth` and `data`. The command line also reads `custom.http_url`.
    """
    return {
        "version": outputs["version"],
        "auth": outputs["auth"],
        "data": outputs["data"],
        "custom": {"http_url": outputs["custom"]["http_url"]},
    }


if __name__ == "__main__":
    published = page_outputs(json.loads(Path(sys.argv[1]).read_text("utf-8")))
    sys.stdout.write(json.dumps(published, indent=2) + "\n")
