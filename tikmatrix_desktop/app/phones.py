"""`phones`: virtual phones alone, for other programs to connect to."""

from tikmatrix_desktop.virtual.__main__ import main


def run_phones(count: int, base_port: int, control_port: int, speed: float) -> int:
    """Run the virtual phones until Ctrl+C or a signal; return their exit code."""
    return main(
        [
            "--count", str(count),
            "--base-port", str(base_port),
            "--control-port", str(control_port),
            "--speed", str(speed),
        ]
    )  # fmt: skip
