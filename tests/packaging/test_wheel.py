"""The wheel works in a new environment without the repository."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from uv import find_uv_bin

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", directory],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = directory.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the `bin` folder of an environment with the wheel and its dependencies only."""
    directory = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", directory], check=True)
    binaries = directory / ("Scripts" if os.name == "nt" else "bin")
    install = [find_uv_bin(), "pip", "install", "--quiet", "--python", str(binaries / "python")]
    subprocess.run([*install, "--require-hashes", "-r", ROOT / "requirements.lock"], check=True)
    subprocess.run([*install, "--no-deps", wheel], check=True)
    return binaries


@pytest.fixture
def studio(environment: Path, tmp_path: Path) -> Iterator[str]:
    """Yield the sign-in link that the installed `genai-studio up` prints."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    process = subprocess.Popen(
        [environment / "genai-studio", "up", "--no-browser", "--port", "0", "--data-dir", tmp_path],
        cwd=tmp_path,
        env=clean,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield next(word for line in process.stdout for word in line.split() if "/#token=" in word)
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_it_contains_page_explorer_contract_and_model(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for part in (
        "genai_studio/web/index.html",
        "genai_studio/web/graphiql.html",
        "genai_studio/graphql_contract/schema.graphql",
        "genai_studio/graphql_contract/operations/generateImage.graphql",
        "genai_studio/models.toml",
    ):
        assert part in names
    assert any(
        name.startswith("genai_studio/inference/pipelines/builtin/weights/") for name in names
    )


def test_it_contains_no_development_files(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/", "infra/"))]


def test_it_serves_the_page_the_explorer_and_an_image(studio: str) -> None:
    url, token = studio.split("/#token=")
    with httpx.Client(base_url=url, timeout=60) as client:
        assert "<script" in client.get("/").text
        assert "<script" in client.get("/graphiql").text
        client.headers["Authorization"] = f"Bearer {token}"
        mutation = """mutation { generateImage(input: {prompt: "a red apple", steps: 2}) {
            generation { id } userErrors { message } } }"""
        made = client.post("/graphql", json={"query": mutation}).json()["data"]["generateImage"]
        assert made["userErrors"] == []
        query = "query ($id: ID!) { generation(id: $id) { status images { url bytes } } }"
        body = {"query": query, "variables": {"id": made["generation"]["id"]}}
        while True:
            found = client.post("/graphql", json=body).json()["data"]["generation"]
            if found["status"] not in {"QUEUED", "RUNNING"}:
                break
        (image,) = found["images"]
        drawn = client.get(image["url"])
        assert drawn.content[:8] == b"\x89PNG\r\n\x1a\n"
        assert len(drawn.content) == image["bytes"]
