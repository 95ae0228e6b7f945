#!/bin/sh
# Sets everything up and runs the tests: sh installer/test.sh [pytest arguments].
REQUIREMENTS=installer/requirements-dev.txt
. "$(dirname "$0")/setup.sh"
# The tests bring their own adb servers and data folders; what the shell carries must not leak in.
unset TIKMATRIX_DATA_DIR ANDROID_ADB_SERVER_PORT ADBUTILS_ADB_PATH ANDROID_SERIAL
QT_QPA_PLATFORM=${QT_QPA_PLATFORM:-offscreen}
export QT_QPA_PLATFORM
# A process for each core; a file's tests stay together and share what its fixtures start.
exec "$VENV_PYTHON" -m pytest --numprocesses auto --dist loadfile "$@"
