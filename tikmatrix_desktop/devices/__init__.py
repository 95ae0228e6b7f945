"""The only place that speaks adb and uiautomator2: phones, and the adb servers they hang on."""
