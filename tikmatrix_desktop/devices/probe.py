"""What a phone says of itself, asked in one shell call."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tikmatrix_desktop.devices.connection import AdbError
from tikmatrix_desktop.devices.link import PhoneLink

PROBE_TIMEOUT = 5.0
"""Seconds after which a phone has not answered."""

_MARK = "::tikmatrix::"
_CHANGING = {
    "serialno": "getprop ro.serialno",
    "boot_id": "cat /proc/sys/kernel/random/boot_id",
    "battery": "dumpsys battery",
    "storage": "df -k /data",
}
# Each of these costs the phone a Java start, so they are asked once.
_LASTING = {
    "model": "getprop ro.product.model",
    "version": "getprop ro.build.version.release",
    "qemu": "getprop ro.kernel.qemu; getprop ro.boot.qemu",
    "android_id": "settings get secure android_id",
    "size": "wm size",
}

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ANDROID_ID = re.compile(r"[0-9a-f]{12,16}")
_FIELD = re.compile(r"^\s*([\w ]+?):\s*(\S+)\s*$", re.MULTILINE)
_DF = re.compile(r"\s(\d+)\s+(\d+)\s+(\d+)\s+\d+%\s")
_SIZE = re.compile(r"(?:Override|Physical) size: (\d+)x(\d+)")
_CHARGING = ("2", "5")  # BatteryManager.BATTERY_STATUS_CHARGING, _FULL


@dataclass(frozen=True)
class Facts:
    """The answer to a probe. Battery in percent, temperature in °C, storage in MiB, pixels.

    `boot_id` is made anew at each start of the phone; `android_id` lasts until it is reset, but
    phones that were flashed from one image share it.
    """

    serialno: str
    boot_id: str | None
    battery: int | None = None
    charging: bool | None = None
    temperature_c: float | None = None
    storage_free_mb: int | None = None
    model: str | None = None
    android_version: str | None = None
    android_id: str | None = None
    is_virtual: bool = False
    width: int | None = None
    height: int | None = None


def probe(link: PhoneLink, known: Facts | None = None, timeout: float = PROBE_TIMEOUT) -> Facts:
    """Ask a phone; what lasts is taken from `known` if that is of the same start of this phone.

    Raises `AdbError` or `OSError` when it does not answer in time.
    """
    facts = parse(_ask(link, _CHANGING if known else {**_CHANGING, **_LASTING}, timeout))
    if known is None:
        return facts
    if (known.serialno, known.boot_id) != (facts.serialno, facts.boot_id):
        return parse(_ask(link, {**_CHANGING, **_LASTING}, timeout))
    return replace(
        known,
        battery=facts.battery,
        charging=facts.charging,
        temperature_c=facts.temperature_c,
        storage_free_mb=facts.storage_free_mb,
    )


def parse(answers: Mapping[str, str]) -> Facts:
    """Read the answers, by the names of the questions; what is missing or odd is None."""
    battery = dict(_FIELD.findall(answers.get("battery", "")))
    tenths = _number(battery.get("temperature"))
    free = _DF.search(answers.get("storage", ""))
    sizes = _SIZE.findall(answers.get("size", ""))
    boot_id = _UUID.search(answers.get("boot_id", ""))
    android_id = _ANDROID_ID.fullmatch(answers.get("android_id", "").strip())
    return Facts(
        serialno=answers.get("serialno", "").strip(),
        boot_id=boot_id[0] if boot_id else None,
        battery=_number(battery.get("level")),
        charging=battery["status"] in _CHARGING if "status" in battery else None,
        temperature_c=tenths / 10 if tenths is not None else None,
        storage_free_mb=int(free[3]) // 1024 if free else None,
        model=answers.get("model", "").strip() or None,
        android_version=answers.get("version", "").strip() or None,
        android_id=android_id[0] if android_id else None,
        is_virtual="1" in answers.get("qemu", "").split(),
        width=int(sizes[-1][0]) if sizes else None,
        height=int(sizes[-1][1]) if sizes else None,
    )


def _ask(link: PhoneLink, questions: Mapping[str, str], timeout: float) -> dict[str, str]:
    command = "; ".join(f"echo {_MARK}{name}; {ask}" for name, ask in questions.items())
    said = link.shell(f"({command}) 2>/dev/null", timeout).output
    answers: dict[str, str] = {}
    for part in said.split(_MARK)[1:]:
        name, _, answer = part.partition("\n")
        answers[name.strip()] = answer
    if "serialno" not in answers:
        raise AdbError(f"the phone answers a probe with {said[:100]!r}")
    return answers


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"-?\d+", text) else None
