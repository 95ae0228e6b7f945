"""One post, from the file on this computer to the tile on the profile."""

import hashlib
import logging
import random
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from tikmatrix_desktop.apps.caption import CaptionPage, LastPage
from tikmatrix_desktop.apps.posts import ProfileState, UploadFailed, Verdict
from tikmatrix_desktop.apps.session import AppLeft
from tikmatrix_desktop.devices.pace import Deadline
from tikmatrix_desktop.devices.phone import OutcomeUnknown
from tikmatrix_desktop.domain.errors import (
    FailureCode,
    NeedsPerson,
    ScriptFailed,
)
from tikmatrix_desktop.domain.run import ScriptResult
from tikmatrix_desktop.scripts.account import app_of, bring_to_account, with_one_restart
from tikmatrix_desktop.scripts.context import Context
from tikmatrix_desktop.scripts.files import file_fault, media_for
from tikmatrix_desktop.scripts.gallery import GalleryLoan
from tikmatrix_desktop.scripts.post_config import PostConfig

PUBLISH = "publish"
SHOW_SECONDS = 40.0
"""How long a finished upload may take to appear on the profile."""
SHORTEST_SHOW_SECONDS = 3.0
"""Real seconds of that which stay however fast everything runs."""

_BLOCK = 1024 * 1024
_AT_PUSHING, _AT_EDITING, _AT_CAPTION, _AT_POSTING, _AT_CHECKING = 15, 40, 55, 70, 90

_logger = logging.getLogger(__name__)


