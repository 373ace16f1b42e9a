"""The deployed page in Chromium, as `tests/deployed_page` visits an emulated one."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

WEB = Path(__file__).parents[1] / "web"
CREDENTIALS = ("STUDIO_USERNAME", "STUDIO_PASSWORD")


@pytest.mark.skipif(
    not all(os.environ.get(name) for name in CREDENTIALS),
    reason=f"Set {' and '.join(CREDENTIALS)} to test the page as that user.",
)
def test_user_creates_an_image_on_the_page(outputs: dict[str, Any]) -> None:
    visit = subprocess.run(
        ["node", "--import", "tsx", "tools/deployedPage.ts"],
        cwd=WEB,
        env=os.environ | {"PAGE_URL": outputs["custom"]["page_url"]},
        capture_output=True,
        text=True,
        check=False,
    )

    assert visit.returncode == 0, visit.stdout + visit.stderr
    assert json.loads(visit.stdout.splitlines()[-1])["faults"] == []
