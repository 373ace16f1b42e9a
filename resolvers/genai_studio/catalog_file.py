"""Read models from TOML, checked against the catalog's own types."""

from __future__ import annotations

from pathlib import Path

import msgspec

from genai_studio.domain.catalog import Model
from genai_studio.domain.errors import StudioUnavailable

BUILT_IN = Path(__file__).parent / "models.toml"


class _File(msgspec.Struct, forbid_unknown_fields=True):
    models: tuple[Model, ...] = ()


def read_models(path: Path = BUILT_IN) -> tuple[Model, ...]:
    """The models in a file, in its order.

    Raises:
        StudioUnavailable: The file cannot be read; the message names the entry.
    """
    try:
        return msgspec.toml.decode(path.read_bytes(), type=_File).models
    except OSError as error:
        raise StudioUnavailable(f"{path} cannot be read: {error.strerror}.") from error
    except msgspec.MsgspecError as error:
        raise StudioUnavailable(f"{path} is not a catalog: {error}.") from error
