"""The command line: what is asked for, and which part of the program answers.

Exit codes: 0 success, 1 it was tried and failed, 2 it could not be tried as asked.
"""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from tikmatrix_desktop import __version__, paths
from tikmatrix_desktop.app.options import Options
from tikmatrix_desktop.domain.start_errors import StartError

LOG_LEVELS = ("debug", "info", "warning", "error")
# Elsewhere a program is asked to end by a signal.
WINDOWS_COMMANDS = (
    (("quit", "end the programs of this installation", None),) if sys.platform == "win32" else ()
)
EXIT_FAILED = 1
EXIT_USAGE = 2


def build_parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    """Return a parser of `argv`: it lists every command, and takes arguments of those named."""
    parser = argparse.ArgumentParser(
        prog="tikmatrix-desktop",
        description="Control panel for fleets of Android phones. With no command: the window.",
        # One at a time here: several would swallow the command that follows.
        parents=[_common_arguments(adb_servers=1)],
    )
    commands = parser.add_subparsers(dest="command", metavar="command")
    for name, help_text, add_arguments in (
        ("demo", "try it with virtual phones", _add_demo),
        ("serve", "the service with no window", _add_serve),
        ("phones", "virtual phones for other programs", _add_phones),
        ("gui", "the window (also with no command)", _add_gui),
        ("doctor", "check this computer and its phones, or saved screens", _add_doctor),
        ("license", "issue licence keys", _add_license),
        *WINDOWS_COMMANDS,
    ):
        # The window waits for this parser, and it is the arguments that take the time.
        named = name in argv
        common = [_common_arguments(adb_servers="+")] if named else []
        command = commands.add_parser(name, parents=common, help=help_text)
        if named and add_arguments is not None:
            add_arguments(command)
    return parser


def _common_arguments(adb_servers: int | Literal["+"]) -> argparse.ArgumentParser:
    # SUPPRESS: given after the command it must not be overwritten by the default of before it.
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument(
        "--data-dir",
        metavar="DIR",
        help=f"where everything is kept (or {paths.DATA_DIR_VARIABLE})",
    )
    common.add_argument("--port", type=_port, help="port of the local API (50809)")
    common.add_argument(
        "--adb-server",
        action="extend",
        nargs=adb_servers,
        metavar="HOST:PORT",
        dest="adb_servers",
        help="adb server to use, may be given several times (127.0.0.1:5037)",
    )
    common.add_argument("--log-level", choices=LOG_LEVELS, help="what is logged (info)")
    common.add_argument("--version", action="version", version=f"tikmatrix-desktop {__version__}")
    return common


def _add_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--phones", type=_count, default=4, help="how many virtual phones (4)")
    parser.add_argument("--headless", action="store_true", help="no window")
    parser.add_argument("--once", action="store_true", help="run one task of every script and end")
    parser.add_argument("--speed", type=_speed, default=1.0, help="how much faster than life (1)")
    parser.add_argument("--screenshot", type=Path, metavar="FILE", help="save a picture here")


def _add_gui(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--preset", type=Path, metavar="FILE", help="fill the form from this file")


def _add_serve(parser: argparse.ArgumentParser) -> None:
    parser.description = "Serve the local API and work the queues until Ctrl+C."


def _add_phones(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--count", type=_count, required=True, help="how many")
    parser.add_argument("--base-port", type=_port, required=True, help="first phone's port")
    parser.add_argument("--control-port", type=_port, required=True, help="control interface")
    parser.add_argument("--speed", type=_speed, default=1.0, help="how much faster than life (1)")


def _add_doctor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--hierarchy",
        action="extend",
        nargs="+",
        type=Path,
        metavar="FILE.xml",
        help="say what the locators see on saved screens instead; no phone is needed",
    )
    parser.add_argument(
        "--json", action="store_true", help="of --hierarchy: one JSON object a file, one a line"
    )


def _add_license(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="license_action", metavar="action", required=True)
    issue = actions.add_parser("issue", help="sign a key with the distributor's private key")
    issue.add_argument("--private-key", type=Path, required=True, metavar="PEM")
    issue.add_argument("--plan", choices=("Starter", "Pro", "Team", "Business"), required=True)
    issue.add_argument("--issued-to", required=True, metavar="NAME")
    issue.add_argument("--device-limit", type=_count, help="instead of the plan's own")
    issue.add_argument("--days", type=_count, help="valid for so many days (for ever)")


def _port(text: str) -> int:
    return _number(text, 0, 65535, "a port, 0 to 65535 (0: any free one)")


def _count(text: str) -> int:
    return _number(text, 1, 100_000, "a whole number from 1")


def _number(text: str, low: int, high: int, wanted: str) -> int:
    if text.isdecimal() and low <= int(text) <= high:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not {wanted}")


def _speed(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if 0 < value <= 1000:
        return value
    raise argparse.ArgumentTypeError(f"{text!r} is not a factor above 0 and at most 1000")


def run(arguments: argparse.Namespace) -> int:
    """Do what the parsed command line asks; return the exit code."""
    options = Options.of(arguments)
    match arguments.command:
        case "demo":
            from tikmatrix_desktop.app.demo import run_demo

            return run_demo(
                options,
                phones=arguments.phones,
                speed=arguments.speed,
                headless=arguments.headless,
                once=arguments.once,
                screenshot=arguments.screenshot,
            )
        case "serve":
            from tikmatrix_desktop.app.serve import run_serve

            return run_serve(options)
        case "phones":
            from tikmatrix_desktop.app.phones import run_phones

            return run_phones(
                arguments.count, arguments.base_port, arguments.control_port, arguments.speed
            )
        case "doctor" if arguments.hierarchy:
            from tikmatrix_desktop.app.inspection import run_inspection

            return run_inspection(arguments.hierarchy, as_json=arguments.json)
        case "doctor":
            if arguments.json:
                raise StartError("--json is for saved screens: name them with --hierarchy")
            from tikmatrix_desktop.app.doctor import run_doctor

            return run_doctor(options)
        case "quit":
            from tikmatrix_desktop.app.quitting import run_quit

            return run_quit(options)
        case "license":
            from tikmatrix_desktop.app.license import issue_license

            return issue_license(arguments)
        case _:
            # All that is made up to the first picture stays: looking for garbage only delays it.
            gc.disable()
            from tikmatrix_desktop.app.window import run_window

            return run_window(options, preset=getattr(arguments, "preset", None))


def _open_missing_streams() -> None:
    """Give a program without a console something to write to."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            nothing = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - to the end
            setattr(sys, name, nothing)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; return the exit code."""
    # Python's own buffer would hold back the lines that a caller waits for.
    _open_missing_streams()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(line_buffering=True, errors="replace")
    argv = sys.argv[1:] if argv is None else argv
    arguments = build_parser(argv).parse_args(argv)
    try:
        return run(arguments)
    except StartError as error:
        sys.stderr.write(f"tikmatrix-desktop: {error}\n")
        return EXIT_USAGE
    except KeyboardInterrupt:
        return 128 + 2
    except BrokenPipeError:
        # Whoever read our output has gone; what is still buffered must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED


if __name__ == "__main__":
    sys.exit(main())
