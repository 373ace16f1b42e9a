"""Add, list and remove models with a hub on the loopback interface."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
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
from genai_studio.hub.download import Source, download_file
from genai_studio.hub.lock import models_lock
from genai_studio.hub.repository import RemoteFile
from tests.hub.fake_hub import COMMIT, MODEL, FakeHub
from tests.serving.live_server import live_server
from tests.serving.studio_process import WAIT_SECONDS, environment

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
    fake: FakeHub
    hub: Hub
    directory: Path
    make_hub: Callable[[str], Hub]

    def add(self, **more: Any) -> InstalledModel:
        return add_model(MODEL, self.directory, self.hub, **more)

    def files(self) -> set[str]:
        folder = self.directory / "example-tiny-turbo"
        return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[FakeHub, str]]:
    fake = FakeHub()
    with live_server(fake.app()) as url:
        yield fake, url


@pytest.fixture(params=[HuggingFace, ModelScope], ids=lambda kind: kind.name)
def rig(
    served: tuple[FakeHub, str],
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Rig:
    monkeypatch.setattr(download, "ATTEMPTS", 2)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    fake, url = served
    fake.reset()
    return Rig(fake, request.param(url), tmp_path / "models", request.param)


def test_add_downloads_only_the_needed_files(rig: Rig) -> None:
    rig.add()
    assert rig.files() == NEEDED
    folder = rig.directory / "example-tiny-turbo"
    assert {path: (folder / path).read_bytes() for path in NEEDED} == {
        path: rig.fake.files[path] for path in NEEDED
    }


def test_add_writes_the_catalog_entry(rig: Rig) -> None:
    added = rig.add()
    assert installed_models(rig.directory) == (added,)
    assert (added.id, added.hub) == (MODEL, rig.hub.name)
    assert added.bytes == sum(len(rig.fake.files[path]) for path in NEEDED)
    assert model_folder(rig.directory, added).is_dir()
    model = Catalog((added.model,)).get("example-tiny-turbo")
    assert (model.defaults.width, model.defaults.steps, model.uses_guidance) == (512, 4, False)
    assert (model.format, model.streams) == ("studio", True)


def test_progress_increases_to_the_total(rig: Rig) -> None:
    updates: list[DownloadProgress] = []
    added = rig.add(on_progress=updates.append)
    last = [progress for progress in updates if progress.total == added.bytes]
    assert [progress.done for progress in last] == sorted(progress.done for progress in last)
    assert last[-1].done == added.bytes


def test_adding_a_model_again_replaces_it(rig: Rig) -> None:
    rig.add()
    rig.fake.files["tokenizer/merges.txt"] = b"#version: 0.3\n"
    assert installed_models(rig.directory) == (rig.add(),)
    merges = rig.directory / "example-tiny-turbo" / "tokenizer" / "merges.txt"
    assert merges.read_bytes() == b"#version: 0.3\n"


def test_a_lost_connection_is_resumed(rig: Rig) -> None:
    rig.fake.cut = 30_000
    rig.add()
    assert rig.files() == NEEDED
    ranges = [range_ for path, range_ in rig.fake.requests if path == UNET]
    assert len(ranges) == 2
    assert ranges[1] is not None


def test_the_next_call_resumes_an_interrupted_download(rig: Rig) -> None:
    rig.fake.cut = 30_000
    rig.fake.always_cut = True
    rig.fake.ranges = False
    with pytest.raises(HubUnreachable):
        rig.add()
    assert installed_models(rig.directory) == ()
    assert rig.files() == set()
    rig.fake.cut = None
    rig.fake.ranges = True
    rig.fake.requests.clear()
    rig.add()
    assert rig.files() == NEEDED
    resumed = [path for path, range_ in rig.fake.requests if range_ is not None]
    assert len(resumed) == 1
    assert "scheduler/scheduler_config.json" not in [path for path, _ in rig.fake.requests]


def test_without_range_support_the_file_is_downloaded_again(rig: Rig) -> None:
    rig.fake.cut = 30_000
    rig.fake.ranges = False
    rig.add()
    assert rig.files() == NEEDED


@pytest.mark.parametrize("path", [UNET, "tokenizer/merges.txt"])
def test_a_file_with_a_wrong_checksum_is_deleted(rig: Rig, path: str) -> None:
    rig.fake.corrupted.add(path)
    with pytest.raises(DownloadDamaged, match="was deleted"):
        rig.add()
    assert installed_models(rig.directory) == ()
    assert not list(rig.directory.rglob("*.part"))
    rig.fake.corrupted.clear()
    rig.add()
    assert rig.files() == NEEDED


def test_a_listing_with_a_path_outside_the_folder_is_rejected(rig: Rig) -> None:
    rig.fake.files["unet/../../evil.json"] = b"evil"
    with pytest.raises(ModelNotUsable, match="outside the model's folder"):
        rig.add()
    assert not rig.directory.exists()


def test_a_malformed_model_id_is_rejected_without_a_request(rig: Rig) -> None:
    with pytest.raises(ModelNotFound, match="owner/name"):
        add_model("../example", rig.directory, rig.hub)


def test_an_unknown_model_is_reported(rig: Rig) -> None:
    with pytest.raises(ModelNotFound, match="example/else"):
        add_model("example/else", rig.directory, rig.hub)


def test_a_repository_without_a_model_index_is_rejected(rig: Rig) -> None:
    del rig.fake.files["model_index.json"]
    with pytest.raises(ModelNotUsable, match="not a diffusers model"):
        rig.add()


def change_index(rig: Rig, **changes: Any) -> None:
    index = json.loads(rig.fake.files["model_index.json"]) | changes
    rig.fake.files["model_index.json"] = json.dumps(index).encode()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"_class_name": "StableDiffusionInpaintPipeline"}, "not a text-to-image pipeline"),
        ({"unet": ["my_code", "UNet"]}, "requires custom code"),
    ],
)
def test_an_unsupported_model_is_rejected_before_its_weights_are_downloaded(
    rig: Rig, changes: dict[str, Any], message: str
) -> None:
    change_index(rig, **changes)
    with pytest.raises(ModelNotUsable, match=message):
        rig.add()
    assert [path for path, _ in rig.fake.requests] == ["model_index.json"]


def test_pickle_weights_are_rejected(rig: Rig) -> None:
    del rig.fake.files["text_encoder/model.safetensors"]
    with pytest.raises(ModelNotUsable, match="text_encoder has no safetensors"):
        rig.add()


def test_full_precision_is_used_without_half_precision(rig: Rig) -> None:
    del rig.fake.files[UNET]
    rig.add()
    assert "unet/diffusion_pytorch_model.safetensors" in rig.files()


def test_a_full_disk_is_reported_before_the_weights_are_downloaded(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))
    with pytest.raises(DiskFull, match="GB"):
        rig.add()
    assert UNET not in [path for path, _ in rig.fake.requests]


def test_an_unreachable_hub_is_reported(rig: Rig) -> None:
    offline = rig.make_hub("http://127.0.0.1:9")
    with pytest.raises(HubUnreachable, match="is unreachable"):
        add_model(MODEL, rig.directory, offline)


def test_an_html_page_instead_of_json_is_reported(rig: Rig) -> None:
    def login_page(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, html="<h1>Log in to the network</h1>")

    with (
        httpx.Client(transport=httpx.MockTransport(login_page)) as client,
        pytest.raises(HubUnreachable, match="unexpected response"),
    ):
        rig.hub.snapshot(client, MODEL, "main")


def test_remove_accepts_hub_id_and_catalog_name(rig: Rig) -> None:
    for name in (MODEL, "example-tiny-turbo"):
        added = rig.add()
        assert remove_model(rig.directory, name) == added
        assert installed_models(rig.directory) == ()
        assert rig.files() == set()
    with pytest.raises(ModelNotFound, match=MODEL):
        remove_model(rig.directory, MODEL)


def test_a_malformed_entry_is_reported_with_its_file(rig: Rig) -> None:
    rig.add()
    (rig.directory / "example-tiny-turbo.json").write_text("{}")
    with pytest.raises(HubError, match=r"example-tiny-turbo\.json"):
        installed_models(rig.directory)


def test_a_second_command_at_the_same_time_is_refused(rig: Rig) -> None:
    with models_lock(rig.directory), pytest.raises(HubError, match="Another genai-studio models"):
        rig.add()
    assert rig.files() == set()
    rig.add()
    with models_lock(rig.directory), pytest.raises(HubError, match="Another genai-studio models"):
        remove_model(rig.directory, MODEL)
    assert len(installed_models(rig.directory)) == 1


ADD = """
import sys
from pathlib import Path
import genai_studio.hub as hub
model, directory, kind, url = sys.argv[1:]
try:
    hub.add_model(model, Path(directory), getattr(hub, kind)(url))
