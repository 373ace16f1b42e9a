"""`genai-studio` end to end: one process per command, with a real studio."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.serving.studio_process import (
    PROGRAM,
    StudioProcess,
    command,
    environment,
)
from tests.serving.wire_client import WireClient

SMALL = ("--width", "128", "--height", "192", "--steps", "4")


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioProcess]:
    studio = StudioProcess(tmp_path_factory.mktemp("studio"))
    studio.start()
    yield studio
    studio.close()


def run(
    *arguments: str | Path, program: str = PROGRAM, data_dir: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*map(str, arguments), program=program),
        env=environment(GENAI_STUDIO_DATA_DIR=str(data_dir), **variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def succeed(studio: StudioProcess, *arguments: str | Path) -> str:
    """Run a command that must succeed and return its standard output."""
    ran = run(*arguments, data_dir=studio.data_dir)
    assert ran.returncode == 0, ran.stderr
    assert "\x1b" not in ran.stdout + ran.stderr, "color without a terminal"
    return ran.stdout


def fail(*arguments: str | Path, data_dir: Path, **variables: str) -> str:
    """Run a command that must fail and return its one line of standard error."""
    ran = run(*arguments, data_dir=data_dir, **variables)
    assert (ran.returncode, ran.stdout) == (1, "")
    lines = [line for line in ran.stderr.splitlines() if not line.startswith("Starting")]
    assert len(lines) == 1, ran.stderr
    assert lines[0].startswith("genai-studio: ")
    return lines[0]


def pixels(path: Path) -> bytes:
    with Image.open(path) as image:
        return image.convert("RGB").tobytes()


class TestGenerate:
    def test_the_image_has_the_requested_size_and_metadata(
        self, studio: StudioProcess, tmp_path: Path
    ) -> None:
        out = tmp_path / "a.png"
        printed = succeed(studio, "generate", "a red apple", "--seed", "7", "--out", out, *SMALL)
        assert printed == f"{out}\n"
        with Image.open(out) as image:
            assert (image.format, image.size) == ("PNG", (128, 192))
            assert image.info["parameters"].startswith("a red apple")
            assert "Seed: 7" in image.info["parameters"]

    def test_seed_and_prompt_determine_the_image(
        self, studio: StudioProcess, tmp_path: Path
    ) -> None:
        for name, prompt in (("one", "a red apple"), ("two", "a red apple"), ("pear", "a pear")):
            out = tmp_path / f"{name}.png"
            succeed(studio, "generate", prompt, "--seed", "7", "--out", out, *SMALL)
        assert pixels(tmp_path / "one.png") == pixels(tmp_path / "two.png")
        assert pixels(tmp_path / "one.png") != pixels(tmp_path / "pear.png")

    def test_several_images_are_numbered_and_listed_in_json(
        self, studio: StudioProcess, tmp_path: Path
    ) -> None:
        out = tmp_path / "a.png"
        printed = json.loads(
            succeed(
                studio,
                *("generate", "a red apple", "--seed", "7", "--count", "2", "--out", out),
                *SMALL,
                "--json",
            )
        )
        files = [tmp_path / "a-1.png", tmp_path / "a-2.png"]
        assert [Path(image["file"]) for image in printed["images"]] == files
        assert [image["seed"] for image in printed["images"]] == [7, 8]
        assert pixels(files[0]) != pixels(files[1])

    def test_without_a_running_studio_one_is_started(self, tmp_path: Path) -> None:
        data_dir, out = tmp_path / "data", tmp_path / "a.png"
        ran = run("generate", "a red apple", "--out", out, *SMALL, data_dir=data_dir)
        assert (ran.returncode, ran.stdout) == (0, f"{out}\n"), ran.stderr
        assert out.stat().st_size > 0
        ran = run("history", "--json", data_dir=data_dir)
        (edge,) = json.loads(ran.stdout)["edges"]
        ran = run("explain", edge["node"]["id"], data_dir=data_dir)
        assert "SUCCEEDED after" in ran.stdout
        assert not (data_dir / "studio.json").exists()


@pytest.fixture(scope="module")
def generated(studio: StudioProcess, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A generation of the default user, as printed by `generate --json`."""
    out = tmp_path_factory.mktemp("generated") / "a.png"
    prompt = "a lighthouse at dusk"
    printed: dict[str, Any] = json.loads(
        succeed(studio, "generate", prompt, "--out", out, *SMALL, "--json")
    )
    return printed


