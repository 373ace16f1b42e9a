import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_studio.inference.errors import InvalidInvocation
from genai_studio.inference.invocation import parse_invocation
from tests.unhurried import unhurried


def body(**fields: object) -> bytes:
    return json.dumps({"prompt": "a red apple"} | fields).encode()


def test_only_the_prompt_is_required() -> None:
    invocation = parse_invocation(body())
    assert invocation.prompt == "a red apple"
    assert invocation.num_images_per_prompt == 1
    assert invocation.previews is False


def test_the_seed_is_random_if_omitted() -> None:
    seeds = {parse_invocation(body()).seed for _ in range(8)}
    assert len(seeds) > 1
    assert all(0 <= seed < 2**32 for seed in seeds)


def test_the_seed_of_image_i_wraps_at_two_to_the_32() -> None:
    invocation = parse_invocation(body(seed=2**32 - 1, num_images_per_prompt=2))
    assert [invocation.seed_of(0), invocation.seed_of(1)] == [2**32 - 1, 0]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("prompt", ""),
        ("prompt", 7),
        ("prompt", None),
        ("prompt", "x" * 20_001),
        ("negative_prompt", ["blur"]),
        ("width", 65),
        ("width", 56),
        ("width", 2056),
        ("width", "512"),
        ("width", 512.0),
        ("width", True),
        ("height", -8),
        ("height", 10**30),
        ("num_images_per_prompt", 0),
        ("num_images_per_prompt", 17),
        ("num_inference_steps", 0),
        ("num_inference_steps", 501),
        ("guidance_scale", -0.1),
        ("guidance_scale", 50.1),
        ("guidance_scale", "7"),
        ("seed", -1),
        ("seed", 2**32),
        ("seed", 1.5),
        ("previews", "yes"),
        ("model", 3),
        ("widht", 512),
    ],
)
def test_an_invalid_field_is_named(field: str, value: object) -> None:
    with pytest.raises(InvalidInvocation) as rejected:
        parse_invocation(body(**{field: value}))
    assert rejected.value.field == field
    assert rejected.value.message.startswith(field)


def test_a_missing_prompt_is_named() -> None:
    with pytest.raises(InvalidInvocation) as rejected:
        parse_invocation(b"{}")
    assert rejected.value.field == "prompt"


@pytest.mark.parametrize("text", [b"", b"{", b"null", b"[]", b'"a"', b"\xff", b"[" * 100_000])
def test_a_body_that_is_not_a_json_object_is_rejected(text: bytes) -> None:
    with pytest.raises(InvalidInvocation):
        parse_invocation(text)


@unhurried
@given(st.binary(max_size=200))
def test_random_bodies_raise_only_invalid_invocation(text: bytes) -> None:
    with pytest.raises(InvalidInvocation):
        parse_invocation(text)


def test_the_error_never_quotes_a_value() -> None:
    with pytest.raises(InvalidInvocation) as rejected:
        parse_invocation(body(seed="my secret prompt"))
    assert "secret" not in str(rejected.value)
