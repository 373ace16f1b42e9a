"""Read models from a TOML file."""

from __future__ import annotations

from pathlib import Path

import msgspec

from genai_studio.domain.catalog import Model
from genai_studio.domain.errors import StudioUnavailable

MAX_BYTES = 1_000_000
MAX_LINE_BYTES = 8_192
"""`tomllib` takes quadratic time for a key of many parts, which must be on one line."""

BUILT_IN = Path(__file__).parent / "models.toml"


class _File(msgspec.Struct, forbid_unknown_fields=True):
    models: tuple[Model, ...] = ()


def read_models(path: Path = BUILT_IN) -> tuple[Model, ...]:
    """Return the models of a file in order.

    Raises:
        StudioUnavailable: The file cannot be read or is invalid. The message
            names the invalid entry.
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
        raise StudioUnavailable(f"Invalid catalog file {path}: {error}.") from error
