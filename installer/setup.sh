# shellcheck shell=sh
# Sourced by run.sh and test.sh: makes .venv in the checkout, once, and again when a lock changes.
# Takes the requirements file as REQUIREMENTS; leaves the interpreter in VENV_PYTHON.

set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
cd "$ROOT"
VENV="$ROOT/.venv"
VENV_PYTHON="$VENV/bin/python"

say() { printf '%s\n' "$*" >&2; }

# What Qt loads at run time, and fonts with Chinese and emoji for the texts that people post.
DEBIAN_PACKAGES="libglib2.0-0 libegl1 libgl1 libdbus-1-3 libfontconfig1 libxkbcommon0 libxkbcommon-x11-0
libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-image0 libxcb-render-util0 libxcb-shape0
libxcb-randr0 libxcb-xinerama0 libwayland-cursor0 fonts-dejavu-core fonts-wqy-microhei fonts-noto-color-emoji"

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null 2>&1; then sudo "$@"; else return 1; fi
}

install_debian() {
    missing=""
    for package in "$@"; do
        # Newer releases name some libraries with t64 at the end, and take the old name too.
        dpkg-query -W -f='${Status}\n' "$package" "${package}t64" 2>/dev/null | grep -q 'install ok' ||
            missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    say "Installing system packages:$missing"
    # shellcheck disable=SC2086
    if ! { as_root apt-get update -q && as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -q --no-install-recommends $missing; } >&2 </dev/null; then
        say "Could not install them. As an administrator run: apt-get install$missing"
        return 1
    fi
}

find_python() {
    for candidate in "${PYTHON:-}" python3.13 python3.12 python3.11 python3 python; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null
        then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

if command -v apt-get >/dev/null 2>&1; then
    # shellcheck disable=SC2086
    install_debian $DEBIAN_PACKAGES ${EXTRA_DEBIAN_PACKAGES:-} || say "Going on without them."
fi

if ! python=$(find_python); then
    if command -v apt-get >/dev/null 2>&1; then install_debian python3 python3-venv || true; fi
    python=$(find_python) || {
        say "Python 3.11, 3.12 or 3.13 is needed and was not found. Install one, or name it: PYTHON=/path/to/python sh $0"
        exit 2
    }
fi

stamp="$("$python" -c 'import sys; print(sys.version)') $(cksum <"$REQUIREMENTS") $(cksum <pyproject.toml)"
stamp_file="$VENV/.set-up-$(basename "$REQUIREMENTS")"
if [ ! -x "$VENV_PYTHON" ] || [ "$(cat "$stamp_file" 2>/dev/null)" != "$stamp" ]; then
    say "Setting up $VENV with $python (a minute or two the first time)"
    if ! "$python" -m venv "$VENV" >&2; then
        # Debian splits venv off; its name carries the version.
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        install_debian "python$version-venv"
        rm -rf "$VENV"
        "$python" -m venv "$VENV" >&2
    fi
    "$VENV_PYTHON" -m pip install --quiet --disable-pip-version-check --require-hashes \
        --requirement "$REQUIREMENTS" >&2
    "$VENV_PYTHON" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
        --editable . >&2
    "$VENV_PYTHON" -m compileall -q "$VENV/lib" >/dev/null 2>&1 || true
    printf '%s' "$stamp" >"$stamp_file"
fi
# The forms are compiled on every start: it costs little, and a changed .ui file is never stale.
"$VENV_PYTHON" installer/compile_forms.py >&2