except hub.HubError as error:
    sys.exit(str(error))
"""


@pytest.mark.parametrize("killed", [False, True], ids=["first finishes", "first is killed"])
def test_two_processes_never_add_at_once(
    served: tuple[FakeHub, str], tmp_path: Path, *, killed: bool
) -> None:
    fake, url = served
    fake.reset()
    rig = Rig(fake, HuggingFace(url), tmp_path / "models", HuggingFace)

    def start() -> subprocess.Popen[str]:
        arguments = [MODEL, str(rig.directory), "HuggingFace", url]
        return subprocess.Popen(
            [sys.executable, "-c", ADD, *arguments],
            env=environment(),
            stderr=subprocess.PIPE,
            text=True,
        )

    fake.held = True
    with start() as first:
        assert fake.reached.wait(WAIT_SECONDS)
        with start() as second:
            _, message = second.communicate(timeout=WAIT_SECONDS)
        if killed:
            first.kill()
        fake.held = False
        first.communicate(timeout=WAIT_SECONDS)

    assert second.returncode == 1
    assert "Another genai-studio models command is running" in message
    if killed:
        assert installed_models(rig.directory) == ()
        with start() as third:
            _, message = third.communicate(timeout=WAIT_SECONDS)
        assert (third.returncode, message) == (0, "")
    assert rig.files() == NEEDED
    assert len(installed_models(rig.directory)) == 1


def test_no_added_models_give_an_empty_list(tmp_path: Path) -> None:
    assert installed_models(tmp_path / "nowhere") == ()


@pytest.fixture
def gated(served: tuple[FakeHub, str], tmp_path: Path) -> Rig:
    fake, url = served
    fake.reset()
    fake.token = "hf_secret"
    return Rig(fake, HuggingFace(url), tmp_path / "models", HuggingFace)


def test_a_gated_model_reports_how_to_get_access(gated: Rig) -> None:
    with pytest.raises(AccessRefused, match="Accept the model's terms"):
        gated.add()


def test_the_token_is_sent_to_the_hub_but_not_to_its_storage_host(gated: Rig) -> None:
    added = gated.add(token="hf_secret")
    assert (added.revision, added.license) == (COMMIT, "openrail++")
    assert set(gated.fake.storage_authorization) == {None}


def test_the_token_is_not_sent_to_another_host_by_the_file_list() -> None:
    received: list[str | None] = []

    def other_host(request: httpx.Request) -> httpx.Response:
        received.append(request.headers.get("authorization"))
        if request.url.path.endswith("tree/abc"):
            return httpx.Response(
                200, json=[], headers={"Link": '<https://elsewhere.example/page>; rel="next"'}
            )
        return httpx.Response(200, json={"sha": "abc"})

    headers = {"Authorization": "Bearer secret"}
    client = httpx.Client(transport=httpx.MockTransport(other_host), headers=headers)
    with client, pytest.raises(HubUnreachable, match="another host"):
        HuggingFace("https://hub.example").snapshot(client, "a/b", "main")

    assert len(received) == 2


@pytest.mark.parametrize("kind", [HuggingFace, ModelScope])
def test_an_endless_redirect_is_reported(kind: type[HuggingFace] | type[ModelScope]) -> None:
    client = httpx.Client(transport=_redirecting(), follow_redirects=True)
    with client, pytest.raises(HubUnreachable, match="redirects without end"):
        kind("https://hub.example").snapshot(client, "a/b", "main")


def test_an_endless_redirect_of_a_file_is_reported(tmp_path: Path) -> None:
    client = httpx.Client(transport=_redirecting(), follow_redirects=True)
    source = Source("https://hub.example/file", "Hub", "a/b")
    with client, pytest.raises(HubUnreachable, match="redirects without end"):
        download_file(client, source, RemoteFile("file", 10, None), tmp_path / "f", lambda _: None)


def _redirecting() -> httpx.MockTransport:
    return httpx.MockTransport(
        lambda request: httpx.Response(302, headers={"Location": str(request.url)})
    )
