"""`edit`, `vary` and `upscale`: which request each option gives, and what is refused at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from genai_studio.hosts.cli.app import run
from genai_studio.hosts.cli.commands import edit as commands
from tests.fakes.studio_client import FakeStudioClient
from tests.unit.cli.client.test_edit_request import CREATED, ID, PNG, SOURCE, models


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return the requests that the commands build, without sending any."""
    requests: list[dict[str, Any]] = []

    async def build_only(_: object, build: Any, __: Path, **options: Any) -> None:
        client = FakeStudioClient(
            createUpload=[CREATED], generation=[{"generation": SOURCE}], models=[models("builtin")]
        )
        requests.append(await build(client))

    monkeypatch.setattr(commands, "generate_to_files", build_only)
    return requests


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("photo.png", "mask.png"):
        (tmp_path / name).write_bytes(PNG)
    monkeypatch.chdir(tmp_path)
    return tmp_path


OUT = ("--out", "out.png")


@pytest.mark.usefixtures("files")
def test_an_edit_without_a_mask_changes_the_whole_image(built: list[dict[str, Any]]) -> None:
    options = ("--strength", "0.6", "--seed", "7", "--count", "2", "--style", "flat")
    assert run(["edit", "photo.png", "a fox", *options, *OUT]) == 0

    assert built == [
        {
            "operation": "IMAGE_TO_IMAGE",
            "prompt": "a fox",
            "strength": 0.6,
            "seed": 7,
            "count": 2,
            "style": "flat",
            "sourceUploadId": "u",
        }
    ]


@pytest.mark.usefixtures("files")
def test_a_mask_makes_it_an_inpaint(built: list[dict[str, Any]]) -> None:
    assert run(["edit", ID, "a fox", "--mask", "mask.png", "--feather", "0", *OUT]) == 0

    assert built == [
        {
            "operation": "INPAINT",
            "prompt": "a fox",
            "maskFeather": 0,
            "sourceImageId": f"{ID}/0",
            "maskUploadId": "u",
        }
    ]


def test_margins_make_it_an_outpaint(built: list[dict[str, Any]]) -> None:
    assert run(["edit", f"{ID}/1", "a fox", "--outpaint", "right=64", *OUT]) == 0

    assert built == [
        {
            "operation": "OUTPAINT",
            "prompt": "a fox",
            "outpaint": {"right": 64},
            "sourceImageId": f"{ID}/1",
        }
    ]


@pytest.mark.parametrize(
    ("options", "strength"), [((), 0.25), (("--subtle",), 0.25), (("--strong",), 0.75)]
)
def test_a_variation_is_subtle_or_strong(
    built: list[dict[str, Any]], options: tuple[str, ...], strength: float
) -> None:
    assert run(["vary", ID, *options, *OUT]) == 0

    (request,) = built
    assert request["strength"] == strength
    assert request["sourceImageId"] == f"{ID}/0"
    assert "seed" not in request


@pytest.mark.parametrize(("options", "factor"), [((), 2), (("--factor", "4"), 4)])
@pytest.mark.usefixtures("files")
def test_an_upscale_has_a_factor(
    built: list[dict[str, Any]], options: tuple[str, ...], factor: int
) -> None:
    assert run(["upscale", "photo.png", *options, *OUT]) == 0

    assert built == [
        {"operation": "UPSCALE", "prompt": "", "upscaleFactor": factor, "sourceUploadId": "u"}
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["edit", "missing.png", "a fox", *OUT], "no such file"),
        (["edit", ID, "a fox", "--mask", "missing.png", *OUT], "no such file"),
        (
            ["edit", ID, "a fox", "--mask", "mask.png", "--outpaint", "8", *OUT],
            "cannot be combined",
        ),
        (["edit", ID, "a fox", "--outpaint", "wide", *OUT], "--outpaint wide"),
        (["edit", ID, "a fox", "--out", "out.gif"], "not supported"),
        (["vary", "photo.png", *OUT], "not the ID"),
        (["upscale", "missing.png", *OUT], "no such file"),
    ],
)
@pytest.mark.usefixtures("files")
def test_a_wrong_argument_is_refused_before_anything_is_sent(
    built: list[dict[str, Any]],
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(arguments) == 1

    assert message in " ".join(capsys.readouterr().err.split())
    assert built == []


def test_the_factor_is_two_or_four(built: list[dict[str, Any]]) -> None:
    with pytest.raises(SystemExit):
        run(["upscale", ID, "--factor", "3", *OUT])
    assert built == []
