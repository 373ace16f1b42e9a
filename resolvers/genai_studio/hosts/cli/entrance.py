"""The way into the studio that a browser is given.

A program's arguments can be read by everybody on a machine, and a browser is
started with what it shall open. So it is given a file, which only its user can
read, and the file leads on to the link with the token, as Jupyter does it.
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
def entrance_file(data_dir: Path, link: str) -> Iterator[Path]:
    """A page that leads to `link`, readable by this person alone; gone at the end."""
    page = data_dir / FILE
    page.unlink(missing_ok=True)  # a killed studio leaves its own behind
    create_file(page, _PAGE.format(link=escape(link)).encode(), mode=0o600)
    try:
        yield page
    finally:
        page.unlink(missing_ok=True)
