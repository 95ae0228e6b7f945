"""`dumpsys` and `wm`: what the system services tell of themselves."""

from collections.abc import Callable, Mapping

from tikmatrix_desktop.virtual.phone import VirtualPhone
from tikmatrix_desktop.virtual.shell import Call, Command


def _yes(value: bool) -> str:
    return "true" if value else "false"


def _battery(phone: VirtualPhone, _: list[str]) -> str:
    low = phone.faults.args("battery_low")
    level = int(low.get("level", phone.battery.level))
    is_charging = phone.battery.is_charging and not low
    return (
        "Current Battery Service state:\n"
        "  AC powered: false\n"
        f"  USB powered: {_yes(is_charging)}\n"
        "  Wireless powered: false\n"
        "  Max charging current: 500000\n"
        "  Max charging voltage: 5000000\n"
        "  Charge counter: 3145000\n"
        f"  status: {2 if is_charging else 3}\n"
        "  health: 2\n"
        "  present: true\n"
        f"  level: {level}\n"
        "  scale: 100\n"
        f"  voltage: {phone.battery.voltage}\n"
        f"  temperature: {phone.battery.temperature}\n"
        "  technology: Li-ion\n"
    )


def _display(phone: VirtualPhone, _: list[str]) -> str:
    width, height = phone.size
    state = "ON" if phone.is_screen_on else "OFF"
    return (
        "DISPLAY MANAGER (dumpsys display)\n"
        f"  mGlobalDisplayState={state}\n"
        f"  mViewports=[DisplayViewport{{type=INTERNAL, valid=true, isActive=true, displayId=0, "
        f"uniqueId='local:4619827259835644672', physicalPort=0, orientation={phone.orientation}, "
        f"logicalFrame=Rect(0, 0 - {width}, {height}), "
        f"physicalFrame=Rect(0, 0 - {width}, {height}), "
        f"deviceWidth={width}, deviceHeight={height}}}]\n"
        f"  mScreenState={state}\n"
    )


def _focus(phone: VirtualPhone) -> str:
    return f"{phone.foreground.front_package}/{phone.foreground.activity}"


def _window(phone: VirtualPhone, _: list[str]) -> str:
    token = f"{0x2F00000 + phone.pids.get(phone.foreground.package, 1):x}"
    package, activity = phone.foreground.package, phone.foreground.activity
    return (
        "WINDOW MANAGER WINDOWS (dumpsys window windows)\n"
        f"  Window #1 Window{{{token} u0 {_focus(phone)}}}:\n"
        "    mDisplayId=0 rootTaskId=1 mSession=Session{1 2}\n"
        f"    isOnScreen=true isVisible={_yes(phone.is_screen_on)}\n"
        f"  mCurrentFocus=Window{{{token} u0 {_focus(phone)}}}\n"
        f"  mFocusedApp=ActivityRecord{{{token} u0 {package}/{activity} t14}}\n"
        f"  mDreamingLockscreen=false mShowingLockscreen=false "
        f"isKeyguardShowing={_yes(not phone.is_screen_on)}\n"
        f"  mAwake={_yes(phone.is_screen_on)} mScreenOnEarly={_yes(phone.is_screen_on)}\n"
    )


def _activity(phone: VirtualPhone, args: list[str]) -> str:
    app = phone.foreground
    pid = phone.pids.get(app.package, 0)
    if args[:1] == ["top"]:
        return (
            f"TASK {app.package} id=14 userId=0\n"
            f"  ACTIVITY {app.package}/{app.activity} 1a2b pid={pid}\n"
        )
    record = f"ActivityRecord{{1a2b3c u0 {app.package}/{app.activity} t14}}"
    return (
        "ACTIVITY MANAGER ACTIVITIES (dumpsys activity activities)\n"
        "Display #0 (activities from top to bottom):\n"
        f"  * Hist  #0: {record}\n"
        f"    topResumedActivity={record}\n"
        f"  mResumedActivity: {record}\n"
        f"  ResumedActivity: {record}\n"
    )


def _package(phone: VirtualPhone, args: list[str]) -> str:
    package = args[0] if args else ""
    version = phone.package_version(package)
    if version is None:
        return f"Unable to find package: {package}\n"
    name, code = version
    granted = "".join(
        f"      {permission}: granted=true\n"
        for owner, permission in sorted(phone.granted)
        if owner == package
    )
    return (
        "Packages:\n"
        f"  Package [{package}] (8b1c2d3):\n"
        f"    userId=10234\n"
        f"    codePath={phone.code_path(package)}\n"
        f"    versionCode={code} minSdk=24 targetSdk=34\n"
        f"    versionName={name}\n"
        "    signatures=PackageSignatures{a1b2c3 version:3, signatures:[5f0e1d2c]}\n"
        "    pkgFlags=[ HAS_CODE ALLOW_CLEAR_USER_DATA ]\n"
        "    firstInstallTime=2026-03-02 09:14:07\n"
        "    lastUpdateTime=2026-10-21 18:40:55\n"
        "    runtime permissions:\n" + granted
    )


def _power(phone: VirtualPhone, _: list[str]) -> str:
    state = "Awake" if phone.is_screen_on else "Asleep"
    return (
        "POWER MANAGER (dumpsys power)\n"
        f"  mWakefulness={state}\n"
        f"  mHoldingDisplaySuspendBlocker={_yes(phone.is_screen_on)}\n"
        f"Display Power: state={'ON' if phone.is_screen_on else 'OFF'}\n"
    )


def _input_method(phone: VirtualPhone, _: list[str]) -> str:
    current = phone.settings["secure"]["default_input_method"]
    shown = phone.foreground.keyboard_shown
    return (
        "Input Method Manager Service state:\n"
        f"  mCurMethodId={current}\n"
        f"  mInputShown={_yes(shown)}\n"
    )


def _surface_flinger(_: VirtualPhone, args: list[str]) -> str:
    if "--display-id" not in args:
        return ""
    return 'Display 4619827259835644672 (HWC display 0): port=0 pnpId=GGL displayName="screen"\n'


def _device_storage(phone: VirtualPhone, _: list[str]) -> str:
    return f"Available: {phone.storage_free()}\n"


SERVICES: Mapping[str, Callable[[VirtualPhone, list[str]], str]] = {
    "SurfaceFlinger": _surface_flinger,
    "activity": _activity,
    "battery": _battery,
    "devicestoragemonitor": _device_storage,
    "display": _display,
    "input_method": _input_method,
    "package": _package,
    "power": _power,
    "window": _window,
}


async def dumpsys(call: Call) -> int:
    await call.phone.delay(0.06)
    args = list(call.args)
    while args and args[0] in ("-t", "-T"):
        args = args[2:]
    if not args or args == ["-l"]:
        call.out("Currently running services:\n")
        call.out("".join(f"  {name}\n" for name in SERVICES))
        return 0
    service = SERVICES.get(args[0])
    if service is None:
        call.err(f"Can't find service: {args[0]}\n")
        return 0
    call.out(service(call.phone, args[1:]))
    return 0


async def wm(call: Call) -> int:
    width, height = call.phone.size
    match call.args:
        case ["size"]:
            call.out(f"Physical size: {width}x{height}\n")
        case ["density"]:
            call.out(f"Physical density: {call.phone.density}\n")
        case ["size" | "density" | "dismiss-keyguard" | "user-rotation", *_]:
            pass
        case _:
            call.err("Window manager (window) commands:\n")
            return 255
    return 0


COMMANDS: Mapping[str, Command] = {"dumpsys": dumpsys, "wm": wm}
