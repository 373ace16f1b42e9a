"""What can keep a model from being added, in words for a person."""

from __future__ import annotations

from genai_studio.domain.errors import StudioUnavailable


class HubError(StudioUnavailable):
    """The base of everything that goes wrong with a hub's models."""


class HubUnreachable(HubError):
    """No connection to the hub, or it broke again and again."""


class ModelNotFound(HubError):
    """The hub, or this machine, has no model of this id."""


class AccessRefused(HubError):
    """The model is private, or its terms must be accepted with an account first."""


class ModelNotUsable(HubError):
    """The model is there but cannot be used: no text-to-image model, no safetensors weights."""


class DownloadDamaged(HubError):
    """What arrived is not what the hub promised; it was thrown away."""


class DiskFull(HubError):
    """The model would not fit on the disk."""
