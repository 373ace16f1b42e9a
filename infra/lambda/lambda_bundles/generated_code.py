"""Store the code that a handler generates while it is imported: of classes and patterns.

The handler loads the result at cold start (`genai_studio.hosts.aws.fast_imports`).
"""

from __future__ import annotations

import ast
import base64
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

FILE = Path("genai_studio", "hosts", "aws", "generated_code.bin")
"""Path of the file in a bundle."""

VARIABLES = {
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_SM_EP": "an-endpoint",
    "OUT_S3_BUCKET_NAME": "a-bucket",
    "GENAI_STUDIO_RECORDS_TABLE": "a-table",
    "GENAI_STUDIO_APPSYNC_URL": "https://abc.appsync-api.eu-central-1.amazonaws.com/graphql",
    "GENAI_STUDIO_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/123456789012/work",
    "GENAI_STUDIO_DEAD_LETTER_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/123456789012/dead",
    "GENAI_STUDIO_COGNITO_USER_POOL": "eu-central-1_Ab12Cd34E",
    "GENAI_STUDIO_COGNITO_CLIENT": "abc123",
    "GENAI_STUDIO_SIGNING_KEY": "arn:aws:kms:eu-central-1:123456789012:key/1a2b",
}
"""Settings with which any handler can be imported. The import sends no request."""

MODES: tuple[dict[str, str], ...] = (
    {},
    {"GENAI_STUDIO_SAGEMAKER_MODE": "async"},
    # An empty variable is ignored.
    {"GENAI_STUDIO_BEDROCK_MODEL": "stability.sd3-5-large-v1:0", "AWS_SM_EP": ""},
)
"""Settings that change which modules a handler imports."""

_RECORD = """
import builtins, collections, dataclasses, importlib, re, sys
directory, handler = sys.argv[1:]
sys.path.insert(0, directory)
sys.dont_write_bytecode = True
sources = {"exec": {}, "eval": {}}
patterns = {}
def recording(name):
    def run(source, *namespaces):
        if isinstance(source, str):
            sources[name][source] = None
        return getattr(builtins, name)(source, *namespaces)
    return run
dataclasses.exec, collections.eval = recording("exec"), recording("eval")
class Recorder:
    def __getattr__(self, name):
        return getattr(sre, name)
    def compile(self, *arguments):
        self.arguments = arguments
        return sre.compile(*arguments)
def compile_pattern(pattern, flags=0):
    recorder.arguments = None
    compiled = parse_and_compile(pattern, flags)
    if isinstance(pattern, (str, bytes)) and recorder.arguments:
        text, all_flags, code, groups, by_name, names = recorder.arguments
        found = (text, int(all_flags), [int(word) for word in code], groups, dict(by_name), names)
        patterns[pattern, int(flags)] = found
    return compiled
sre, recorder, parse_and_compile = re._compiler._sre, Recorder(), re._compiler.compile
re._compiler._sre, re._compiler.compile = recorder, compile_pattern
from genai_studio.hosts.aws import fast_imports
fast_imports.end = lambda: None  # it would stop the recording
importlib.import_module(handler)
print({**sources, "patterns": patterns})
"""
"""Import a handler and print the sources of its classes and the code of its patterns."""

_COMPILE = """
import ast, base64, importlib.util, marshal, sys, _sre
found = ast.literal_eval(sys.stdin.read())
code = {
    source: compile(source, "<string>", mode, dont_inherit=True)
    for mode in ("exec", "eval")
    for source in found[mode]
}
content = marshal.dumps((_sre.MAGIC, code, found["patterns"]))
print(base64.b64encode(importlib.util.MAGIC_NUMBER + content).decode())
"""
"""Compile the sources and print the content of the file in Base64."""


def write_generated_code(
    handlers: Iterable[str], importable: Path, directory: Path, python: str
) -> None:
    """Add the file to a bundle. If a handler cannot be imported, warn and add nothing.

    Args:
        importable: The bundle for the architecture of this machine, as bytecode.
        directory: The bundle to write to.
        python: Path of a Python of the runtime's version.
    """
    try:
        found = [
            ast.literal_eval(_run(python, _RECORD, importable, handler, variables=VARIABLES | mode))
            for handler in handlers
            for mode in MODES
        ]
    except subprocess.CalledProcessError:
        print(
            "Warning: This machine cannot import the libraries for Lambda, which are built for "
            "Linux. The bundle works, but its cold starts take about a sixth longer.",
            file=sys.stderr,
        )
        return
    merged: dict[str, dict[Any, Any]] = {"exec": {}, "eval": {}, "patterns": {}}
    for one in found:
        for kind, values in merged.items():
            values.update(one[kind])
    content = _run(python, _COMPILE, content=repr(merged))
    (directory / FILE).write_bytes(base64.b64decode(content))


def copy_generated_code(archive: Path, directory: Path) -> None:
    """Copy the file of an archive, if it has one, to a bundle for another architecture."""
    with ZipFile(archive) as content:
        if FILE.as_posix() in content.namelist():
            (directory / FILE).write_bytes(content.read(FILE.as_posix()))


def _run(
    python: str,
    program: str,
    *arguments: object,
    variables: Mapping[str, str] | None = None,
    content: str = "",
) -> str:
    """Run a program with the standard library only, and return its output."""
    return subprocess.run(
        [python, "-I", "-S", "-c", program, *map(str, arguments)],
        # A fixed hash seed makes the order of set constants in bytecode reproducible.
        env={"PYTHONHASHSEED": "0", **(variables or {})},
        input=content,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
