"""Add, list and remove models from model hubs."""

from __future__ import annotations

from genai_studio.hub.add import DownloadProgress, OnProgress, add_model
from genai_studio.hub.errors import (
    AccessRefused,
    DiskFull,
    DownloadDamaged,
    HubError,
    HubUnreachable,
    ModelNotFound,
    ModelNotUsable,
)
from genai_studio.hub.hugging_face import HuggingFace
from genai_studio.hub.installed import (
    InstalledModel,
    installed_models,
    model_folder,
    remove_model,
)
from genai_studio.hub.model_scope import ModelScope
from genai_studio.hub.repository import Hub

__all__ = [
    "AccessRefused",
    "DiskFull",
    "DownloadDamaged",
    "DownloadProgress",
    "Hub",
    "HubError",
    "HubUnreachable",
    "HuggingFace",
    "InstalledModel",
    "ModelNotFound",
    "ModelNotUsable",
    "ModelScope",
    "OnProgress",
    "add_model",
    "installed_models",
    "model_folder",
    "remove_model",
]
