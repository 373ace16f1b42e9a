"""The temporary page that signs the browser in.

Command-line arguments are visible to other users of a machine, and the browser
is started with the address to open. So the address is a file that only this user
can read, and the file redirects to the link with the token. Jupyter does the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

from genai_studio.local.atomic_file import create_file

FILE = "open-browser.html"

_PAGE = """<!doctype html>
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url={link}">
<title>genai-studio</title>
<p><a href="{link}">Open the studio</a></p>
"""


@contextmanager
def redirect_page(data_dir: Path, link: str) -> Iterator[Path]:
    """Create a page that redirects to `link`, with mode 0600; delete it on exit."""
    page = data_dir / FILE
    page.unlink(missing_ok=True)  # left behind by a killed studio
    create_file(page, _PAGE.format(link=escape(link)).encode(), mode=0o600)
    try:
        yield page
    finally:
        page.unlink(missing_ok=True)
