from pathlib import Path

import pytest
from botocore.session import Session
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st

from genai_studio.inference.endpoint_names import endpoint_name, endpoint_names
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
def test_a_name_is_the_path_in_sagemakers_alphabet(path: str, name: str) -> None:
    assert endpoint_name(Path(path)) == name


def test_names_that_collide_are_told_apart() -> None:
    paths = [Path("/a/turbo"), Path("/b/turbo"), Path("/c/builtin")]
    assert endpoint_names(paths, taken=["builtin"]) == {
        "turbo": paths[0],
        "turbo-2": paths[1],
        "builtin-2": paths[2],
    }


@unhurried
@given(st.text(min_size=1, max_size=90).filter(lambda name: "/" not in name and "\0" not in name))
def test_every_name_is_one_that_boto3_takes(text: str) -> None:
    name = endpoint_name(Path("/models") / text)
    report = ParamValidator().validate({"EndpointName": name, "Body": b""}, INVOKE.input_shape)
    assert not report.has_errors()
    assert name.strip("-") == name
    assert "--" not in name
