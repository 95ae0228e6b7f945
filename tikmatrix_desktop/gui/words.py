"""How states, phones and times are said: an icon, a colour token and a word for each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from tikmatrix_desktop.domain.device import Device, DeviceState, Transport
from tikmatrix_desktop.domain.errors import FailureCode
from tikmatrix_desktop.domain.material import MediaKind, media_kind
from tikmatrix_desktop.domain.task import Task, TaskStatus, WaitReason


@dataclass(frozen=True)
class Look:
    """How one state is shown: never by its colour alone."""

    icon: str
    tint: str
    word: str


STATUS_LOOKS = {
    TaskStatus.PENDING: Look("circle", "waiting", "Pending"),
    TaskStatus.RUNNING: Look("circle-dot", "running", "Running"),
    TaskStatus.COMPLETED: Look("circle-check", "completed", "Completed"),
    TaskStatus.FAILED: Look("circle-x", "failed", "Failed"),
}
WAIT_WORDS = {
    WaitReason.SCHEDULED: "Scheduled",
    WaitReason.DEVICE_OFFLINE: "Phone offline",
    WaitReason.DEVICE_UNAUTHORIZED: "Phone not authorised",
    WaitReason.DEVICE_LEASED: "Phone leased",
    WaitReason.DEVICE_BUSY: "Phone busy",
    WaitReason.ACCOUNT_PAUSED: "Account paused",
    WaitReason.DAILY_LIMIT: "Daily limit",
    WaitReason.PLAN_LIMIT: "Plan limit",
    WaitReason.QUEUE: "Next in line",
}
WAIT_EXPLANATIONS = {
    WaitReason.SCHEDULED: "waits for its start time",
    WaitReason.DEVICE_OFFLINE: "starts when the phone is connected again",
    WaitReason.DEVICE_UNAUTHORIZED: "accept the USB debugging dialog on the phone",
    WaitReason.DEVICE_LEASED: "another program holds the phone",
    WaitReason.DEVICE_BUSY: "the phone works on another task",
    WaitReason.ACCOUNT_PAUSED: "the account waits for a person",
    WaitReason.DAILY_LIMIT: "the account has done enough today, and goes on tomorrow",
    WaitReason.PLAN_LIMIT: "all phone slots of the plan are in use",
    WaitReason.QUEUE: "starts in a moment",
}
FAILURE_WORDS: Mapping[str, str] = {
    FailureCode.STOPPED: "Stopped",
    FailureCode.INTERRUPTED: "Interrupted",
    FailureCode.RUNNER_DIED: "Runner died",
    FailureCode.TIMEOUT: "Timed out",
    FailureCode.SCRIPT_ERROR: "Script error",
    FailureCode.DEVICE_LOST: "Phone lost",
    FailureCode.DEVICE_NEEDS_ATTENTION: "Phone needs you",
    FailureCode.STORAGE_FULL: "Storage full",
    FailureCode.APP_NOT_INSTALLED: "App not installed",
    FailureCode.APP_CRASHED: "App crashed",
    FailureCode.UNSUPPORTED_APP_LANGUAGE: "App language",
    FailureCode.UNEXPECTED_SCREEN: "Unexpected screen",
    FailureCode.HUMAN_VERIFICATION_REQUIRED: "Needs a person",
    FailureCode.ACCOUNT_BLOCKED: "Account blocked",
    FailureCode.SECRET_UNREADABLE: "Password unreadable",
    FailureCode.ACCOUNT_NOT_ON_DEVICE: "Account not there",
    FailureCode.DAILY_LIMIT: "Enough for today",
    FailureCode.NOT_LOGGED_IN: "Not logged in",
    FailureCode.LOGIN_FAILED: "Login failed",
    FailureCode.FIELD_REFUSED: "Refused by the app",
    FailureCode.TARGET_NOT_FOUND: "Target not found",
    FailureCode.NO_MATERIAL: "No material",
    FailureCode.MATERIAL_UNREADABLE: "File unreadable",
    FailureCode.TEXT_NOT_ACCEPTED: "Text not accepted",
    FailureCode.UPLOAD_TIMEOUT: "Upload timed out",
    FailureCode.ACTION_NOT_CONFIRMED: "Not confirmed",
    FailureCode.PUBLISH_UNCONFIRMED: "Post unconfirmed",
    FailureCode.NOT_SUPPORTED_ON_PLATFORM: "Not supported",
}
NEEDS_PERSON: frozenset[str] = frozenset(
    {
        FailureCode.HUMAN_VERIFICATION_REQUIRED,
        FailureCode.DEVICE_NEEDS_ATTENTION,
        FailureCode.ACCOUNT_BLOCKED,
        FailureCode.NOT_LOGGED_IN,
    }
)
DEVICE_LOOKS = {
    DeviceState.ONLINE: Look("dot", "completed", "Online"),
    DeviceState.OFFLINE: Look("unplugged", "offline", "Offline"),
    DeviceState.UNAUTHORIZED: Look("lock", "needs-you", "Not authorised"),
    DeviceState.DISABLED: Look("stop", "offline", "Disabled"),
}
TRANSPORT_WORDS = {
    Transport.USB: "USB",
    Transport.TCP: "network",
    Transport.VIRTUAL: "virtual",
}


def task_look(task: Task) -> Look:
    """Return how a task's state is shown in the table."""
    if task.status is TaskStatus.PENDING and task.wait_reason is not None:
        icon = "clock" if task.wait_reason is WaitReason.SCHEDULED else "circle"
        return Look(icon, "waiting", WAIT_WORDS[task.wait_reason])
    if task.status is TaskStatus.RUNNING:
        return Look("circle-dot", "running", f"{task.progress} %")
    if task.status is TaskStatus.FAILED and task.error_code:
        word = FAILURE_WORDS.get(task.error_code, "Failed")
        if task.error_code == FailureCode.STOPPED:
            return Look("stop", "waiting", word)
        if task.error_code in NEEDS_PERSON:
            return Look("hand", "needs-you", word)
        return Look("circle-x", "failed", word)
    return STATUS_LOOKS[task.status]


