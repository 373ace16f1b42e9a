"""Kill a studio during an edit: it finishes once, is exact, and nothing is left over."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from tests.faults.test_killed_studio import objects, timeline, until_finished
from tests.serving.studio_process import TOY_PROGRAM, StudioProcess, until
from tests.serving.wire_client import WireClient
from tests.unit.imaging.pngs import a_gradient, encoded

SIZE = (200, 136)
CHANGED = (40, 40, 80, 80)
FEATHER = 4
STEPS = 24


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioProcess]:
    studio = StudioProcess(
        tmp_path_factory.mktemp("edits") / "data",
        program=TOY_PROGRAM,
        TOY_STEP_SECONDS="0.05",
        TOY_PIPELINE="tests.serving.editing_toy_pipeline:slow",
    )
    studio.start()
    yield studio
    studio.close()


@pytest.fixture
def client(studio: StudioProcess) -> Iterator[WireClient]:
    client = WireClient(studio.url, studio.token)
    yield client
    client.close()


def a_mask() -> bytes:
    mask = Image.new("L", SIZE)
    mask.paste(255, CHANGED)
    return encoded(mask, "PNG")


def image_of(client: WireClient, generation: dict[str, Any]) -> Image.Image:
    (image,) = generation["images"]
    return Image.open(io.BytesIO(client.http.get(image["url"]).content)).convert("RGB")


def test_every_operation_works_on_an_upload_and_on_an_image(client: WireClient) -> None:
    source = client.upload(encoded(a_gradient(*SIZE), "JPEG", quality=95), "image/jpeg")
    mask = client.upload(a_mask())
    requests: dict[str, dict[str, Any]] = {
        "IMAGE_TO_IMAGE": {"strength": 0.5},
        "INPAINT": {"maskUploadId": mask},
        "OUTPAINT": {"outpaint": {"left": 24, "bottom": 8}},
        "UPSCALE": {"upscaleFactor": 2},
    }
    sizes = {
        "IMAGE_TO_IMAGE": (200, 136),
        "INPAINT": (200, 136),
        "OUTPAINT": (224, 144),
        "UPSCALE": (400, 272),
    }
    named = {"sourceUploadId": source}
    for number in range(2):
        accepted = {
            operation: client.submit(
                "a fox", operation=operation, steps=2, seed=number, **named, **fields
            )["id"]
            for operation, fields in requests.items()
        }
        finished = dict(zip(accepted, until_finished(client, list(accepted.values())), strict=True))
        for operation, one in finished.items():
            assert one["status"] == "SUCCEEDED", one
            assert image_of(client, one).size == sizes[operation]
            assert client.http.get(one["sourceUrl"]).status_code == 200
            assert (one["maskUrl"] is None) == (operation != "INPAINT")
        named = {"sourceImageId": finished["IMAGE_TO_IMAGE"]["images"][0]["id"]}


def test_seeds_reproduce_an_edit(client: WireClient) -> None:
    source = client.upload(encoded(a_gradient(*SIZE), "PNG"))

    def edited(seed: int) -> bytes:
        accepted = client.submit(
            "a fox", operation="IMAGE_TO_IMAGE", sourceUploadId=source, steps=2, seed=seed
        )
        (finished,) = until_finished(client, [accepted["id"]])
        return image_of(client, finished).tobytes()

    assert edited(7) == edited(7)
    assert edited(7) != edited(8)


def test_an_edit_survives_a_kill_and_is_exact(studio: StudioProcess, client: WireClient) -> None:
    before = objects(studio)
    source = client.upload(encoded(a_gradient(*SIZE), "PNG"))
    mask = client.upload(a_mask())
    with client.subscription() as pushes:
        accepted = client.submit(
            "a fox",
            operation="INPAINT",
            sourceUploadId=source,
            maskUploadId=mask,
            maskFeather=FEATHER,
            strength=1,
            steps=STEPS,
        )
        for pushed in pushes:
            if pushed["progress"] is not None and pushed["progress"]["step"] >= STEPS // 2:
                break
    studio.kill()
    studio.start()
    again = WireClient(studio.url, studio.token)

    (finished,) = until_finished(again, [accepted["id"]])

    assert finished["status"] == "SUCCEEDED"
    steps = timeline(again, accepted["id"])
    assert steps.count("finished") == 1
    assert [one for one in steps if one.startswith("claimed")] == [
        "claimed, attempt 1",
        "claimed, attempt 2",
    ]
    prefix = f"{finished['owner']}/{finished['id']}/"

    def stored() -> set[str]:
        return {
            key.removeprefix(prefix)
            for key in objects(studio) - before
            if not key.startswith("uploads/")
        }

    expected = {"inputs/source.png", "inputs/mask.png", "2/0.png", "2/0.webp"}
    until(lambda: stored() == expected, "objects of the lost attempt remain")
    assert_exact(image_of(again, finished))
    again.close()


def assert_exact(edited: Image.Image) -> None:
    left, top, right, bottom = CHANGED
    soft = (left - FEATHER, top - FEATHER, right + FEATHER, bottom + FEATHER)
    source = a_gradient(*SIZE)
    assert edited.crop(CHANGED).tobytes() != source.crop(CHANGED).tobytes()
    for image in (edited, source):
        image.paste((0, 0, 0), soft)
    assert edited.tobytes() == source.tobytes()
