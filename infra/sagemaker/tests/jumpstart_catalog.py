"""A small JumpStart catalog on disk, in the format of the catalog in AWS's public bucket.

Two environment variables make the SDK read it instead of the bucket. The members are
those that the SDK reads. The instance types of `MODEL` are those of the real catalog
(us-east-1, July 2026); the rest is fictitious.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

MODEL = "model-txt2img-stabilityai-stable-diffusion-v2-1-base"
GATED = "model-txt2img-gated"
REGION = "eu-west-1"
REGISTRY = f"763104351884.dkr.ecr.{REGION}.amazonaws.com"
REPOSITORY = "huggingface-pytorch-inference:1.10.2-transformers4.17.0-gpu-py38-cu113-ubuntu20.04"
RECOMMENDED = "ml.p3.2xlarge"
SUPPORTED = [
    "ml.p3.2xlarge",
    "ml.g4dn.4xlarge",
    "ml.g4dn.8xlarge",
    "ml.g5.2xlarge",
    "ml.g5.4xlarge",
    "ml.g5.8xlarge",
]


def write_catalog(folder: Path) -> dict[str, str]:
    """Write the catalog and return the environment variables that select it."""
    manifest = []
    for model, version, extra in (
        (MODEL, "1.0.0", {}),
        (MODEL, "2.0.1", {}),
        (GATED, "1.0.0", {"gated_bucket": True, "hosting_eula_key": "eula.txt"}),
    ):
        key = f"specs_{model}_{version}.json"
        (folder / key).write_text(json.dumps(_spec(model, version) | extra))
        manifest.append(
            {"model_id": model, "version": version, "min_version": "2.189.0", "spec_key": key}
        )
    (folder / "models_manifest.json").write_text(json.dumps(manifest))
    return {
        "AWS_JUMPSTART_MANIFEST_LOCAL_ROOT_DIR_OVERRIDE": str(folder),
        "AWS_JUMPSTART_SPECS_LOCAL_ROOT_DIR_OVERRIDE": str(folder),
    }


def _spec(model: str, version: str) -> dict[str, Any]:
    return {
        "model_id": model,
        "url": "https://example.com",
        "version": version,
        "min_sdk_version": "2.189.0",
        "training_supported": False,
        "incremental_training_supported": False,
        "hosting_ecr_specs": {
            "framework": "huggingface",
            "framework_version": "1.10.2",
            "py_version": "py38",
            "huggingface_transformers_version": "4.17.0",
        },
        "hosting_artifact_key": "unpacked/",
        "hosting_script_key": "sourcedir.tar.gz",
        "hosting_prepacked_artifact_key": f"prepacked/{version}/",
        "hosting_use_script_uri": False,
        "inference_environment_variables": [
            {
                "name": "SAGEMAKER_PROGRAM",
                "type": "text",
                "default": "inference.py",
                "scope": "container",
                "required_for_model_class": True,
            }
        ],
        "default_inference_instance_type": RECOMMENDED,
        "supported_inference_instance_types": SUPPORTED,
        "hosting_instance_type_variants": {
            "regional_aliases": {REGION: {"gpu": f"{REGISTRY}/{REPOSITORY}"}},
            "variants": {
                family: {"regional_properties": {"image_uri": "$gpu"}}
                for family in ("p3", "g4dn", "g5")
            },
        },
        "deploy_kwargs": {
            "model_data_download_timeout": 1200,
            "container_startup_health_check_timeout": 900,
        },
        "inference_enable_network_isolation": True,
        "predictor_specs": {
            "supported_content_types": ["application/json"],
            "supported_accept_types": ["application/json"],
            "default_content_type": "application/json",
            "default_accept_type": "application/json",
        },
        "resource_name_base": "sd",
    }
