#!/usr/bin/env bash
# The system packages that tests need: a browser, and Java 17 or newer for
# DynamoDB Local. Installed by apt when root, otherwise named, so that a person
# can install them.
set -euo pipefail

missing=()
command -v chromium >/dev/null || [ -n "${CHROMIUM:-}" ] || missing+=(chromium)
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
    echo "The tests need: ${missing[*]}"
    echo "  Debian, Ubuntu:  sudo apt-get install ${missing[*]}"
    echo "  macOS:           brew install --cask chromium, then export CHROMIUM=/path/to/chromium;"
    echo "                   brew install openjdk"
} >&2
exit 1
