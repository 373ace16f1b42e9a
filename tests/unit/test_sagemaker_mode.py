"""Asynchronous endpoints on one machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from genai_studio.bootstrap.local import local_studio
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.settings import read_settings


def test_the_error_states_the_alternative(tmp_path: Path) -> None:
    environment = {
        "AWS_SM_EP": "sd21",
        "AWS_REGION": "eu-west-1",
        "GENAI_STUDIO_SAGEMAKER_MODE": "async",
    }
    with pytest.raises(StudioUnavailable, match="Use an endpoint that answers at once"):
        local_studio(read_settings(environment, data_dir=tmp_path))
