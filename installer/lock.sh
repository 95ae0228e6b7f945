#!/bin/sh
# Locks the dependencies with hashes into installer/requirements*.txt, for every platform and Python
# that pyproject.toml allows. Needs uv on PATH. The files name no registry, so that any mirror serves.
set -eu
cd "$(dirname "$0")/.."
lock() {
    uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --no-annotate "$@"
}
lock --group build --output-file installer/requirements.txt
lock --constraint installer/requirements.txt --group dev --output-file installer/requirements-dev.txt
