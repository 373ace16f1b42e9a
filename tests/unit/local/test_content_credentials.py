"""The signing key of a data directory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from genai_studio.content_credentials.create_certificates import create_certificates
from genai_studio.content_credentials.signer import C2paSigner
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.hosts.cli.app import run
from genai_studio.local.content_credentials import LocalSigningKey
from genai_studio.ports import CredentialClaim
from tests.unit.imaging.pngs import a_gradient, encoded

KEY = Path("content-credentials", "signing.pem")
ANCHOR = Path("content-credentials", "anchor.pem")


def signed(data_dir: Path) -> Path:
    """Sign an image with the key of a data directory, and return its file."""
    data = C2paSigner(LocalSigningKey.open(data_dir)).sign(
        encoded(a_gradient(), "PNG"), CredentialClaim("apple.png")
    )
    file = data_dir / "apple.png"
    file.write_bytes(data)
    return file


def test_the_key_is_created_once_and_only_the_user_can_read_it(tmp_path: Path) -> None:
    first = LocalSigningKey.open(tmp_path)

    assert LocalSigningKey.open(tmp_path).certificates() == first.certificates()
    assert (tmp_path / KEY).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / KEY).parent.stat().st_mode & 0o077 == 0
    assert (tmp_path / ANCHOR).read_text("ascii") == first.certificates().anchor


def test_the_authority_signs_nothing_else_and_its_key_is_not_stored(tmp_path: Path) -> None:
    certificates = LocalSigningKey.open(tmp_path).certificates()
    signer, anchor = x509.load_pem_x509_certificates(certificates.pem.encode())

    assert signer.public_key() != anchor.public_key()
    assert (tmp_path / KEY).read_text("ascii").count("PRIVATE KEY") == 2  # begin and end of one
    limits = anchor.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (limits.ca, limits.path_length) == (True, 0)


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_a_key_file_with_other_content_is_refused(tmp_path: Path) -> None:
    certificates = LocalSigningKey.open(tmp_path).certificates().pem.encode()
    other = ec.generate_private_key(ec.SECP256R1())
    strangers = create_certificates(other.public_key())
    damages = {
        "it is not a private key": certificates,
        "it is not an ECDSA key on the curve P-256": pem(
            rsa.generate_private_key(public_exponent=65537, key_size=2048)
        ),
        "its certificate belongs to another key": pem(other) + certificates,
        "it does not contain the two certificates": pem(other),
        "the two certificates": pem(other) + strangers.signer.encode() + certificates,
    }
    for reason, content in damages.items():
        (tmp_path / KEY).write_bytes(content)
        with pytest.raises(StudioUnavailable, match=reason) as refused:
            LocalSigningKey.open(tmp_path)
        assert str(tmp_path / KEY) in str(refused.value)
        assert "Restore it from a backup" in str(refused.value)


def test_verify_trusts_the_studio_of_the_data_directory(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = signed(tmp_path)

    assert run(["verify", str(file), "--data-dir", str(tmp_path)]) == 0

    shown = capsys.readouterr().out
    assert "trusted: unchanged" in shown
    assert "genai-studio image signer (genai-studio)" in shown


def test_verify_accepts_further_authorities(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, elsewhere = signed(tmp_path), str(tmp_path / "elsewhere")

    def status(*options: str) -> str:
        assert run(["verify", str(file), "--data-dir", elsewhere, "--json", *options]) == 0
        found: str = json.loads(capsys.readouterr().out)["status"]
        return found

    assert status() == "VALID"
    assert status("--anchors", str(tmp_path / ANCHOR)) == "TRUSTED"
    assert not Path(elsewhere).exists()


def test_verify_reports_changed_and_unsigned_files_with_exit_code_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, unsigned = signed(tmp_path), tmp_path / "unsigned.png"
    changed = bytearray(file.read_bytes())
    changed[-30] ^= 1
    file.write_bytes(changed)
    unsigned.write_bytes(encoded(a_gradient(), "PNG"))

    assert run(["verify", str(file), "--data-dir", str(tmp_path)]) == 1
    assert "assertion.dataHash.mismatch" in capsys.readouterr().out
    assert run(["verify", str(unsigned), "--data-dir", str(tmp_path)]) == 1
    assert "absent: the file has no signature" in capsys.readouterr().out


def test_verify_names_faults_of_its_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = signed(tmp_path)

    assert run(["verify", str(tmp_path / "none.png"), "--data-dir", str(tmp_path)]) == 1
    assert "none.png: No such file or directory." in capsys.readouterr().err
    assert run(["verify", str(file), "--anchors", str(file)]) == 1
    assert "contains no valid certificate" in capsys.readouterr().err
    (tmp_path / KEY).write_bytes(b"")
    assert run(["verify", str(file), "--data-dir", str(tmp_path)]) == 1
    assert "signing.pem is damaged" in capsys.readouterr().err
