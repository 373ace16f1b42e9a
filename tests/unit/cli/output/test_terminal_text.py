"""Control characters do not reach the terminal."""

from __future__ import annotations

import json

import pytest

from genai_studio.hosts.cli.output.console import print_json, print_plain
from genai_studio.hosts.cli.output.failures import print_error
from genai_studio.hosts.cli.output.terminal_text import escape_controls


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("a\rb\nc\x7f", r"a\x0db\x0ac\x7f"),
        ("\u202eevil\u2066", r"\u202eevil\u2066"),
        ("ein Café, 猫, 👩‍🚀, ⚡️", "ein Café, 猫, 👩‍🚀, ⚡️"),
    ],
)
def test_controls_are_escaped_and_text_is_kept(text: str, expected: str) -> None:
    assert escape_controls(text) == expected


@pytest.mark.parametrize("unsafe", ["\x1b", "\x07", "\x7f", "\x9b", "\u202e"])
def test_no_output_function_prints_controls(
    unsafe: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_plain(f"a{unsafe}b")
    print_json({"prompt": f"a{unsafe}b"})
    print_error(f"a{unsafe}b")
    out, err = capsys.readouterr()
    assert unsafe not in out + err
    assert json.loads(out.partition("\n")[2]) == {"prompt": f"a{unsafe}b"}
