"""Adding, listing and removing models, against a hub on loopback."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from genai_studio.domain.catalog import Catalog
from genai_studio.hub import (
    AccessRefused,
    DiskFull,
    DownloadDamaged,
    DownloadProgress,
    Hub,
    HubError,
    HubUnreachable,
    HuggingFace,
    InstalledModel,
    ModelNotFound,
    ModelNotUsable,
    ModelScope,
    add_model,
    download,
    installed_models,
    model_folder,
    remove_model,
)
from tests.hub.small_hub import COMMIT, MODEL, SmallHub
from tests.serving.live_server import live_server

NEEDED = {
    "model_index.json",
    "scheduler/scheduler_config.json",
    "text_encoder/config.json",
    "text_encoder/model.safetensors",
    "tokenizer/merges.txt",
    "tokenizer/vocab.json",
    "unet/config.json",
    "unet/diffusion_pytorch_model.fp16.safetensors",
    "vae/config.json",
    "vae/diffusion_pytorch_model-00001-of-00002.safetensors",
    "vae/diffusion_pytorch_model-00002-of-00002.safetensors",
    "vae/diffusion_pytorch_model.safetensors.index.json",
}
UNET = "unet/diffusion_pytorch_model.fp16.safetensors"


@dataclass(frozen=True)
class Rig:
    small: SmallHub
    hub: Hub
    directory: Path

    def add(self, **more: Any) -> InstalledModel:
        return add_model(MODEL, self.directory, self.hub, **more)

    def files(self) -> set[str]:
        folder = self.directory / "somebody-tiny-turbo"
        return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[SmallHub, str]]:
    small = SmallHub()
    with live_server(small.app()) as url:
        yield small, url


@pytest.fixture(params=[HuggingFace, ModelScope], ids=lambda kind: kind.name)
def rig(
    served: tuple[SmallHub, str],
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Rig:
    monkeypatch.setattr(download, "ATTEMPTS", 2)
    monkeypatch.setattr(download.time, "sleep", lambda seconds: None)
    small, url = served
    small.reset()
    return Rig(small, request.param(url), tmp_path / "models")


def test_it_brings_what_is_needed_and_nothing_else(rig: Rig) -> None:
    rig.add()
    assert rig.files() == NEEDED
    folder = rig.directory / "somebody-tiny-turbo"
    assert {path: (folder / path).read_bytes() for path in NEEDED} == {
        path: rig.small.files[path] for path in NEEDED
    }


def test_the_model_is_entered_into_the_catalog(rig: Rig) -> None:
    added = rig.add()
    assert installed_models(rig.directory) == (added,)
    assert (added.id, added.hub) == (MODEL, rig.hub.name)
    assert added.bytes == sum(len(rig.small.files[path]) for path in NEEDED)
    assert model_folder(rig.directory, added).is_dir()
    model = Catalog((added.model,)).get("somebody-tiny-turbo")
    assert (model.defaults.width, model.defaults.steps, model.uses_guidance) == (512, 4, False)
    assert (model.format, model.streams) == ("studio", True)


def test_progress_rises_to_the_whole(rig: Rig) -> None:
    told: list[DownloadProgress] = []
    added = rig.add(on_progress=told.append)
    last = [progress for progress in told if progress.total == added.bytes]
    assert [progress.done for progress in last] == sorted(progress.done for progress in last)
    assert last[-1].done == added.bytes


def test_adding_again_replaces_it(rig: Rig) -> None:
    rig.add()
    rig.small.files["tokenizer/merges.txt"] = b"#version: 0.3\n"
    assert installed_models(rig.directory) == (rig.add(),)
    merges = rig.directory / "somebody-tiny-turbo" / "tokenizer" / "merges.txt"
    assert merges.read_bytes() == b"#version: 0.3\n"


def test_a_broken_connection_is_continued_where_it_broke(rig: Rig) -> None:
    rig.small.cut = 30_000
    rig.add()
    assert rig.files() == NEEDED
    wanted = [wanted for path, wanted in rig.small.asked if path == UNET]
    assert len(wanted) == 2
    assert wanted[1] is not None


def test_an_interrupted_download_is_continued_by_the_next_call(rig: Rig) -> None:
    rig.small.cut = 30_000
    rig.small.always_cut = True
    rig.small.ranges = False
    with pytest.raises(HubUnreachable):
        rig.add()
    assert installed_models(rig.directory) == ()
    assert rig.files() == set()
    rig.small.cut = None
    rig.small.ranges = True
    rig.small.asked.clear()
    rig.add()
    assert rig.files() == NEEDED
    resumed = [path for path, wanted in rig.small.asked if wanted is not None]
    assert len(resumed) == 1
    assert "scheduler/scheduler_config.json" not in [path for path, _ in rig.small.asked]


def test_a_hub_that_cannot_continue_starts_the_file_anew(rig: Rig) -> None:
    rig.small.cut = 30_000
    rig.small.ranges = False
    rig.add()
    assert rig.files() == NEEDED


@pytest.mark.parametrize("path", [UNET, "tokenizer/merges.txt"])
def test_bytes_that_were_not_promised_are_thrown_away(rig: Rig, path: str) -> None:
    rig.small.lies.add(path)
    with pytest.raises(DownloadDamaged, match="thrown away"):
        rig.add()
    assert installed_models(rig.directory) == ()
    assert not list(rig.directory.rglob("*.part"))
    rig.small.lies.clear()
    rig.add()
    assert rig.files() == NEEDED


def test_a_listing_that_leads_out_of_the_folder_is_refused_whole(rig: Rig) -> None:
    rig.small.files["unet/../../evil.json"] = b"evil"
    with pytest.raises(ModelNotUsable, match="out of its folder"):
        rig.add()
    assert not rig.directory.exists()


def test_what_is_no_model_id_is_refused_before_anybody_is_asked(rig: Rig) -> None:
    with pytest.raises(ModelNotFound, match="owner/name"):
        add_model("../somebody", rig.directory, rig.hub)


def test_a_model_that_the_hub_does_not_have_is_told(rig: Rig) -> None:
    with pytest.raises(ModelNotFound, match="somebody/else"):
        add_model("somebody/else", rig.directory, rig.hub)


def test_a_repository_that_is_no_diffusers_model_is_told(rig: Rig) -> None:
    del rig.small.files["model_index.json"]
    with pytest.raises(ModelNotUsable, match="no diffusers model"):
        rig.add()


def change_index(rig: Rig, **changes: Any) -> None:
    index = json.loads(rig.small.files["model_index.json"]) | changes
    rig.small.files["model_index.json"] = json.dumps(index).encode()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"_class_name": "StableDiffusionInpaintPipeline"}, "not for text to image"),
        ({"unet": ["my_code", "UNet"]}, "code of its own"),
    ],
)
def test_a_model_of_another_kind_is_refused_before_its_weights_are_fetched(
    rig: Rig, changes: dict[str, Any], why: str
) -> None:
    change_index(rig, **changes)
    with pytest.raises(ModelNotUsable, match=why):
        rig.add()
    assert [path for path, _ in rig.small.asked] == ["model_index.json"]


def test_weights_that_are_only_there_as_pickles_are_refused(rig: Rig) -> None:
    del rig.small.files["text_encoder/model.safetensors"]
    with pytest.raises(ModelNotUsable, match="text_encoder has no safetensors"):
        rig.add()


def test_full_precision_is_taken_where_there_is_no_half(rig: Rig) -> None:
    del rig.small.files[UNET]
    rig.add()
    assert "unet/diffusion_pytorch_model.safetensors" in rig.files()


def test_a_full_disk_is_told_before_the_weights_are_fetched(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))
    with pytest.raises(DiskFull, match="GB"):
        rig.add()
    assert UNET not in [path for path, _ in rig.small.asked]


def test_without_a_network_it_says_so_plainly(rig: Rig) -> None:
    offline = type(rig.hub)("http://127.0.0.1:9")
    with pytest.raises(HubUnreachable, match="cannot be reached"):
        add_model(MODEL, rig.directory, offline)


def test_a_proxy_page_in_the_hubs_place_is_no_answer(rig: Rig) -> None:
    def login_page(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, html="<h1>Log in to the network</h1>")

    with (
        httpx.Client(transport=httpx.MockTransport(login_page)) as client,
        pytest.raises(HubUnreachable, match="not as its API"),
    ):
        rig.hub.snapshot(client, MODEL, "main")


def test_it_is_removed_by_its_id_or_name(rig: Rig) -> None:
    for name in (MODEL, "somebody-tiny-turbo"):
        added = rig.add()
        assert remove_model(rig.directory, name) == added
        assert installed_models(rig.directory) == ()
        assert rig.files() == set()
    with pytest.raises(ModelNotFound, match=MODEL):
        remove_model(rig.directory, MODEL)


def test_a_spoilt_entry_is_named(rig: Rig) -> None:
    rig.add()
    (rig.directory / "somebody-tiny-turbo.json").write_text("{}")
    with pytest.raises(HubError, match=r"somebody-tiny-turbo\.json"):
        installed_models(rig.directory)


def test_nothing_added_is_an_empty_list(tmp_path: Path) -> None:
    assert installed_models(tmp_path / "nowhere") == ()


@pytest.fixture
def gated(served: tuple[SmallHub, str], tmp_path: Path) -> Rig:
    small, url = served
    small.reset()
    small.token = "hf_secret"
    return Rig(small, HuggingFace(url), tmp_path / "models")


def test_a_model_behind_terms_says_what_to_do(gated: Rig) -> None:
    with pytest.raises(AccessRefused, match="accept its terms"):
        gated.add()


def test_a_token_opens_it_and_never_reaches_another_host(gated: Rig) -> None:
    added = gated.add(token="hf_secret")
    assert (added.revision, added.license) == (COMMIT, "openrail++")
    assert set(gated.small.storage_authorization) == {None}
