import subprocess
import sys

import pytest

from genai_studio.sagemaker.client import aws_client, loopback_client


def test_clients_do_not_retry_and_have_timeouts() -> None:
    for client in (aws_client("eu-central-1"), loopback_client("http://127.0.0.1:9", "key")):
        config = client.meta.config
        assert config.retries["total_max_attempts"] == 1  # type: ignore[attr-defined]
        timeouts = (config.connect_timeout, config.read_timeout)  # type: ignore[attr-defined]
        assert timeouts == (5, 70)


def test_loopback_client_ignores_http_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    client = loopback_client("http://127.0.0.1:9", "key")
    assert client.meta.config.proxies == {}  # type: ignore[attr-defined]


def test_import_loads_no_heavy_packages() -> None:
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
