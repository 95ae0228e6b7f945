"""An example of every script for the demo, and how the virtual network shows what it did."""

import hashlib
import secrets
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tikmatrix_desktop.domain.task import Platform, Task

CAPTION = "First light over the harbour 🌅 早安,新的一天 #morning"
COMMENT = "What a view 😍 拍得真好"
BIO = ("Early riser 🌅", "早安,新的一天")
VIDEO_BYTES = 1_500_000
WARMUP_SECONDS = 180
PACKAGES = {
    Platform.TIKTOK: "com.zhiliaoapp.musically",
    Platform.INSTAGRAM: "com.instagram.android",
}

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Scene:
    """What is behind the phones: the network's entries, and the accounts the apps are in.

    `accounts` are those of the task's own phone by the package of the app.
    """

    network: Mapping[str, Sequence[Entry]]
    accounts: Mapping[str, Sequence[str]]

    def of(self, task: Task, kind: str) -> list[Entry]:
        """Return what the accounts of the task's phone did in its app."""
        own = set(self.accounts[PACKAGES[task.platform]])
        return [
            entry
            for entry in self.network[kind]
            if entry["from"] in own and entry["platform"] == task.platform
        ]


class Example(ABC):
    """One script, with parameters that show it."""

    @abstractmethod
    def config(self, platform: Platform, network: Mapping[str, Sequence[Entry]]) -> dict[str, Any]:
        """Return the `script_config`."""

    @abstractmethod
    def disagreement(self, task: Task, scene: Scene) -> str | None:
        """Return what the network says against the success of a task, or None."""


class PostExample(Example):
    """A video, found by its bytes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def video(self) -> Path:
        """Return an example video file, written at the first call."""
        path = self._folder / "example videos" / "harbour 清晨.mp4"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            # The head of an MP4 file, then bytes that no other file has: the hash is what counts.
            head = bytes.fromhex("0000001c667479706d703432000000006d70343269736f6d61766331")
            path.write_bytes(head + secrets.token_bytes(VIDEO_BYTES))
        return path

    def config(self, platform: Platform, network: Mapping[str, Sequence[Entry]]) -> dict[str, Any]:
        return {"material_list": [str(self.video())], "captions": CAPTION}

    def disagreement(self, task: Task, scene: Scene) -> str | None:
        digest = hashlib.sha256(self.video().read_bytes()).hexdigest()
        posts = [
            (post["caption"], post["media"], post["serial"], post["platform"])
            for post in scene.network["posts"]
        ]
        found = posts.count((CAPTION, [digest], task.serial, task.platform))
        return None if found == 1 else f"the network has the post {found} times"


class FollowExample(Example):
    """Somebody to follow."""

    def config(self, platform: Platform, network: Mapping[str, Sequence[Entry]]) -> dict[str, Any]:
        return {"target_users": ["tikmatrix"]}

    def disagreement(self, task: Task, scene: Scene) -> str | None:
        there = any(entry["to"] == "tikmatrix" for entry in scene.of(task, "follows"))
        return None if there else "the network knows no such follow"


class UnfollowExample(Example):
    """Somebody whom each account follows from the start."""

    _TARGET = "username_to_unfollow"

    def config(self, platform: Platform, network: Mapping[str, Sequence[Entry]]) -> dict[str, Any]:
        return {"target_users": [self._TARGET], "access_method": "search"}

    def disagreement(self, task: Task, scene: Scene) -> str | None:
        left = [entry for entry in scene.of(task, "follows") if entry["to"] == self._TARGET]
        everybody = len(left) == len(scene.accounts[PACKAGES[task.platform]])
        return "the network still has the follow" if everybody else None


class WarmupExample(Example):
    """Some minutes of videos, all of them liked."""

    def config(self, platform: Platform, network: Mapping[str, Sequence[Entry]]) -> dict[str, Any]:
        return {
            "task_duration": WARMUP_SECONDS,
            "min_duration": 3,
            "max_duration": 8,
            "like_probable": 100,
        }

    def disagreement(self, task: Task, scene: Scene) -> str | None:
        said, known = (task.result or {}).get("likes"), len(scene.of(task, "likes"))
        return None if said == known > 0 else f"{said} likes were told, the network has {known}"


class CommentExample(Example):
    """A comment on a post that everybody sees."""

    def config(self, platform: Platform, network: Mapping[str, Sequence[Entry]]) -> dict[str, Any]:
        return {"target_post_urls": [self._address(platform, network)], "comment_content": COMMENT}

    def _address(self, platform: Platform, network: Mapping[str, Sequence[Entry]]) -> str:
        if platform is Platform.INSTAGRAM:
            return f"https://www.instagram.com/p/{network['photos'][0]['shortcode']}/"
        clip = network["clips"][0]
        return f"https://www.tiktok.com/@{clip['author']}/video/{clip['id']}"

    def disagreement(self, task: Task, scene: Scene) -> str | None:
        found = sum(entry["text"] == COMMENT for entry in scene.of(task, "comments"))
        return None if found == 1 else f"the network has the comment {found} times"


class LoginExample(Example):
    """The phone's second account, which the app was logged out of before."""

    def config(self, platform: Platform, network: Mapping[str, Sequence[Entry]]) -> dict[str, Any]:
        return {}

    def disagreement(self, task: Task, scene: Scene) -> str | None:
        there = task.username in scene.accounts[PACKAGES[task.platform]]
        return None if there else f"the app is not logged in to @{task.username}"


class ProfileExample(Example):
    """A bio of two lines."""

    def config(self, platform: Platform, network: Mapping[str, Sequence[Entry]]) -> dict[str, Any]:
        return {"bios": "\\n".join(BIO)}

    def disagreement(self, task: Task, scene: Scene) -> str | None:
        own = scene.accounts[PACKAGES[task.platform]]
        bios = [entry["bio"] for entry in scene.network["accounts"] if entry["username"] in own]
        return None if "\n".join(BIO) in bios else f"the network has the bios {bios}"


class MatchExample(Example):
    """The accounts that the phone's app is logged in to."""

    def config(self, platform: Platform, network: Mapping[str, Sequence[Entry]]) -> dict[str, Any]:
        return {}

    def disagreement(self, task: Task, scene: Scene) -> str | None:
        names = list[str]((task.result or {}).get("usernames", []))
        is_so = set(names) == set(scene.accounts[PACKAGES[task.platform]])
        return None if is_so else f"found {names} on the phone"


def examples(folder: Path) -> dict[str, Example]:
    """Return the examples by script; files that they need are written into the folder."""
    return {
        "post": PostExample(folder),
        "follow": FollowExample(),
        "unfollow": UnfollowExample(),
        "account_warmup": WarmupExample(),
        "comment": CommentExample(),
        "login": LoginExample(),
        "profile": ProfileExample(),
        "match_account": MatchExample(),
    }
