"""The commands of a virtual phone's shell; one that is missing here is not on the phone."""

from collections.abc import Mapping

from tikmatrix_desktop.virtual.commands import (
    activity,
    content,
    dumpsys,
    files,
    packages,
    system,
    text,
    touch,
)
from tikmatrix_desktop.virtual.shell import Call, Command


async def cmd(call: Call) -> int:
    """Hand `cmd SERVICE …` to the command that speaks for the service."""
    service, *args = call.args or [""]
    owner = {"package": "pm", "activity": "am", "window": "wm", "input": "input"}.get(service)
    if service in ("media_session", "statusbar", "notification", "connectivity", "uimode"):
        return 0
    if owner is None:
        call.err(f"cmd: Can't find service: {service}\n")
        return 20
    call.name, call.args = owner, args
    return await COMMANDS[owner](call)


async def toybox(call: Call) -> int:
    """Answer `toybox` alone, or with a command that is not on the phone."""
    if call.args:
        call.err(f"toybox: Unknown command {call.args[0]}\n")
        return 127
    call.out(" ".join(sorted((*files.COMMANDS, *text.COMMANDS))) + "\n")
    return 0


async def sh(call: Call) -> int:
    """Run `sh -c LINE`, or lines from the standard input."""
    from tikmatrix_desktop.virtual.shell import Shell

    shell = Shell(call.phone, COMMANDS)
    if call.args[:1] == ["-c"]:
        line = call.args[1] if len(call.args) > 1 else ""
    else:
        line = (await call.read_all()).decode("utf-8", "surrogateescape")
    return await shell.run(line, call.streams)


async def which(call: Call) -> int:
    """Answer `which` and `command -v`."""
    names = [arg for arg in call.args if not arg.startswith("-")]
    found = [name for name in names if name in COMMANDS]
    call.out("".join(f"/system/bin/{name}\n" for name in found))
    return 0 if len(found) == len(names) else 1


COMMANDS: Mapping[str, Command] = {
    **text.COMMANDS,
    **files.COMMANDS,
    **system.COMMANDS,
    **dumpsys.COMMANDS,
    **packages.COMMANDS,
    **activity.COMMANDS,
    **touch.COMMANDS,
    **content.COMMANDS,
    "cmd": cmd,
    "command": which,
    "sh": sh,
    "toybox": toybox,
    "which": which,
}