class TestEdits:
    def test_an_image_is_varied_enlarged_and_changed_under_a_mask(
        self, studio: StudioProcess, generated: dict[str, Any], tmp_path: Path
    ) -> None:
        source = Path(generated["images"][0]["file"])
        mask = Image.new("L", (128, 192))
        mask.paste(255, (32, 32, 64, 64))
        mask.save(tmp_path / "mask.png")
        varied, large, changed = (tmp_path / f"{name}.png" for name in ("v", "u", "c"))

        succeed(studio, "vary", generated["id"], "--out", varied)
        succeed(studio, "upscale", f"{generated['id']}/0", "--factor", "2", "--out", large)
        options = ("--mask", tmp_path / "mask.png", "--feather", "0", "--steps", "4")
        succeed(studio, "edit", source, "a red balloon", *options, "--out", changed)

        assert pixels(varied) != pixels(source)
        with Image.open(large) as enlarged:
            assert enlarged.size == (256, 384)
        images = [Image.open(path).convert("RGB") for path in (source, changed)]
        assert images[0].tobytes() != images[1].tobytes()
        for image in images:
            image.paste((0, 0, 0), (32, 32, 64, 64))
        assert images[0].tobytes() == images[1].tobytes()


class TestHistory:
    def test_history_lists_the_generation(
        self, studio: StudioProcess, generated: dict[str, Any]
    ) -> None:
        text = succeed(studio, "history")
        (row,) = [line for line in text.splitlines() if generated["id"] in line]
        assert "SUCCEEDED" in row
        assert "a lighthouse at dusk" in row

    def test_search_finds_words_of_the_prompt(
        self, studio: StudioProcess, generated: dict[str, Any]
    ) -> None:
        page = json.loads(succeed(studio, "history", "--search", "lighthouse", "--json"))
        found = [edge["node"] for edge in page["edges"]]
        # Edits of the generation have its prompt.
        assert generated["id"] in [node["id"] for node in found]
        assert all("lighthouse" in node["prompt"] for node in found)
        assert not json.loads(succeed(studio, "history", "--search", "submarine", "--json"))[
            "edges"
        ]

    def test_filters_and_page_size_apply(
        self, studio: StudioProcess, generated: dict[str, Any]
    ) -> None:
        assert generated["id"] not in succeed(studio, "history", "--status", "FAILED")
        assert generated["id"] not in succeed(studio, "history", "--favorite")
        page = json.loads(succeed(studio, "history", "--first", "1", "--json"))
        assert len(page["edges"]) == 1

    def test_boards_are_listed_and_filter_the_history(
        self, studio: StudioProcess, generated: dict[str, Any]
    ) -> None:
        assert succeed(studio, "boards") == ""
        client = WireClient(studio.url, succeed(studio, "token").strip())
        board = client.execute("createBoard", name="Light Houses")["board"]["id"]
        empty = client.execute("createBoard", name="Empty")["board"]["id"]
        client.execute("setBoard", ids=[generated["id"]], board=board, value=True)
        client.close()

        assert succeed(studio, "boards").splitlines() == [
            f"{empty}  Empty",
            f"{board}  Light Houses",
        ]
        page = json.loads(succeed(studio, "history", "--board", "light houses", "--json"))
        assert [edge["node"]["id"] for edge in page["edges"]] == [generated["id"]]
        options = ("--board", "Empty", "--json")
        assert json.loads(succeed(studio, "history", *options))["edges"] == []
        line = fail("history", "--board", "Cars", data_dir=studio.data_dir)
        assert "No board “Cars”. `genai-studio boards` lists your boards." in line

    def test_other_users_do_not_see_the_generation(
        self, studio: StudioProcess, generated: dict[str, Any]
    ) -> None:
        assert generated["id"] not in succeed(studio, "history", "--user", "bob")


class TestExplain:
    def test_each_step_has_component_and_duration(
        self, studio: StudioProcess, generated: dict[str, Any]
    ) -> None:
        text = succeed(studio, "explain", generated["id"])
        for component in ("api", "worker", "endpoint", "images"):
            assert f" {component} " in text
        assert " ms " in text
        assert "SUCCEEDED after" in text.splitlines()[-1]

    def test_an_unknown_generation_is_reported(self, studio: StudioProcess) -> None:
        line = fail("explain", "nothing", data_dir=studio.data_dir)
        assert line.endswith("Generation nothing not found.")


