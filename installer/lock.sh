#!/bin/sh
# Locks the dependencies with hashes into installer/requirements*.txt, for every platform and Python
# that pyproject.toml allows, and those of the Windows setup, which brings its own Python, into
# installer/windows/requirements.txt. Needs uv on PATH. The files name no registry: any mirror serves.
set -eu
cd "$(dirname "$0")/.."
lock() {
    uv pip compile pyproject.toml --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --no-annotate "$@"
}
everywhere="--universal --python-version 3.11"
# shellcheck disable=SC2086
lock $everywhere --group build --output-file installer/requirements.txt
# shellcheck disable=SC2086
lock $everywhere --constraint installer/requirements.txt --group dev --output-file installer/requirements-dev.txt
lock --python-platform x86_64-pc-windows-msvc --python-version 3.13 --only-binary :all: \
    --constraint installer/requirements.txt --output-file installer/windows/requirements.txt
