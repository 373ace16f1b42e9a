#!/usr/bin/env bash
# Install the system packages that the tests need: Chromium, and Java 17 or newer
# for DynamoDB Local. As root it uses apt; otherwise it prints the commands to run.
set -euo pipefail

missing=()
if [ -z "${CHROMIUM:-}" ]; then
    for browser in chromium chromium-headless-shell; do
        command -v "$browser" >/dev/null || missing+=("$browser")
    done
fi
command -v java >/dev/null || missing+=(default-jre-headless)

[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "Installing ${missing[*]} …"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    exit 0
fi

{
    echo "Missing packages that the tests need: ${missing[*]}. Install them:"
    echo "  Debian, Ubuntu:  sudo apt-get install ${missing[*]}"
    echo "  macOS:           brew install --cask chromium, then export CHROMIUM=/path/to/chromium;"
    echo "                   brew install openjdk"
} >&2
exit 1
