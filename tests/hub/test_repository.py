from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_studio.hub.errors import (
    AccessRefused,
    HubError,
    HubUnreachable,
    ModelNotFound,
    ModelNotUsable,
)
from genai_studio.hub.repository import checked_model_id, checked_path, raise_for_status
from tests.unhurried import unhurried


@pytest.mark.parametrize("path", ["model_index.json", "unet/config.json", "a b/模型-1.txt", ".git"])
def test_a_path_inside_the_folder_is_unchanged(path: str) -> None:
    assert checked_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "..",
        "../evil.json",
        "/etc/evil",
        "//host/evil",
        "unet/../../evil",
        "C:/evil",
        "evil:stream",
        "unet\\..\\evil",
        "a/\x00",
        "...",
        "unet./evil",
        "x" * 501,
    ],
)
def test_a_path_outside_the_folder_is_rejected(path: str) -> None:
    with pytest.raises(ModelNotUsable, match="outside the model's folder"):
        checked_path(path)


@unhurried
@given(st.text(alphabet="ab./\\:~ \x00", max_size=12))
def test_no_accepted_path_leaves_the_folder(path: str) -> None:
    root = Path("/models/one")
    try:
        accepted = checked_path(path)
    except ModelNotUsable:
        return
    assert ".." not in (root / accepted).parts
    assert (root / accepted).is_relative_to(root)


@pytest.mark.parametrize("model_id", ["stabilityai/sd-turbo", "AI-ModelScope/x_1.0"])
def test_a_valid_model_id_is_accepted(model_id: str) -> None:
    assert checked_model_id(model_id) == model_id


@pytest.mark.parametrize(
    "model_id", ["tiny", "a/b/c", "../x", "a/..", "a/b..c", "", "https://x/y", "a b/c", "a/b?x"]
)
def test_a_malformed_model_id_is_rejected(model_id: str) -> None:
    with pytest.raises(ModelNotFound, match="owner/name"):
        checked_model_id(model_id)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, AccessRefused),
        (403, AccessRefused),
        (404, ModelNotFound),
        (302, HubUnreachable),
        (500, HubUnreachable),
    ],
)
def test_error_statuses_raise(status: int, error: type[HubError]) -> None:
    with pytest.raises(error):
        raise_for_status(status, "A hub", "a/b")
    raise_for_status(206, "A hub", "a/b")
