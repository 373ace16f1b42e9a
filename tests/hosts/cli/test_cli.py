"""`genai-studio` as people use it: a process for each command, against a real studio."""

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


def answered(studio: StudioProcess, *arguments: str | Path) -> str:
    """What a command that went well wrote."""
    ran = run(*arguments, data_dir=studio.data_dir)
    assert ran.returncode == 0, ran.stderr
    assert "\x1b" not in ran.stdout + ran.stderr, "color where no terminal is"
    return ran.stdout


def complained(*arguments: str | Path, data_dir: Path, **variables: str) -> str:
    """The one line of a command that could not do it."""
    ran = run(*arguments, data_dir=data_dir, **variables)
    assert (ran.returncode, ran.stdout) == (1, "")
    lines = [line for line in ran.stderr.splitlines() if not line.startswith("Starting")]
    assert len(lines) == 1, ran.stderr
    assert lines[0].startswith("genai-studio: ")
    return lines[0]


def pixels(path: Path) -> bytes:
    with Image.open(path) as drawn:
        return drawn.convert("RGB").tobytes()


class TestGenerate:
    def test_the_image_has_the_asked_size_and_carries_its_parameters(
        self, studio: StudioProcess, tmp_path: Path
    ) -> None:
        out = tmp_path / "a.png"
        written = answered(studio, "generate", "a red apple", "--seed", "7", "--out", out, *SMALL)
        assert written == f"{out}\n"
        with Image.open(out) as drawn:
            assert (drawn.format, drawn.size) == ("PNG", (128, 192))
            assert drawn.info["parameters"].startswith("a red apple")
            assert "Seed: 7" in drawn.info["parameters"]

    def test_the_seed_and_the_prompt_make_the_image(
        self, studio: StudioProcess, tmp_path: Path
    ) -> None:
        for name, prompt in (("one", "a red apple"), ("two", "a red apple"), ("pear", "a pear")):
            out = tmp_path / f"{name}.png"
            answered(studio, "generate", prompt, "--seed", "7", "--out", out, *SMALL)
        assert pixels(tmp_path / "one.png") == pixels(tmp_path / "two.png")
        assert pixels(tmp_path / "one.png") != pixels(tmp_path / "pear.png")

    def test_more_images_are_numbered_and_told_in_json(
        self, studio: StudioProcess, tmp_path: Path
    ) -> None:
        out = tmp_path / "a.png"
        told = json.loads(
            answered(
                studio,
                *("generate", "a red apple", "--seed", "7", "--count", "2", "--out", out),
                *SMALL,
                "--json",
            )
        )
        files = [tmp_path / "a-1.png", tmp_path / "a-2.png"]
        assert [Path(image["file"]) for image in told["images"]] == files
        assert [image["seed"] for image in told["images"]] == [7, 8]
        assert pixels(files[0]) != pixels(files[1])

    def test_without_a_studio_one_runs_for_the_call(self, tmp_path: Path) -> None:
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
def made(studio: StudioProcess, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A generation of the artist's, as `generate --json` told it."""
    out = tmp_path_factory.mktemp("made") / "a.png"
    prompt = "a lighthouse at dusk"
    told: dict[str, Any] = json.loads(
        answered(studio, "generate", prompt, "--out", out, *SMALL, "--json")
    )
    return told


class TestHistory:
    def test_it_lists_what_was_made(self, studio: StudioProcess, made: dict[str, Any]) -> None:
        text = answered(studio, "history")
        (row,) = [line for line in text.splitlines() if made["id"] in line]
        assert "SUCCEEDED" in row
        assert "a lighthouse at dusk" in row

    def test_a_search_finds_by_words(self, studio: StudioProcess, made: dict[str, Any]) -> None:
        page = json.loads(answered(studio, "history", "--search", "lighthouse", "--json"))
        assert [edge["node"]["id"] for edge in page["edges"]] == [made["id"]]

    def test_filters_and_pages_hold(self, studio: StudioProcess, made: dict[str, Any]) -> None:
        assert made["id"] not in answered(studio, "history", "--status", "FAILED")
        assert made["id"] not in answered(studio, "history", "--favorite")
        page = json.loads(answered(studio, "history", "--first", "1", "--json"))
        assert len(page["edges"]) == 1

    def test_another_user_sees_nothing_of_it(
        self, studio: StudioProcess, made: dict[str, Any]
    ) -> None:
        assert made["id"] not in answered(studio, "history", "--user", "bob")


class TestExplain:
    def test_each_step_has_its_component_and_time(
        self, studio: StudioProcess, made: dict[str, Any]
    ) -> None:
        text = answered(studio, "explain", made["id"])
        for component in ("api", "worker", "endpoint", "images"):
            assert f" {component} " in text
        assert " ms " in text
        assert "SUCCEEDED after" in text.splitlines()[-1]

    def test_an_unknown_one_is_said_to_be_unknown(self, studio: StudioProcess) -> None:
        line = complained("explain", "nothing", data_dir=studio.data_dir)
        assert line.endswith("You have no generation nothing.")


def test_a_token_signs_its_user_in(studio: StudioProcess) -> None:
    token = answered(studio, "token", "--user", "carol").strip()
    client = WireClient(studio.url, token)
    assert client.execute("viewer")["username"] == "carol"
    client.close()


def test_the_schema_is_printed_as_it_is_exported(studio: StudioProcess, tmp_path: Path) -> None:
    exported = Path(__file__).parents[3] / "graphql" / "schema.graphql"
    assert answered(studio, "schema") == exported.read_text("utf-8")
    answered(studio, "schema", "--out", tmp_path / "schema.graphql")
    assert (tmp_path / "schema.graphql").read_bytes() == exported.read_bytes()


class TestComplaints:
    def test_a_bad_width_is_named(self, studio: StudioProcess, tmp_path: Path) -> None:
        line = complained(
            *("generate", "a red apple", "--out", tmp_path / "a.png", "--width", "13"),
            data_dir=studio.data_dir,
        )
        assert "--width: A whole number from 128 to 512" in line
        assert not (tmp_path / "a.png").exists()

    def test_an_unknown_model_is_named(self, studio: StudioProcess, tmp_path: Path) -> None:
        line = complained(
            *("generate", "a red apple", "--out", tmp_path / "a.png", "--model", "dream"),
            data_dir=studio.data_dir,
        )
        assert "--model: There is no model “dream”" in line

    def test_a_studio_that_is_not_there_is_said_so(self, tmp_path: Path) -> None:
        out, url = tmp_path / "a.png", "http://127.0.0.1:9"
        line = complained("generate", "a red apple", "--out", out, "--url", url, data_dir=tmp_path)
        assert f"{url} cannot be reached" in line

    def test_a_token_of_another_studio_is_refused(
        self, studio: StudioProcess, tmp_path: Path
    ) -> None:
        line = complained("history", "--url", studio.url, data_dir=tmp_path / "other")
        assert f"{studio.url} does not accept this token" in line

    def test_a_folder_that_is_not_there_is_named_before_anything_is_drawn(
        self, tmp_path: Path
    ) -> None:
        out = tmp_path / "nowhere" / "a.png"
        assert "--out" in complained("generate", "a red apple", "--out", out, data_dir=tmp_path)
        assert list(tmp_path.iterdir()) == []

    def test_without_any_model_it_says_how_to_get_one(self, tmp_path: Path) -> None:
        line = complained(
            *("generate", "a red apple", "--out", tmp_path / "a.png"),
            data_dir=tmp_path / "data",
            GENAI_STUDIO_BUILTIN_MODEL="false",
        )
        assert "--model-dir" in line

    def test_a_second_studio_on_the_directory_is_refused(self, studio: StudioProcess) -> None:
        line = complained("up", "--no-browser", "--port", "0", data_dir=studio.data_dir)
        assert "Another studio is running" in line
        assert (studio.data_dir / "studio.json").exists()

    def test_a_port_in_use_is_told_with_its_remedy(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = str(listener.getsockname()[1])
            line = complained("up", "--no-browser", "--port", port, data_dir=tmp_path / "data")
        assert f"Port {port} is in use" in line
        assert "--port" in line