def task_story(task: Task) -> str:
    """Return what a task is doing, why it waits, or how it ended, in one line."""
    if task.status is TaskStatus.RUNNING:
        return task.step or "starting"
    if task.status is TaskStatus.FAILED:
        return task.remark or ""
    if task.status is TaskStatus.COMPLETED:
        return task.remark or (
            f"took {duration(task.duration_seconds)}" if task.duration_seconds is not None else ""
        )
    if task.wait_reason is WaitReason.SCHEDULED and task.start_time is not None:
        return f"starts {moment(task.start_time)}"
    return WAIT_EXPLANATIONS[task.wait_reason] if task.wait_reason else ""


def device_look(device: Device, task: Task | None) -> Look:
    """Return how a phone's state is shown: what it is doing, or what it needs."""
    if device.state is DeviceState.ONLINE and task is not None:
        return Look("circle-dot", "running", f"{task.script_name} {task.progress} %")
    if device.state is DeviceState.ONLINE and device.attention:
        return Look("hand", "needs-you", "Needs you")
    if device.state is DeviceState.ONLINE:
        return Look("dot", "completed", "Idle")
    return DEVICE_LOOKS[device.state]


def needs_person(device: Device) -> bool:
    """Return whether somebody has to go to this phone."""
    return device.state is DeviceState.UNAUTHORIZED or bool(device.attention)


def phone_number(serial: str, device: Device | None) -> str:
    """Return the short name of a phone: its number, else the end of its serial."""
    if device is not None and device.number is not None:
        return f"{device.number:02d}"
    return serial if len(serial) <= 8 else f"…{serial[-6:]}"


def phone_tooltip(device: Device, task: Task | None) -> str:
    """Return everything known of a phone, a line for each thing."""
    lines = [device.label or device.model or device.serial, f"Serial: {device.serial}"]
    if device.model and device.label:
        lines.append(f"Model: {device.model}")
    if device.android_version:
        lines.append(f"Android {device.android_version}")
    if device.transport is not None:
        lines.append(f"Attached by {TRANSPORT_WORDS[device.transport]}, adb {device.host or '?'}")
    if device.battery is not None:
        lines.append(f"Battery {device.battery} %{', charging' if device.charging else ''}")
    if device.storage_free_mb is not None:
        lines.append(f"{device.storage_free_mb / 1024:.1f} GiB free")
    if device.temperature_c is not None:
        lines.append(f"{device.temperature_c:.0f} °C")
    if device.state is not DeviceState.ONLINE:
        seen = f", last seen {moment(device.last_seen)}" if device.last_seen else ""
        lines.append(f"{DEVICE_LOOKS[device.state].word}{seen}")
    if device.attention:
        lines.append(device.attention)
    if task is not None:
        lines.append(f"#{task.id} {task.script_name}: {task.step or 'starting'}")
    return "\n".join(lines)


def duration(seconds: float) -> str:
    """Return a length of time, such as `4.2 s`, `3 min 20 s` or `2 h 05 min`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def clock(time: datetime, now: datetime | None = None) -> str:
    """Return a local time: `14:02:11` today, `23 Nov 14:02` on other days."""
    local = time.astimezone()
    today = (now or datetime.now().astimezone()).astimezone().date()
    if local.date() == today:
        return f"{local:%H:%M:%S}"
    return f"{local.day} {local:%b %H:%M}"


def day_or_time(time: datetime, now: datetime | None = None) -> str:
    """Return a local time in few letters: `14:02` today, `23 Nov` on other days."""
    local = time.astimezone()
    today = (now or datetime.now().astimezone()).astimezone().date()
    return f"{local:%H:%M}" if local.date() == today else f"{local.day} {local:%b}"


def moment(time: datetime, now: datetime | None = None) -> str:
    """Return how far a time is from now: `in 12 min`, `3 min ago`."""
    ahead = (time - (now or datetime.now().astimezone())).total_seconds()
    distance = abs(ahead)
    if distance < 10:
        return "now"
    if distance < 60:
        words = f"{round(distance)} s"
    elif distance < 3600:
        words = f"{round(distance / 60)} min"
    elif distance < 86_400:
        words = f"{int(distance // 3600)} h {int(distance % 3600 // 60):02d} min"
    else:
        words = f"{round(distance / 86_400)} d"
    return f"in {words}" if ahead > 0 else f"{words} ago"


def exact(time: datetime) -> str:
    """Return a local time in full, for tooltips."""
    return f"{time.astimezone():%Y-%m-%d %H:%M:%S %z}"


def count(number: int, singular: str, plural: str | None = None) -> str:
    """Return `1 phone`, `3 phones`, `1,200 tasks`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def media_words(paths: Iterable[str]) -> str:
    """Return what a list of files holds: `2 videos, 1 image`."""
    kinds = [media_kind(PurePath(path)) for path in paths]
    parts = [
        count(kinds.count(kind), kind.value)
        for kind in (MediaKind.VIDEO, MediaKind.IMAGE)
        if kind in kinds
    ]
    return ", ".join(parts)
