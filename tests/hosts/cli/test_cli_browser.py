"""How `genai-studio up` opens the browser."""

from __future__ import annotations

import re
import signal
import stat
import subprocess
import sys
from html import unescape
from pathlib import Path

from tests.serving.studio_process import command, environment, until

_BROWSER = """#!{python}
import pathlib, shutil, sys, urllib.parse, urllib.request
page = urllib.request.url2pathname(urllib.parse.urlsplit(sys.argv[1]).path)
shutil.copy2(page, {recorded!r} + ".html")
pathlib.Path({recorded!r}).write_text("\\n".join(sys.argv[1:]))
"""


def test_the_browser_gets_the_token_in_a_private_file(tmp_path: Path) -> None:
    recorded, browser = tmp_path / "recorded", tmp_path / "browser"
    browser.write_text(_BROWSER.format(python=sys.executable, recorded=str(recorded)), "utf-8")
    browser.chmod(0o700)
    data_dir = tmp_path / "data"
    studio = subprocess.Popen(
        command("up", "--port", "0", "--endpoint-url", "http://127.0.0.1:9"),
        env=environment(GENAI_STUDIO_DATA_DIR=str(data_dir), BROWSER=f"{browser} %s"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        until(lambda: recorded.exists() and recorded.read_text(), "the browser is started")
        assert studio.stdout is not None
        printed = next(line for line in studio.stdout if line.startswith("Sign in as"))
    finally:
        studio.send_signal(signal.SIGINT)
        studio.communicate()

    link = printed.split()[-1]
    assert "#token=" in link
    (opened,) = recorded.read_text("utf-8").splitlines()
    assert opened == (data_dir / "open-browser.html").as_uri()
    page = tmp_path / "recorded.html"
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    (target,) = re.findall(r'http-equiv="refresh" content="0; url=(.*)">', page.read_text())
    # The printed link expires earlier, because the output is not a terminal.
    address, token = unescape(target).split("#token=")
    assert token
    assert address == link.split("#token=")[0]
    assert not (data_dir / "open-browser.html").exists(), "the page is deleted on exit"