class Posting:
    """The run of one post task."""

    def __init__(self, context: Context, config: PostConfig) -> None:
        self._context = context
        self._config = config
        # A planned caption has no choice left in it; this one is for a config made by hand.
        self._caption = config.caption(context.job_index, random.Random(context.job_index))  # noqa: S311 - no secret
        self._loan = GalleryLoan(context)
        self._upload_runs = False
        self._notes: list[str] = []

    def run(self) -> ScriptResult:
        """Post, unless an earlier attempt did."""
        context = self._context
        earlier = [intent for intent in context.intents if intent.get("kind") == PUBLISH]
        # A file that is gone by now does not matter when an earlier attempt has posted it.
        files = [] if earlier else self._files()
        self._app = app_of(context)
        self._published = self._app.published(self._config.placement)
        self._username = with_one_restart(
            context, self._app, lambda: bring_to_account(context, self._app)
        )
        try:
            if earlier and self._was_posted(earlier[-1]):
                return self._result(_media_names(earlier[-1]), already=True)
            files = files or self._files()
            before, page = with_one_restart(context, self._app, lambda: self._compose(files))
            self._publish(files, before, page)
        except ScriptFailed as error:
            if not isinstance(error, NeedsPerson | AppLeft):
                self._leave()
            raise
        finally:
            self._remove_media()
        return self._result([path.name for path in files], already=False)

    # The files

    def _files(self) -> list[Path]:
        """The files of this task. Raises `ScriptFailed` when there are none, or one is bad."""
        config, context = self._config, self._context
        texts = list(config.material_list)
        if not texts and config.material_source == "localFolder":
            folder = Path(config.material_path)
            try:
                found = [str(path) for path in media_for(folder, config.kind, context.username)]
            except OSError as error:
                raise ScriptFailed(
                    FailureCode.MATERIAL_UNREADABLE,
                    f"{folder} cannot be read: {error.strerror or error}",
                ) from error
            groups = config.groups(found)
            texts = groups[context.job_index % len(groups)] if groups else []
        if not texts:
            raise ScriptFailed(FailureCode.NO_MATERIAL, f"there is no {config.kind} to post")
        texts = config.groups(texts)[0]
        faults = [f"{text}: {fault}" for text in texts if (fault := file_fault(text, config.kind))]
        if faults:
            raise ScriptFailed(FailureCode.MATERIAL_UNREADABLE, "; ".join(faults))
        return [Path(text) for text in texts]

    def _push(self, files: list[Path]) -> None:
        """Bring the files into the gallery, the last one first: the newest is listed first."""
        context = self._context
        total = sum(path.stat().st_size for path in files) or 1
        done = 0
        span = _AT_EDITING - _AT_PUSHING
        for place, path in reversed(list(enumerate(files))):

            def told(sent: int, done: int = done) -> None:
                context.progress(_AT_PUSHING + span * (done + sent) // total)

            self._loan.bring(path, _AT_PUSHING, told)
            done += path.stat().st_size
            _logger.info("file %d of %d is in the gallery", place + 1, len(files))

    def _remove_media(self) -> None:
        """Take the files out of the gallery, unless the app may still be uploading them."""
        if self._upload_runs:
            self._context.log("the files stay in the gallery: the upload may still be going on")
            return
        self._loan.end()

    # On the way to Post

    def _compose(self, files: list[Path]) -> tuple[ProfileState, LastPage]:
        """Make the post up to its last page, and return what the profile showed before."""
        context, config, composer = self._context, self._config, self._app.composer
        before = self._published.state(read_newest=False)
        if not self._loan.items:
            self._push(files)
        context.step("Opening the editor", _AT_EDITING)
        count = len(self._loan.items)
        way = config.way_on(context.platform)
        if way == "useSound":
            composer.use_sound(config.sound_name, count, config.kind, config.sound_wait_time)
        elif way == "share" and count == 1:
            composer.share(self._loan.items[0])
        else:
            if way == "share":
                self._note("Android's share takes one file; several images go by the + button")
            composer.add(count, config.kind, config.placement)
        self._set_sound(way)
        context.step("Writing the caption", _AT_CAPTION)
        page = composer.to_last_page(config.placement)
        if isinstance(page, CaptionPage):
            self._fill(page)
        elif self._caption:
            self._note("a story has no caption: it was left out")
            self._caption = ""
        return before, page

    def _fill(self, page: CaptionPage) -> None:
        context, config = self._context, self._config
        page.write(self._caption)
        if config.ai_label:
            context.step("Labelling as AI-generated", _AT_CAPTION + 5)
            page.label_as_ai()
        if config.add_product_link:
            context.step("Adding the product link", _AT_CAPTION + 8)
            page.add_product()

    def _set_sound(self, way: str) -> None:
        context, config, composer = self._context, self._config, self._app.composer
        sounds = composer.sounds
        if not composer.takes_sound(config.kind, config.placement):
            if config.needs_sound:
                self._note("Instagram takes a sound with a reel alone: it was left out")
            return
        if way != "useSound":
            if config.add_sound == "0" and sounds.name() is not None:
                context.step("Taking the sound away")
                sounds.drop()
            if config.add_sound in ("1", "custom"):
                context.step("Adding a sound")
                keyword = config.custom_sound_keyword if config.add_sound == "custom" else None
                context.log(f"added {sounds.add(keyword, config.sound_wait_time)!r}")
        if config.needs_sound:
            missed = sounds.set_volumes(config.origin_sound_volume, config.add_sound_volume)
            if missed:
                self._note(f"the volume of the {' and the '.join(missed)} could not be set")

    # Post, once

    def _publish(self, files: list[Path], before: ProfileState, page: LastPage) -> None:
        context = self._context
        context.step("Posting", _AT_POSTING)
        media = [{"name": path.name, "sha256": _sha256(path)} for path in files]
        page.ready()
        context.announce(
            {
                "kind": PUBLISH,
                "username": self._username,
                "caption": self._caption,
                "media": media,
                "at": time.time(),
                "before": before.to_json(),
                "gallery": self._loan.to_json(),
            }
        )
        button = page.ready()
        context.count("posts")
        self._upload_runs = True
        upload = context.pace.deadline(self._config.upload_wait_time)
        try:
            page.press_post(button)
            context.step("Uploading", _AT_POSTING + 5)
            upload = context.pace.deadline(self._config.upload_wait_time)
            self._await_upload(upload)
        except AppLeft as error:
            context.log(f"{error.remark} while it was posting; opening it again", "warning")
            self._app.session.open()
        except ScriptFailed as error:
            if error.code is FailureCode.ACTION_NOT_CONFIRMED:
                self._upload_runs = False  # the page with the caption is still there
            raise
        context.step("Looking for the post on the profile", _AT_CHECKING)
        verdict = self._await_post(before, SHOW_SECONDS, upload)
        if verdict is not Verdict.THERE:
            raise _unconfirmed("Post was tapped, and the post is not seen on the profile")
        self._upload_runs = False

    def _await_upload(self, deadline: Deadline) -> None:
        """Wait while the app shows an upload. Raises `ScriptFailed` with `UPLOAD_TIMEOUT`."""
        context = self._context
        span = _AT_CHECKING - _AT_POSTING - 5
        told = -1
        while (percent := self._upload_percent()) is not None:
            if percent // 25 > told // 25:
                context.log(f"uploaded {percent} %")
            told = percent
            context.progress(_AT_POSTING + 5 + span * percent // 100)
            if deadline.expired:
                raise ScriptFailed(
                    FailureCode.UPLOAD_TIMEOUT,
                    f"the upload is at {percent} % after {self._config.upload_wait_time} s; look on"
                    " the phone whether it goes on before the task is retried",
                )
            context.pace.sleep(0.7)

    def _upload_percent(self) -> int | None:
        try:
            return self._published.upload_percent()
        except UploadFailed as error:
            self._upload_runs = False
            raise ScriptFailed(
                FailureCode.UPLOAD_TIMEOUT, f"the app could not upload the post: {error}"
            ) from error

    def _await_post(self, before: ProfileState | None, seconds: float, upload: Deadline) -> Verdict:
        """Look at the profile until the post is there, the time is over, or none can tell.

        An upload that shows only there is waited for until its own deadline.
        """
        posts, pace = self._published, self._context.pace
        deadline = pace.deadline(seconds, SHORTEST_SHOW_SECONDS)
        while True:
            verdict = posts.look_for(self._caption, before)
            if verdict is Verdict.NOT_THERE and self._upload_percent() is not None:
                self._await_upload(upload)
                deadline = pace.deadline(seconds, SHORTEST_SHOW_SECONDS)
                continue
            if verdict is not Verdict.NOT_THERE or deadline.expired:
                return verdict
            pace.sleep(2)
            posts.refresh()

    # After an attempt that may have posted

    def _was_posted(self, intent: dict[str, Any]) -> bool:
        """Whether an earlier attempt's post is on the profile.

        Raises `ScriptFailed` with `PUBLISH_UNCONFIRMED` when that cannot be told: posting anyway
        might post twice.
        """
        context = self._context
        context.step("Looking whether an earlier attempt has posted", 10)
        caption, before = _told_by(intent)
        self._caption = caption if caption is not None else self._caption
        self._upload_runs = True  # as far as is known
        upload = context.pace.deadline(self._config.upload_wait_time)
        seconds = min(SHOW_SECONDS, self._config.upload_wait_time)
        verdict = self._await_post(before, seconds, upload)
        if verdict is Verdict.UNDECIDED:
            raise _unconfirmed("an earlier attempt announced the post, and whether it came is open")
        self._upload_runs = False
        was = verdict is Verdict.THERE
        context.log("it is on the profile" if was else "it is not there: posting it now")
        return was

    # The end

    def _leave(self) -> None:
        """Go back to the app's own screens; best effort, the failure that led here counts."""
        with suppress(ScriptFailed, OutcomeUnknown):
            self._app.composer.leave()

    def _note(self, text: str) -> None:
        self._notes.append(text)
        self._context.log(text, "warning")

    def _result(self, names: list[str], *, already: bool) -> ScriptResult:
        what = "was already posted by an earlier attempt" if already else "posted"
        data: dict[str, Any] = {
            "state": "posted",
            "already_posted": already,
            "username": self._username,
            "caption": self._caption,
            "media": names,
        }
        if self._notes:
            data["notes"] = self._notes
        return ScriptResult(data=data, remark=f"@{self._username}: {', '.join(names)} {what}")


def _told_by(intent: dict[str, Any]) -> tuple[str | None, ProfileState | None]:
    """What a stored intent says of its caption and of the profile before it."""
    caption, before = intent.get("caption"), intent.get("before")
    state: ProfileState | None = None
    if isinstance(before, dict):
        shown: object = before.get("shown")  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] - JSON
        newest: object = before.get("newest")  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] - JSON
        if isinstance(shown, int):
            state = ProfileState(shown, newest if isinstance(newest, str) else None)
    return (caption if isinstance(caption, str) else None), state


def _media_names(intent: dict[str, Any]) -> list[str]:
    return [str(kept["name"]) for kept in intent.get("media", []) if "name" in kept]


def _unconfirmed(what: str) -> ScriptFailed:
    return ScriptFailed(
        FailureCode.PUBLISH_UNCONFIRMED,
        f"{what}; look at the profile, and retry only if the post is not there",
    )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
