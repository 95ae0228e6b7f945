"""What a virtual phone says of itself: system properties, settings and the battery."""

import hashlib
from dataclasses import dataclass

MODELS = (
    ("samsung", "SM-A536B", "a53x", "14", 34),
    ("Xiaomi", "2201117TG", "spes", "13", 33),
    ("google", "Pixel 6a", "bluejay", "15", 35),
    ("OPPO", "CPH2481", "OP5759", "13", 33),
    ("motorola", "moto g54 5G", "cancunf", "14", 34),
)


@dataclass
class Battery:
    """The battery: level in percent, temperature in tenths of a degree Celsius."""

    level: int
    is_charging: bool = True
    temperature: int = 287
    voltage: int = 4103


def default_properties(serial: str, number: int) -> dict[str, str]:
    """Return what `getprop` shows, for the phone of that number (from 0)."""
    brand, model, device, release, sdk = MODELS[number % len(MODELS)]
    return {
        "persist.sys.locale": "en-US",
        "persist.sys.timezone": "Etc/UTC",
        "ro.boot.qemu": "1",
        "ro.boot.serialno": serial,
        "ro.build.characteristics": "phone",
        "ro.build.display.id": f"{device.upper()}.{release}.1",
        "ro.build.fingerprint": f"{brand}/{device}/{device}:{release}/V/1:user/release-keys",
        "ro.build.id": f"V{release}.1",
        "ro.build.type": "user",
        "ro.build.version.release": release,
        "ro.build.version.sdk": str(sdk),
        "ro.debuggable": "0",
        "ro.hardware": device,
        "ro.kernel.qemu": "1",
        "ro.product.brand": brand,
        "ro.product.cpu.abi": "arm64-v8a",
        "ro.product.cpu.abilist": "arm64-v8a,armeabi-v7a,armeabi",
        "ro.product.device": device,
        "ro.product.locale": "en-US",
        "ro.product.manufacturer": brand,
        "ro.product.model": model,
        "ro.product.name": device,
        "ro.secure": "1",
        "ro.serialno": serial,
        "ro.sf.lcd_density": "440",
        "service.adb.tcp.port": "5555",
        "sys.boot_completed": "1",
        "gsm.sim.state": "READY",
        "wifi.interface": "wlan0",
    }


def default_settings(serial: str, input_method: str) -> dict[str, dict[str, str]]:
    """Return the three tables of `settings`, as on a phone fresh from the box."""
    return {
        "system": {
            "accelerometer_rotation": "0",
            "screen_brightness": "102",
            "screen_brightness_mode": "0",
            "screen_off_timeout": "60000",
            "user_rotation": "0",
        },
        "secure": {
            "android_id": hashlib.sha256(serial.encode()).hexdigest()[:16],
            "default_input_method": input_method,
            "accessibility_enabled": "0",
        },
        "global": {
            "adb_enabled": "1",
            "airplane_mode_on": "0",
            "animator_duration_scale": "1.0",
            "development_settings_enabled": "1",
            "stay_on_while_plugged_in": "0",
            "transition_animation_scale": "1.0",
            "wifi_on": "1",
            "window_animation_scale": "1.0",
        },
    }
