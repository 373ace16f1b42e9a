from __future__ import annotations

import hashlib
import json
import socket
from pathlib import Path

import pytest

from genai_studio.hosts.cli import app
from genai_studio.hosts.cli.local_studio import checks
from genai_studio.hosts.cli.local_studio.checks import examine
from genai_studio.hosts.cli.output.findings import Finding, Verdict
from genai_studio.local.data_dir import ADDRESS_FILE
from genai_studio.settings import Settings

AWS = "Model in AWS"
SD35 = "stability.sd3-5-large-v1:0"


def found(subject: str, **settings: object) -> Finding:
    options = {"port": 0, **settings}
    every = examine(Settings(**options))  # type: ignore[arg-type]
    return next(finding for finding in every if finding.subject == subject)


@pytest.fixture
def used_port() -> object:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_each_missing_requirement_has_a_remedy(tmp_path: Path) -> None:
    findings = list(examine(Settings(data_dir=tmp_path, port=0)))
    assert len(findings) >= 9
    for finding in findings:
        assert finding.found
        assert bool(finding.remedy) or finding.verdict is not Verdict.MISSING


def test_the_sqlite_of_this_python_is_fine(tmp_path: Path) -> None:
    assert found("SQLite", data_dir=tmp_path).verdict is Verdict.FINE


def test_a_sqlite_without_strict_tables_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 36, 0))
    assert found("SQLite", data_dir=tmp_path).verdict is Verdict.MISSING


def test_a_port_in_use_is_missing(tmp_path: Path, used_port: int) -> None:
    finding = found("Port", data_dir=tmp_path, port=used_port)
    assert finding.verdict is Verdict.MISSING
    assert "--port" in finding.remedy


def test_the_port_of_the_running_studio_is_fine(tmp_path: Path, used_port: int) -> None:
    address = {"url": f"http://127.0.0.1:{used_port}", "pid": 7, "key": "k"}
    (tmp_path / ADDRESS_FILE).write_text(json.dumps(address))
    assert found("Port", data_dir=tmp_path, port=used_port).verdict is Verdict.FINE


def test_a_data_dir_that_does_not_exist_is_fine(tmp_path: Path) -> None:
    assert found("Data directory", data_dir=tmp_path / "a" / "b").verdict is Verdict.FINE
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_data_dir_is_missing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert found("Data directory", data_dir=tmp_path / "file").verdict is Verdict.MISSING


def test_a_full_disk_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MIN_FREE_BYTES", 10**18)
    assert found("Disk", data_dir=tmp_path).verdict is Verdict.MISSING


def test_a_missing_web_build_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "WEB_BUNDLE", tmp_path / "index.html")
    assert "make web" in found("Web page", data_dir=tmp_path).remedy


class TestBuiltinModel:
    @pytest.fixture(autouse=True)
    def weights(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(checks, "WEIGHTS", tmp_path)
        (tmp_path / "layer.onnx").write_bytes(b"weights")
        digest = hashlib.sha256(b"weights").hexdigest()
        manifest = {"version": "1", "files": {"layer.onnx": digest}}
        (tmp_path / "manifest.json").write_text(json.dumps(manifest))

    def test_intact_weights_are_fine(self, tmp_path: Path) -> None:
        assert found("Built-in model", data_dir=tmp_path).verdict is Verdict.FINE

    def test_modified_weights_are_missing(self, tmp_path: Path) -> None:
        (tmp_path / "layer.onnx").write_bytes(b"weight")
        finding = found("Built-in model", data_dir=tmp_path)
        assert (finding.verdict, finding.found) == (Verdict.MISSING, "damaged")

    @pytest.mark.parametrize("name", ["layer.onnx", "manifest.json"])
    def test_a_missing_weights_file_is_missing(self, tmp_path: Path, name: str) -> None:
        (tmp_path / name).unlink()
        finding = found("Built-in model", data_dir=tmp_path)
        assert finding.verdict is Verdict.MISSING
        assert "Reinstall" in finding.remedy


def test_a_missing_model_folder_is_named(tmp_path: Path) -> None:
    finding = found("Custom models", data_dir=tmp_path, model_dirs=(tmp_path / "gone",))
    assert finding.verdict is Verdict.MISSING
    assert "gone" in finding.found


class TestAws:
    @pytest.fixture(autouse=True)
    def no_aws(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_REGION", "AWS_DEFAULT_REGION"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            monkeypatch.setenv(name, str(tmp_path / "none"))

    @pytest.fixture
    def credentials(self, no_aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "made-up")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")

    def test_no_model_is_optional(self, tmp_path: Path) -> None:
        assert found(AWS, data_dir=tmp_path).verdict is Verdict.OPTIONAL

    @pytest.mark.parametrize("settings", [{"sagemaker_endpoint": "sd"}, {"bedrock_model": SD35}])
    def test_no_credentials_is_missing(self, tmp_path: Path, settings: dict[str, str]) -> None:
        finding = found(AWS, data_dir=tmp_path, region="eu-west-1", **settings)
        assert (finding.verdict, finding.found) == (Verdict.MISSING, "no AWS credentials")

    def test_no_region_is_missing(self, tmp_path: Path, credentials: None) -> None:
        finding = found(AWS, data_dir=tmp_path, sagemaker_endpoint="sd")
        assert (finding.verdict, finding.found) == (Verdict.MISSING, "no AWS region")

    def test_the_endpoint_that_is_used_is_named(self, tmp_path: Path, credentials: None) -> None:
        finding = found(AWS, data_dir=tmp_path, sagemaker_endpoint="sd", region="eu-west-1")
        assert finding.verdict is Verdict.FINE
        assert finding.found == (
            "SageMaker endpoint sd in eu-west-1, serving stable-diffusion-2-1-base,"
            " AWS profile default"
        )

    def test_the_bedrock_model_that_is_used_is_named(
        self, tmp_path: Path, credentials: None
    ) -> None:
        finding = found(AWS, data_dir=tmp_path, bedrock_model=SD35)
        assert finding.verdict is Verdict.FINE
        assert finding.found == f"Amazon Bedrock {SD35} in us-west-2, AWS profile default"

    def test_settings_that_exclude_each_other_are_missing(self, tmp_path: Path) -> None:
        finding = found(AWS, data_dir=tmp_path, bedrock_model=SD35, sagemaker_endpoint="sd")
        assert finding.verdict is Verdict.MISSING
        assert "exclude each other" in finding.remedy


def test_doctor_exits_with_1_if_a_requirement_is_missing(
    tmp_path: Path, used_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    code = app.run(["doctor", "--data-dir", str(tmp_path), "--port", str(used_port), "--json"])
    findings = json.loads(capsys.readouterr().out)
    assert code == 1
    assert {"subject": "Port", "verdict": "missing"}.items() <= findings[4].items()


def test_doctor_exits_with_0_if_nothing_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        checks, "examine", lambda settings: iter([Finding("Python", Verdict.FINE, "3.11")])
    )
    assert app.run(["doctor", "--data-dir", str(tmp_path)]) == 0
    assert capsys.readouterr().out.split() == ["fine", "Python", "3.11."]
