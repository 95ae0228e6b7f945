"""Commands on the system: properties, settings, processes, time, network."""

import re
import time
from collections.abc import Mapping

from tikmatrix_desktop.virtual.shell import Call, Command


async def getprop(call: Call) -> int:
    properties = call.phone.current_properties()
    if call.args:
        default = call.args[1] if len(call.args) > 1 else ""
        call.out(properties.get(call.args[0], default) + "\n")
    else:
        call.out("".join(f"[{key}]: [{value}]\n" for key, value in sorted(properties.items())))
    return 0


async def setprop(call: Call) -> int:
    if len(call.args) != 2:
        return call.fail("Needs 2 arguments")
    if call.args[0].startswith("ro."):
        return call.fail(f"failed to set property '{call.args[0]}' to '{call.args[1]}'")
    call.phone.properties[call.args[0]] = call.args[1]
    return 0


async def settings(call: Call) -> int:
    await call.phone.delay(0.02)
    match [arg for arg in call.args if not arg.startswith("--")]:
        case ["get", space, key] if space in call.phone.settings:
            call.out(call.phone.settings[space].get(key, "null") + "\n")
        case ["put", space, key, value, *_] if space in call.phone.settings:
            call.phone.settings[space][key] = value
        case ["delete", space, key] if space in call.phone.settings:
            removed = call.phone.settings[space].pop(key, None)
            call.out(f"Deleted {int(removed is not None)} rows\n")
        case ["list", space] if space in call.phone.settings:
            table = sorted(call.phone.settings[space].items())
            call.out("".join(f"{key}={value}\n" for key, value in table))
        case _:
            call.err("Invalid command: settings " + " ".join(call.args) + "\n")
            return 255
    return 0


async def date(call: Call) -> int:
    now = call.phone.clock.wall()
    forms = [arg[1:] for arg in call.args if arg.startswith("+")]
    form = forms[0] if forms else "%a %b %e %H:%M:%S UTC %Y"
    form = form.replace("%s", str(int(now))).replace("%N", f"{int(now % 1 * 1e9):09d}")
    call.out(time.strftime(form, time.gmtime(now)) + "\n")
    return 0


async def uptime(call: Call) -> int:
    minutes = int(call.phone.uptime() // 60)
    clock = time.strftime("%H:%M:%S", time.gmtime(call.phone.clock.wall()))
    call.out(f" {clock} up {minutes} min,  0 users,  load average: 2.10, 2.05, 2.00\n")
    return 0


async def ps(call: Call) -> int:
    rows = [("root", 1, "init"), ("system", 1204, "system_server"), ("shell", 1777, "adbd")]
    if "-A" in call.args or "-e" in call.args or "-ef" in call.args:
        rows += [(f"u0_a{pid % 400}", pid, name) for name, pid in call.phone.pids.items()]
        if call.phone.uiautomator is not None:
            rows.append(("shell", call.phone.uiautomator.pid, "app_process"))
    else:
        rows = [("shell", 1777, "sh"), ("shell", 1778, "ps")]
    call.out("USER           PID  PPID        VSZ    RSS WCHAN            ADDR S NAME\n")
    for user, pid, name in rows:
        call.out(f"{user:<12} {pid:>5} {801:>5} {14300000:>10} {180000:>6} 0 0 S {name}\n")
    return 0


async def pidof(call: Call) -> int:
    pids = [str(call.phone.pids[name]) for name in call.args if name in call.phone.pids]
    if pids:
        call.out(" ".join(pids) + "\n")
    return 0 if pids else 1


async def kill(call: Call) -> int:
    status = 0
    for arg in call.args:
        if arg.startswith("-"):
            continue
        server = call.phone.uiautomator
        if server is not None and arg == str(server.pid):
            server.stop()
            continue
        status = call.fail(f"bad pid '{arg}'")
    return status


async def pkill(call: Call) -> int:
    patterns = [arg for arg in call.args if not arg.startswith("-")]
    server = call.phone.uiautomator
    if server is None or not patterns:
        return 1
    line = f"app_process / com.wetest.uia2.Main -p {server.port}" if "-f" in call.args else "main"
    if re.search(patterns[-1], line) is None:
        return 1
    server.stop()
    return 0


async def id_(call: Call) -> int:
    call.out("uid=2000(shell) gid=2000(shell) groups=2000(shell),1004(input),1015(sdcard_rw)\n")
    return 0


async def whoami(call: Call) -> int:
    call.out("shell\n")
    return 0


async def uname(call: Call) -> int:
    is_all = "-a" in call.args
    call.out("Linux localhost 5.10.160-android12 #1 SMP aarch64\n" if is_all else "Linux\n")
    return 0


async def reboot(call: Call) -> int:
    call.phone.reboot()
    return 0


async def svc(call: Call) -> int:
    match call.args:
        case ["power", "stayon", value]:
            sources = {"true": "15", "false": "0", "usb": "2", "ac": "1", "wireless": "4"}
            stored = sources.get(value, "0")
            call.phone.settings["global"]["stay_on_while_plugged_in"] = stored
        case ["wifi" | "data", "enable" | "disable" as verb]:
            call.phone.settings["global"][f"{call.args[0]}_on"] = str(int(verb == "enable"))
        case _:
            pass
    return 0


async def ip(call: Call) -> int:
    address = f"192.168.7.{10 + call.phone.number % 200}"
    if call.name == "ifconfig":
        call.out(
            f"{(call.args or ['wlan0'])[0]}     Link encap:UNSPEC\n"
            f"          inet addr:{address}  Bcast:192.168.7.255  Mask:255.255.255.0\n"
        )
    elif call.args[:1] == ["route"]:
        call.out(f"192.168.7.0/24 dev wlan0 proto kernel scope link src {address}\n")
    else:
        call.out(
            "25: wlan0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP\n"
            f"    inet {address}/24 brd 192.168.7.255 scope global wlan0\n"
        )
    return 0


async def logcat(call: Call) -> int:
    if "-c" in call.args or "--clear" in call.args:
        return 0
    call.out("--------- beginning of main\n")
    if "-d" not in call.args:
        await call.flush()
        await call.wait_for_hang_up()
    return 0


COMMANDS: Mapping[str, Command] = {
    "date": date,
    "getprop": getprop,
    "id": id_,
    "ifconfig": ip,
    "ip": ip,
    "kill": kill,
    "logcat": logcat,
    "pidof": pidof,
    "pkill": pkill,
    "ps": ps,
    "reboot": reboot,
    "setprop": setprop,
    "settings": settings,
    "svc": svc,
    "uname": uname,
    "uptime": uptime,
    "whoami": whoami,
}
