"""A registered script that does what a test asks of it, in a real runner process."""

import hashlib
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from tikmatrix_desktop.domain.errors import FailureCode, NeedsPerson, ScriptFailed
from tikmatrix_desktop.domain.run import FoundAccount, RenamedAccount, ScriptResult
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.scripts.account import app_of
from tikmatrix_desktop.scripts.context import Context
from tikmatrix_desktop.scripts.script import Script, ScriptConfig


class ProbeConfig(ScriptConfig):
    """What to do, and with what. `folder` is where the test looks for traces."""

    action: str = "report"
    seconds: float = 0
    folder: str = ""
    text: str = ""
    api: dict[str, str] = Field(default_factory=dict[str, str])


class ProbeScript(Script[ProbeConfig]):
    """Sleeps, fails, hangs, announces, crashes: whatever `action` says."""

    name: ClassVar[str] = "probe"
    title: ClassVar[str] = "Probe"
    description: ClassVar[str] = "For tests."
    platforms: ClassVar[tuple[Platform, ...]] = (Platform.TIKTOK,)
    limit: ClassVar[str | None] = "posts"
    secrets: ClassVar[frozenset[str]] = frozenset({"api.key"})
    needs_credentials: ClassVar[bool] = True
    config_model = ProbeConfig

    def run(self, context: Context, config: ProbeConfig) -> ScriptResult:
        context.step(f"Doing {config.action}", 10)
        if config.folder:
            trace(config, "begun")
        return ACTIONS[config.action](context, config)


def trace(config: ProbeConfig, name: str) -> Path:
    path = Path(config.folder, name)
    path.write_text(str(os.getpid()), encoding="utf-8")
    return path


def report(context: Context, config: ProbeConfig) -> ScriptResult:
    return ScriptResult(
        data={
            "pid": os.getpid(),
            "job_index": context.job_index,
            "intents": context.intents,
            "username": context.username,
            "text": config.text,
            "remaining": context.remaining,
            "task_id": context.task_id,
        }
    )


def sleep(context: Context, config: ProbeConfig) -> ScriptResult:
    context.pace.sleep(config.seconds * context.pace.speed)
    return report(context, config)


def hang(context: Context, config: ProbeConfig) -> ScriptResult:
    """Do not hear a stop, as a C extension or a driver may."""
    threading.Event().wait(config.seconds)
    return report(context, config)


def shell(context: Context, config: ProbeConfig) -> ScriptResult:
    """Hang in a call to the phone."""
    context.phone.shell("sleep", str(config.seconds), timeout=config.seconds + 5)
    return report(context, config)


def alone(context: Context, config: ProbeConfig) -> ScriptResult:
    """Fail when another task is at work in the same folder."""
    os.mkdir(Path(config.folder, "alone"))  # noqa: PTH102 - atomic, and says what is meant
    context.pace.sleep(config.seconds * context.pace.speed)
    Path(config.folder, "alone").rmdir()
    return report(context, config)


def meet(context: Context, config: ProbeConfig) -> ScriptResult:
    """Succeed only when the task named in `text` runs at the same time."""
    trace(config, f"here-{context.job_index}")
    for _ in context.pace.poll(20 * context.pace.speed):
        if Path(config.folder, config.text).exists():
            return report(context, config)
    raise ScriptFailed(FailureCode.SCRIPT_ERROR, "nobody came")


def announce(context: Context, config: ProbeConfig) -> ScriptResult:
    context.announce({"kind": "post", "text": config.text})
    trace(config, "announced")
    context.pace.sleep(config.seconds * context.pace.speed)
    return report(context, config)


def act(context: Context, config: ProbeConfig) -> ScriptResult:
    context.count("posts")
    return report(context, config)


def act_as(context: Context, config: ProbeConfig) -> ScriptResult:
    """Post as the account that the app happens to show."""
    context.act_as(config.text)
    return act(context, config)


def person_for(context: Context, config: ProbeConfig) -> ScriptResult:
    """Meet a captcha as the account that the app happens to show."""
    context.act_as(config.text)
    return person(context, config)


def act_and_fail(context: Context, config: ProbeConfig) -> ScriptResult:
    context.count("posts")
    raise ScriptFailed(FailureCode.PUBLISH_UNCONFIRMED, "It may be posted.")


def person(context: Context, config: ProbeConfig) -> ScriptResult:
    raise NeedsPerson(FailureCode.HUMAN_VERIFICATION_REQUIRED, "A captcha waits on the phone.")


def broken(context: Context, config: ProbeConfig) -> ScriptResult:
    raise ZeroDivisionError(config.text)


