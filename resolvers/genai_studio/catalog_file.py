"""Read models from TOML files."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from genai_studio.domain.catalog import Model
from genai_studio.domain.errors import StudioUnavailable

MAX_BYTES = 1_000_000
MAX_LINE_BYTES = 8_192
"""`tomllib` takes quadratic time for a key of many parts, which must be on one line."""

BUILT_IN = Path(__file__).parent / "models.toml"

_ENTRY = re.compile(rb"^\s*\[\[models\]\]")
_INDEX = re.compile(r"\$\.models\[(\d+)\]")


class _File(msgspec.Struct, forbid_unknown_fields=True):
    models: tuple[Model, ...] = ()


def read_models(path: Path = BUILT_IN) -> tuple[Model, ...]:
    """Return the models of a file in order.

    Raises:
        StudioUnavailable: The file cannot be read or is invalid. The message
            names the invalid entry and its line.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise StudioUnavailable(
                f"The catalog file {path} must be at most {MAX_BYTES} bytes, is {size}."
            )
        content = path.read_bytes()
        if any(len(line) > MAX_LINE_BYTES for line in content.splitlines()):
            raise StudioUnavailable(
                f"Invalid catalog file {path}: a line must have at most {MAX_LINE_BYTES} bytes."
            )
        return msgspec.toml.decode(content, type=_File).models
    except OSError as error:
        raise StudioUnavailable(f"Could not read {path}: {error.strerror}.") from error
    except RecursionError:
        raise StudioUnavailable(f"Invalid catalog file {path}: it is nested too deeply.") from None
    except UnicodeDecodeError as error:
        raise StudioUnavailable(f"Invalid catalog file {path}: it must be UTF-8.") from error
    except (msgspec.MsgspecError, ValueError) as error:
        line = _line_of(str(error), content)
        raise StudioUnavailable(f"Invalid catalog file {path}{line}: {error}.") from error


def read_catalog(path: Path | None) -> tuple[Model, ...]:
    """Return the shipped models, merged with those of a file of the operator.

    A model of the file replaces the shipped one with the same ID.

    Raises:
        StudioUnavailable: The file cannot be read or is invalid.
    """
    models = {model.id: model for model in read_models()}
    if path is not None:
        models |= {model.id: model for model in read_models(path)}
    return tuple(models.values())


def _line_of(message: str, content: bytes) -> str:
    """Return where the entry starts that a validation error refers to, such as `, line 12`."""
    found = _INDEX.search(message)
    if found is None:
        return ""  # a syntax error, which already names its line
    lines = enumerate(content.split(b"\n"), 1)
    starts = [number for number, line in lines if _ENTRY.match(line)]
    index = int(found[1])
    return f", line {starts[index]}" if index < len(starts) else ""
