"""The script that posts a video or images."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from tikmatrix_desktop.domain.errors import InvalidParameters
from tikmatrix_desktop.domain.material import MediaKind
from tikmatrix_desktop.domain.run import ScriptResult
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.scripts import spintax
from tikmatrix_desktop.scripts.account import PLATFORMS
from tikmatrix_desktop.scripts.context import Context
from tikmatrix_desktop.scripts.files import account_folders, media_for
from tikmatrix_desktop.scripts.post_config import PostConfig
from tikmatrix_desktop.scripts.posting import Posting
from tikmatrix_desktop.scripts.script import Planned, Script


class PostScript(Script[PostConfig]):
    """Post a video or images, and see on the profile that they are there."""

    name: ClassVar[str] = "post"
    title: ClassVar[str] = "Post"
    description: ClassVar[str] = "Post a video or images with a caption."
    platforms: ClassVar[tuple[Platform, ...]] = PLATFORMS
    limit: ClassVar[str | None] = "posts"
    config_model = PostConfig

    def plan(
        self,
        config: PostConfig,
        slots: int,
        rng: random.Random,
        usernames: Sequence[str | None] | None = None,
    ) -> list[Planned]:
        """Return the posts to make: which file and which caption on which slot.

        rotate: one post a slot, the items taking turns. spread: one post an item, dealt over the
        slots, item by item. all: every item on every slot, slot by slot.
        """
        if config.material_list:
            pools = [config.groups(config.material_list)] * slots
        elif config.material_source == "localFolder":
            pools = self._folder_pools(config, slots, usernames)
        else:
            pools = [[list[str]()]] * slots
        planned: list[Planned] = []
        for slot, item in _deal(config.material_mode, pools):
            caption = config.caption(len(planned), rng)
            if config.caption_format == "spintax":
                caption = spintax.escape(caption)
            chosen = config.model_copy(update={"captions": caption, "material_list": item})
            planned.append(Planned(slot, chosen))
        return planned

    def warnings(self, config: PostConfig) -> list[str]:
        """Say what may come as a surprise: no material yet, a last post of fewer images."""
        if not config.material_list:
            if config.material_source == "materialLibrary":
                return [
                    "no material is chosen and the library has none: the task fails with"
                    " no_material if that is still so when it runs"
                ]
            return []
        rest = len(config.material_list) % config.image_count
        if config.kind is MediaKind.IMAGE and rest:
            return [f"the last post gets {rest} instead of {config.image_count} images"]
        return []

    def _folder_pools(
        self, config: PostConfig, slots: int, usernames: Sequence[str | None] | None
    ) -> list[list[list[str]]]:
        """Return the items of each slot; an empty item is chosen when the account is known."""
        folder = Path(config.material_path)
        pools: list[list[list[str]]] = []
        try:
            has_own = bool(account_folders(folder))
            for slot in range(slots):
                username = usernames[slot] if usernames is not None else None
                if username is None and has_own:
                    pools.append([[]])
                    continue
                files = [str(path) for path in media_for(folder, config.kind, username)]
                if not files:
                    raise InvalidParameters.single(
                        "script_config.material_path",
                        f"holds no {config.kind} for @{username}: neither a folder"
                        f" @{username} nor {folder} itself has any",
                    )
                pools.append(config.groups(files))
        except OSError as error:
            raise InvalidParameters.single(
                "script_config.material_path", f"cannot be read: {error.strerror or error}"
            ) from error
        return pools

    def run(self, context: Context, config: PostConfig) -> ScriptResult:
        """Post it and return what the profile shows; a post is never sent twice.

        `already_posted` in the result says that an earlier attempt of the task had done it.
        """
        return Posting(context, config).run()


def _deal(mode: str, pools: list[list[list[str]]]) -> Iterator[tuple[int, list[str]]]:
    slots = len(pools)
    if mode == "all":
        for slot, pool in enumerate(pools):
            for item in pool:
                yield slot, item
    elif mode == "spread":
        # Slots that share a pool share its items; an account's own folder is dealt to it alone.
        turns: dict[str, int] = {}
        shares: dict[str, list[int]] = {}
        for slot, pool in enumerate(pools):
            shares.setdefault(repr(pool), []).append(slot)
        for key, sharing in shares.items():
            for item in pools[sharing[0]]:
                yield sharing[turns.setdefault(key, 0) % len(sharing)], item
                turns[key] += 1
    else:
        for slot in range(slots):
            pool = pools[slot]
            yield slot, pool[slot % len(pool)]