def test_a_token_authenticates_its_user(studio: StudioProcess) -> None:
    token = succeed(studio, "token", "--user", "carol").strip()
    client = WireClient(studio.url, token)
    assert client.execute("viewer")["username"] == "carol"
    client.close()


def test_schema_prints_the_exported_schema(studio: StudioProcess, tmp_path: Path) -> None:
    exported = Path(__file__).parents[3] / "graphql" / "schema.graphql"
    assert succeed(studio, "schema") == exported.read_text("utf-8")
    succeed(studio, "schema", "--out", tmp_path / "schema.graphql")
    assert (tmp_path / "schema.graphql").read_bytes() == exported.read_bytes()


@pytest.mark.parametrize(
    ("given", "seed", "note"),
    [
        (
            "4294967295",
            2147483647,
            "--seed: 4294967295 is above 2147483647. The seed is 2147483647",
        ),
        ("2147483653", 5, "--seed: 2147483653 is above 2147483647. The seed is 5"),
        ("7", 7, ""),
        ("-1", None, ""),
    ],
)
def test_seeds_of_other_programs_are_accepted(
    studio: StudioProcess, tmp_path: Path, given: str, seed: int | None, note: str
) -> None:
    ran = run(
        *("generate", "a red apple", "--out", tmp_path / "a.png", "--steps", "1", "--json"),
        *("--seed", given),
        data_dir=studio.data_dir,
    )

    assert ran.returncode == 0, ran.stderr
    used = json.loads(ran.stdout)["seed"]
    assert used == seed or (seed is None and 0 <= used < 2**31)
    assert note in ran.stderr
    assert bool(note) == ("--seed" in ran.stderr)


class TestErrors:
    def test_an_invalid_width_names_the_option(self, studio: StudioProcess, tmp_path: Path) -> None:
        line = fail(
            *("generate", "a red apple", "--out", tmp_path / "a.png", "--width", "13"),
            data_dir=studio.data_dir,
        )
        assert "--width: `width` must be a multiple of 8 between 128 and 512" in line
        assert not (tmp_path / "a.png").exists()

    def test_an_unknown_model_names_the_option(self, studio: StudioProcess, tmp_path: Path) -> None:
        line = fail(
            *("generate", "a red apple", "--out", tmp_path / "a.png", "--model", "dream"),
            data_dir=studio.data_dir,
        )
        assert "--model: Unknown model “dream”" in line

    def test_an_unreachable_studio_is_reported(self, tmp_path: Path) -> None:
        out, url = tmp_path / "a.png", "http://127.0.0.1:9"
        line = fail("generate", "a red apple", "--out", out, "--url", url, data_dir=tmp_path)
        assert f"{url} is unreachable" in line

    def test_another_studio_gets_no_token(self, studio: StudioProcess, tmp_path: Path) -> None:
        line = fail("history", "--url", studio.url, data_dir=tmp_path / "other")
        assert f"{studio.url} is not the studio of {tmp_path / 'other'}" in line

    def test_a_token_of_another_studio_is_rejected(
        self, studio: StudioProcess, tmp_path: Path
    ) -> None:
        token = run("token", data_dir=tmp_path / "other").stdout.strip()
        line = fail("history", "--url", studio.url, "--token", token, data_dir=tmp_path)
        assert f"{studio.url} rejected the access token" in line

    def test_a_missing_output_directory_is_reported_first(self, tmp_path: Path) -> None:
        out = tmp_path / "nowhere" / "a.png"
        assert "--out" in fail("generate", "a red apple", "--out", out, data_dir=tmp_path)
        assert list(tmp_path.iterdir()) == []

    def test_without_a_model_the_message_names_model_dir(self, tmp_path: Path) -> None:
        line = fail(
            *("generate", "a red apple", "--out", tmp_path / "a.png"),
            data_dir=tmp_path / "data",
            GENAI_STUDIO_BUILTIN_MODEL="false",
        )
        assert "--model-dir" in line

    def test_a_second_studio_on_the_same_directory_fails(self, studio: StudioProcess) -> None:
        line = fail("up", "--no-browser", "--port", "0", data_dir=studio.data_dir)
        assert "Another studio is running" in line
        assert (studio.data_dir / "studio.json").exists()

    def test_a_port_in_use_is_reported_with_the_option(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = str(listener.getsockname()[1])
            line = fail("up", "--no-browser", "--port", port, data_dir=tmp_path / "data")
        assert f"Port {port} is in use" in line
        assert "--port" in line