def broken_after(context: Context, config: ProbeConfig) -> ScriptResult:
    context.pace.sleep(config.seconds * context.pace.speed)
    trace(config, "broken")
    raise ZeroDivisionError(config.text)


def app(context: Context, config: ProbeConfig) -> ScriptResult:
    context.phone.open_app(config.text)
    trace(config, "open")
    context.pace.sleep(60 * context.pace.speed)
    return report(context, config)


def look_twice(context: Context, config: ProbeConfig) -> ScriptResult:
    context.phone.hierarchy()
    context.pace.sleep(config.seconds * context.pace.speed)
    context.phone.hierarchy()
    return report(context, config)


def litter(context: Context, config: ProbeConfig) -> ScriptResult:
    context.cleanups.append(lambda phone: phone.shell("false") and 1 / 0)
    context.cleanups.append(lambda phone: trace(config, f"clean {phone.locale()}"))
    trace(config, "littered")
    if config.text == "person":
        raise NeedsPerson(FailureCode.HUMAN_VERIFICATION_REQUIRED, "A captcha.")
    context.pace.sleep(60 * context.pace.speed)
    return report(context, config)


def leave(context: Context, config: ProbeConfig) -> ScriptResult:
    sys.exit(7)


def die(context: Context, config: ProbeConfig) -> ScriptResult:
    os._exit(9)


def noise(context: Context, config: ProbeConfig) -> ScriptResult:
    """Write to standard output in every way there is, and read standard input."""
    print('{"type":"done","task_id":1,"attempt":1,"result":{}}')  # noqa: T201 - that is the test
    os.write(1, b"not JSON\n")
    subprocess.run([sys.executable, "-c", "print('from a child')"], check=True, timeout=30)
    return ScriptResult(data={"read": sys.stdin.read()})


def chatter(context: Context, config: ProbeConfig) -> ScriptResult:
    for number in range(int(config.seconds)):
        context.log(f"line {number} 😀 中文 \ud800")
        context.step("counting", number % 100)
    return report(context, config)


def find(context: Context, config: ProbeConfig) -> ScriptResult:
    names = config.text.split(",")
    return ScriptResult(
        accounts=[FoundAccount(username=name, platform=context.platform) for name in names],
        remark=f"{len(names)} accounts",
    )


def unspeakable(context: Context, config: ProbeConfig) -> ScriptResult:
    return ScriptResult(data={"half": "\ud800", "thing": object()}, counts={"posts": 1})


def known_secrets(context: Context, config: ProbeConfig) -> list[str]:
    found = [config.api["key"]] if "key" in config.api else []
    if context.credentials is not None:
        found.append(context.credentials.password.get_secret_value())
        if context.credentials.totp_secret is not None:
            found.append(context.credentials.totp_secret.get_secret_value())
    return found


def tell(context: Context, config: ProbeConfig) -> ScriptResult:
    """Say every secret in every way a script has, and succeed."""
    secrets = known_secrets(context, config)
    for secret in secrets:
        context.step(f"typing {secret}")
        context.log(f"typed {secret}", "warning")
        context.announce({"kind": "login", "with": [secret], secret: 1})
        logging.getLogger("probe").warning("logged %r", secret)
        print(secret)  # noqa: T201 - that is the test
    digests = [hashlib.sha256(secret.encode()).hexdigest() for secret in secrets]
    return ScriptResult(
        data={"digests": digests, "secrets": secrets, "deep": [{"x": secrets}]},
        remark=f"knows {secrets}",
    )


def show(context: Context, config: ProbeConfig) -> ScriptResult:
    """Type a secret where the screen shows it, and fail there."""
    secret = known_secrets(context, config)[0]
    app = app_of(context)
    app.accounts.open_app()
    try:
        app.users.open(secret, "search")
    except ScriptFailed as error:
        raise ValueError(f"typed {secret}: {error}") from error
    raise ValueError("x" * 290 + secret)


def rename(context: Context, config: ProbeConfig) -> ScriptResult:
    """Give the task's account the name that `text` is."""
    assert context.username is not None
    renamed = RenamedAccount(platform=context.platform, before=context.username, after=config.text)
    return ScriptResult(renamed=renamed)


ACTIONS: dict[str, Callable[[Context, ProbeConfig], ScriptResult]] = {
    action.__name__: action
    for action in (
        report, sleep, hang, shell, alone, meet, announce, act, act_as, act_and_fail, person,
        person_for, broken,
        broken_after, app, look_twice, litter, leave, die, noise, chatter, find, unspeakable,
        tell, show, rename,
    )
}  # fmt: skip
