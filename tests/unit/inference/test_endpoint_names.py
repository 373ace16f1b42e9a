from pathlib import Path

import pytest
from botocore.session import Session
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st

from genai_studio.inference.endpoint_names import assign_endpoint_names, endpoint_name
from tests.unhurried import unhurried

INVOKE = Session().get_service_model("sagemaker-runtime").operation_model("InvokeEndpoint")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/models/sd-turbo", "sd-turbo"),
        ("/models/SDXL_base 1.0.safetensors", "sdxl-base-1-0"),
        ("/models/模型", "model"),
        ("/models/" + "x" * 80, "x" * 63),
    ],
)
def test_a_name_uses_sagemakers_characters(path: str, name: str) -> None:
    assert endpoint_name(Path(path)) == name


def test_colliding_names_get_a_suffix() -> None:
    paths = [Path("/a/turbo"), Path("/b/turbo"), Path("/c/builtin")]
    assert assign_endpoint_names(paths, taken=["builtin"]) == {
        "turbo": paths[0],
        "turbo-2": paths[1],
        "builtin-2": paths[2],
    }


@unhurried
@given(st.text(min_size=1, max_size=90).filter(lambda name: "/" not in name and "\0" not in name))
def test_boto3_accepts_every_name(text: str) -> None:
    name = endpoint_name(Path("/models") / text)
    assert INVOKE.input_shape is not None
    report = ParamValidator().validate({"EndpointName": name, "Body": b""}, INVOKE.input_shape)
    assert not report.has_errors()
    assert name.strip("-") == name
    assert "--" not in name
