"""Android's key names and codes, as `input keyevent` and uiautomator spell them."""

from collections.abc import Mapping

CODES: Mapping[int, str] = {
    3: "HOME",
    4: "BACK",
    19: "DPAD_UP",
    20: "DPAD_DOWN",
    21: "DPAD_LEFT",
    22: "DPAD_RIGHT",
    23: "DPAD_CENTER",
    24: "VOLUME_UP",
    25: "VOLUME_DOWN",
    26: "POWER",
    27: "CAMERA",
    61: "TAB",
    62: "SPACE",
    66: "ENTER",
    67: "DEL",
    82: "MENU",
    84: "SEARCH",
    111: "ESCAPE",
    112: "FORWARD_DEL",
    122: "MOVE_HOME",
    123: "MOVE_END",
    160: "NUMPAD_ENTER",
    164: "VOLUME_MUTE",
    187: "APP_SWITCH",
    223: "SLEEP",
    224: "WAKEUP",
    277: "CUT",
    278: "COPY",
    279: "PASTE",
}
UIAUTOMATOR_NAMES: Mapping[str, str] = {
    "home": "HOME",
    "back": "BACK",
    "left": "DPAD_LEFT",
    "right": "DPAD_RIGHT",
    "up": "DPAD_UP",
    "down": "DPAD_DOWN",
    "center": "DPAD_CENTER",
    "menu": "MENU",
    "search": "SEARCH",
    "enter": "ENTER",
    "delete": "DEL",
    "del": "DEL",
    "recent": "APP_SWITCH",
    "volume_up": "VOLUME_UP",
    "volume_down": "VOLUME_DOWN",
    "volume_mute": "VOLUME_MUTE",
    "camera": "CAMERA",
    "power": "POWER",
}


def key_name(key: str | int) -> str:
    """Return the name without `KEYCODE_` of a code or a name.

    Raises `ValueError` when there is no key of that name; a code that has none here is `UNKNOWN`.
    """
    text = str(key).strip().upper().removeprefix("KEYCODE_")
    if text.isdigit():
        return CODES.get(int(text), "UNKNOWN")
    if text not in CODES.values():
        raise ValueError(f"no such key: {key}")
    return text
