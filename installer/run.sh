#!/bin/sh
# Sets everything up and starts the program: sh installer/run.sh [arguments]; with none, the demo.
REQUIREMENTS=installer/requirements.txt
. "$(dirname "$0")/setup.sh"
[ $# -gt 0 ] || set -- demo
exec "$VENV/bin/tikmatrix-desktop" "$@"
