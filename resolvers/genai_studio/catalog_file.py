"""Read models from a TOML file."""

from __future__ import annotations

from pathlib import Path

import msgspec

from genai_studio.domain.catalog import Model
from genai_studio.domain.errors import StudioUnavailable

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
        return msgspec.toml.decode(path.read_bytes(), type=_File).models
    except OSError as error:
        raise StudioUnavailable(f"Could not read {path}: {error.strerror}.") from error
    except msgspec.MsgspecError as error:
        raise StudioUnavailable(f"Invalid catalog file {path}: {error}.") from error
