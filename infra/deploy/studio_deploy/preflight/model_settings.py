"""The settings of the model, checked before anything is deployed.

An Amplify Hosting build runs::

    python -m studio_deploy.preflight.model_settings
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace

from genai_studio.bootstrap.aws_model import aws_model
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.settings import Settings, read_settings
from studio_deploy.problems import Problem


def check_model_settings() -> Settings:
    """Check the settings of the model as the functions do when they start, and return them.

    Raises:
        Problem: They would not start.
    """
    try:
        settings = replace(read_settings(os.environ), sagemaker_endpoint=configured_endpoint())
        if settings.bedrock_model is None and settings.sagemaker_endpoint is None:
            settings = replace(settings, sagemaker_endpoint="genai-studio")
        aws_model(settings)
    except StudioUnavailable as error:
        raise Problem(str(error), "make deploy") from None
    return settings


def configured_endpoint() -> str | None:
    """Return the endpoint of the environment, without its inference component."""
    names = ("GENAI_STUDIO_SAGEMAKER_ENDPOINT", "AWS_SM_EP")
    targets = [os.environ.get(name, "").strip() for name in names]
    return next((target.partition("/")[0] for target in targets if target), None)


if __name__ == "__main__":
    try:
        check_model_settings()
    except Problem as problem:
        sys.exit(problem.message)
