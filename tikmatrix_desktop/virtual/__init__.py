"""Virtual phones: the device side of adb, Android's shell, uiautomator and the apps behind it."""
