"""What `genai-studio up` starts a browser with."""

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
shutil.copy2(page, {seen!r} + ".html")
pathlib.Path({seen!r}).write_text("\\n".join(sys.argv[1:]))
"""


def test_the_token_is_in_a_file_of_ones_own_and_not_on_the_command_line(tmp_path: Path) -> None:
    seen, browser = tmp_path / "seen", tmp_path / "browser"
    browser.write_text(_BROWSER.format(python=sys.executable, seen=str(seen)), "utf-8")
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
        until(lambda: seen.exists() and seen.read_text(), "the browser is started")
        assert studio.stdout is not None
        printed = next(line for line in studio.stdout if line.startswith("Sign in as"))
    finally:
        studio.send_signal(signal.SIGINT)
        studio.communicate()

    link = printed.split()[-1]
    assert "#token=" in link
    (opened,) = seen.read_text("utf-8").splitlines()
    assert opened == (data_dir / "open-browser.html").as_uri()
    page = tmp_path / "seen.html"
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    (leads_to,) = re.findall(r'http-equiv="refresh" content="0; url=(.*)">', page.read_text())
    assert unescape(leads_to) == link
    assert not (data_dir / "open-browser.html").exists(), "it is gone with the studio"
