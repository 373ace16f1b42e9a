"""Errors of the hub package. Their messages are shown to the user."""

from __future__ import annotations

from genai_studio.domain.errors import StudioUnavailable


class HubError(StudioUnavailable):
    """Base class of the errors of this package."""


class HubUnreachable(HubError):
    """The hub is unreachable, or the connection failed repeatedly."""


class ModelNotFound(HubError):
    """The hub, or this machine, has no model with this ID."""


class AccessRefused(HubError):
    """The model is private, or its terms must be accepted first."""


class ModelNotUsable(HubError):
    """The model is not supported: another task, or no safetensors weights."""


class DownloadDamaged(HubError):
    """The downloaded file has the wrong size or checksum. It was deleted."""


class DiskFull(HubError):
    """There is not enough disk space for the model."""
