import subprocess
import sys

import pytest

from genai_studio.sagemaker.client import aws_client, loopback_client


def test_a_call_is_tried_once_with_timeouts_of_its_own() -> None:
    for client in (aws_client("eu-central-1"), loopback_client("http://127.0.0.1:9", "key")):
        config = client.meta.config
        assert config.retries["total_max_attempts"] == 1  # type: ignore[attr-defined]
        assert (config.connect_timeout, config.read_timeout) == (5, 70)


def test_a_proxy_of_the_environment_does_not_see_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    client = loopback_client("http://127.0.0.1:9", "key")
    assert client.meta.config.proxies == {}  # type: ignore[attr-defined]


def test_importing_the_adapter_brings_in_nothing_heavy() -> None:
    heavy = "{'numpy', 'PIL', 'starlette', 'uvicorn', 'onnxruntime', 'strawberry'}"
    code = f"import sys, genai_studio.sagemaker.endpoint; print({heavy} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "set()"
