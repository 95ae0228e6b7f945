#!/bin/sh
# Sets everything up and runs the tests: sh installer/test.sh [pytest arguments].
# First --windows: the setup for Windows is built, installed and driven under Wine, and nothing else.
# First --linux: the wheel, the sdist and the Debian package likewise, the last in a system of its own.
# These two run in one process: each test goes on from where the one before it left the system.
REQUIREMENTS=installer/requirements-dev.txt
if [ "${1:-}" = --linux ]; then
    shift
    EXTRA_DEBIAN_PACKAGES="binutils debootstrap desktop-file-utils"
    TIKMATRIX_TEST_LINUX=1
    export TIKMATRIX_TEST_LINUX
    set -- tests/linux --numprocesses 0 --exitfirst "$@"
fi
if [ "${1:-}" = --windows ]; then
    shift
    EXTRA_DEBIAN_PACKAGES="wine64 nsis gcc-mingw-w64-x86-64-win32 osslsigncode openssl"
    TIKMATRIX_TEST_WINDOWS=1
    export TIKMATRIX_TEST_WINDOWS
    set -- tests/windows --numprocesses 0 --exitfirst "$@"
fi
. "$(dirname "$0")/setup.sh"
# The tests bring their own adb servers and data folders; what the shell carries must not leak in.
unset TIKMATRIX_DATA_DIR ANDROID_ADB_SERVER_PORT ADBUTILS_ADB_PATH ANDROID_SERIAL
QT_QPA_PLATFORM=${QT_QPA_PLATFORM:-offscreen}
export QT_QPA_PLATFORM
# A process for each core; a file's tests stay together and share what its fixtures start.
exec "$VENV_PYTHON" -m pytest --numprocesses auto --dist loadfile "$@"
