"""The JSON-RPC methods of uiautomator2's server."""

import base64
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

from tikmatrix_desktop.virtual import screen
from tikmatrix_desktop.virtual.keys import CODES, UIAUTOMATOR_NAMES
from tikmatrix_desktop.virtual.phone import VirtualPhone
from tikmatrix_desktop.virtual.ui_selectors import Node, find_all, info, tree

DUMP_SECONDS = 0.12
CALL_SECONDS = 0.02
SCREENSHOT_SECONDS = 0.25
POLL_SECONDS = 0.2
STEP_SECONDS = 0.005
Selector = Mapping[str, Any]


class AutomationError(Exception):
    """A call failed; the text is the Java exception's."""

    def __init__(self, message: str, code: int = -32001, data: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.data = data


class ObjectNotFound(AutomationError):
    """No view matches the selector."""

    def __init__(self, selector: Selector) -> None:
        message = f"androidx.test.uiautomator.UiObjectNotFoundException: {dict(selector)}"
        super().__init__(message, -32002)


class Automation:
    """What the server can do. Times in the calls are milliseconds, positions pixels."""

    def __init__(self, phone: VirtualPhone) -> None:
        self._phone = phone
        self._down: tuple[float, float] | None = None
        self._last: tuple[float, float] | None = None
        self._methods: dict[str, Callable[..., Awaitable[Any]]] = {
            "childByText": self._child_by_text,
            "childByDescription": self._child_by_text,
            "clearInputText": self._clear_input_text,
            "clearLastToast": self._clear_toast,
            "clearLastTraversedText": self._nothing,
            "clearTextField": self._clear_text_field,
            "click": self._click,
            "count": self._count,
            "deviceInfo": self._device_info,
            "drag": self._drag,
            "dragTo": self._drag_to,
            "dumpWindowHierarchy": self._dump,
            "exist": self._exist,
            "flingBackward": self._fling_backward,
            "flingForward": self._fling_forward,
            "freezeRotation": self._nothing,
            "getClipboard": self._get_clipboard,
            "getLastToast": self._get_toast,
            "getLastTraversedText": self._nothing,
            "getText": self._get_text,
            "injectInputEvent": self._inject,
            "longClick": self._long_click,
            "makeToast": self._make_toast,
            "objInfo": self._object_info,
            "objInfoOfAllInstances": self._all_object_infos,
            "openNotification": self._nothing,
            "openQuickSettings": self._nothing,
            "pasteClipboard": self._paste,
            "pressKey": self._press_key,
            "pressKeyCode": self._press_key_code,
            "scrollBackward": self._fling_backward,
            "scrollForward": self._fling_forward,
            "scrollTo": self._scroll_to,
            "scrollToBeginning": self._fling_backward,
            "scrollToEnd": self._fling_forward,
            "setClipboard": self._set_clipboard,
            "setOrientation": self._nothing,
            "setText": self._set_text,
            "sleep": self._sleep,
            "swipe": self._swipe,
            "swipePoints": self._swipe_points,
            "takeScreenshot": self._take_screenshot,
            "waitForExists": self._wait_for_exists,
            "waitUntilGone": self._wait_until_gone,
            "wakeUp": self._wake_up,
        }

    async def call(self, method: str, arguments: list[Any]) -> Any:
        """Run a method. Raises `AutomationError`; `TypeError` when the arguments do not fit."""
        function = self._methods.get(method)
        if function is None:
            raise AutomationError(f"method not found: {method}", -32601)
        await self._phone.delay(CALL_SECONDS)
        return await function(*arguments)

    # -- the screen ---------------------------------------------------------------------------

    def _nodes(self) -> Node:
        app = self._phone.foreground
        return tree(app.root(), app.package)

    def _find(self, selector: Selector) -> Node:
        found = find_all(self._nodes(), selector)
        if not found:
            raise ObjectNotFound(selector)
        return found[0]

    async def _device_info(self) -> dict[str, Any]:
        width, height = self._phone.size
        scale = self._phone.density / 160
        return {
            "currentPackageName": self._phone.foreground.front_package,
            "displayHeight": height,
            "displayRotation": self._phone.orientation,
            "displaySizeDpX": int(width / scale),
            "displaySizeDpY": int(height / scale),
            "displayWidth": width,
            "productName": self._phone.properties["ro.product.name"],
            "screenOn": self._phone.is_screen_on,
            "sdkInt": int(self._phone.properties["ro.build.version.sdk"]),
            "naturalOrientation": True,
        }

    async def _dump(self, *_: Any) -> str:
        await self._phone.clock.sleep(DUMP_SECONDS)
        return screen.hierarchy(self._phone)

    async def _take_screenshot(self, *_: Any) -> str:
        await self._phone.clock.sleep(SCREENSHOT_SECONDS)
        return base64.b64encode(await screen.jpeg(self._phone)).decode()

    async def _exist(self, selector: Selector) -> bool:
        return bool(find_all(self._nodes(), selector))

    async def _count(self, selector: Selector) -> int:
        return len(find_all(self._nodes(), selector))

    async def _object_info(self, selector: Selector) -> dict[str, Any]:
        return info(self._find(selector))

    async def _all_object_infos(self, selector: Selector) -> list[dict[str, Any]]:
        return [info(node) for node in find_all(self._nodes(), selector)]

    async def _get_text(self, selector: Selector) -> str:
        return self._find(selector).view.text

    async def _wait_for_exists(self, selector: Selector, milliseconds: float) -> bool:
        return await self._wait(selector, milliseconds, is_wanted=True)

    async def _wait_until_gone(self, selector: Selector, milliseconds: float) -> bool:
        return await self._wait(selector, milliseconds, is_wanted=False)

    async def _wait(self, selector: Selector, milliseconds: float, *, is_wanted: bool) -> bool:
        end = self._phone.clock.now() + milliseconds / 1000
        while bool(find_all(self._nodes(), selector)) != is_wanted:
            if self._phone.clock.now() >= end:
                return False
            await self._phone.clock.sleep(POLL_SECONDS)
        return True

    async def _child_by_text(self, selector: Selector, child: Selector, text: str, *_: Any) -> str:
        raise AutomationError("childByText is not supported on this phone")

    # -- fingers ------------------------------------------------------------------------------

    async def _click(self, *arguments: Any) -> bool:
        if isinstance(arguments[0], dict):
            x, y = self._find(cast("Selector", arguments[0])).view.center
            await self._phone.tap(x, y)
        else:
            x, y, *held = arguments
            await self._phone.tap(x, y, held[0] / 1000 if held else 0.0)
        return True

    async def _long_click(self, selector: Selector) -> bool:
        await self._phone.tap(*self._find(selector).view.center, 0.6)
        return True

    async def _swipe(self, x1: float, y1: float, x2: float, y2: float, steps: int) -> bool:
        await self._phone.swipe(x1, y1, x2, y2, steps * STEP_SECONDS)
        return True

    async def _swipe_points(self, points: list[float], steps: int) -> bool:
        seconds = steps * STEP_SECONDS
        await self._phone.swipe(points[0], points[1], points[-2], points[-1], seconds)
        return True

    async def _drag(self, x1: float, y1: float, x2: float, y2: float, steps: int) -> bool:
        return await self._swipe(x1, y1, x2, y2, steps)

    async def _drag_to(self, selector: Selector, *arguments: Any) -> bool:
        start = self._find(selector).view.center
        if isinstance(arguments[0], dict):
            target = self._find(cast("Selector", arguments[0]))
            end, steps = target.view.center, arguments[1]
        else:
            end, steps = (arguments[0], arguments[1]), arguments[2]
        return await self._swipe(*start, *end, steps)

    async def _inject(self, action: int, x: float, y: float, _: int) -> bool:
        if action == 0:
            self._down = (x, y)
        elif action == 1 and self._down is not None:
            start, self._down = self._down, None
            await self._phone.swipe(*start, x, y, 0.1)
        return True

    async def _fling_forward(self, selector: Selector, is_vertical: bool = True, *_: Any) -> bool:
        return await self._scroll(selector, is_vertical, 0.8, 0.2)

    async def _fling_backward(self, selector: Selector, is_vertical: bool = True, *_: Any) -> bool:
        return await self._scroll(selector, is_vertical, 0.2, 0.8)

    async def _scroll(self, selector: Selector, is_vertical: bool, a: float, b: float) -> bool:
        left, top, right, bottom = self._find(selector).view.bounds
        x, y = (left + right) / 2, (top + bottom) / 2
        before = screen.hierarchy(self._phone)
        if is_vertical:
            height = bottom - top
            await self._phone.swipe(x, top + height * a, x, top + height * b, 0.3)
        else:
            width = right - left
            await self._phone.swipe(left + width * a, y, left + width * b, y, 0.3)
        await self._phone.clock.sleep(0.5)
        return screen.hierarchy(self._phone) != before

    async def _scroll_to(self, selector: Selector, wanted: Selector, vertical: bool = True) -> bool:
        for _ in range(30):
            if find_all(self._nodes(), wanted):
                return True
            if not await self._fling_forward(selector, vertical):
                break
        return bool(find_all(self._nodes(), wanted))

    # -- keys and text ------------------------------------------------------------------------

    async def _press_key(self, name: str) -> bool:
        key = UIAUTOMATOR_NAMES.get(name)
        if key is None:
            raise AutomationError(f"java.lang.IllegalArgumentException: unknown key {name}")
        await self._phone.touch_delay()
        self._phone.press(key)
        return True

    async def _press_key_code(self, code: int, *_: Any) -> bool:
        await self._phone.touch_delay()
        return self._phone.press(CODES.get(code, "UNKNOWN"))

    async def _set_text(self, selector: Selector, text: str) -> bool:
        node = self._find(selector)
        await self._focus(node)
        return self._phone.set_text(text)

    async def _clear_text_field(self, selector: Selector) -> bool:
        node = self._find(selector)
        await self._focus(node)
        return self._phone.clear_text()

    async def _focus(self, node: Node) -> None:
        """Give a field the focus, as ACTION_FOCUS does, where it does not have it yet."""
        if not node.view.focused:
            await self._phone.tap(*node.view.center)

    async def _clear_input_text(self) -> bool:
        return self._phone.clear_text()

    async def _set_clipboard(self, _label: str | None, text: str) -> None:
        self._phone.clipboard = text

    async def _get_clipboard(self) -> str:
        return self._phone.clipboard

    async def _paste(self) -> bool:
        return self._phone.insert_text(self._phone.clipboard)

    # -- the rest -----------------------------------------------------------------------------

    async def _wake_up(self) -> bool:
        self._phone.press("WAKEUP")
        return True

    async def _sleep(self) -> bool:
        self._phone.press("SLEEP")
        return True

    async def _make_toast(self, text: str, _milliseconds: float) -> bool:
        self._phone.toast = text
        return True

    async def _get_toast(self) -> str | None:
        return self._phone.toast

    async def _clear_toast(self) -> bool:
        self._phone.toast = None
        return True

    async def _nothing(self, *_: Any) -> bool:
        return True
