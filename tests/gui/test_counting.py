"""The sum under the form is the number of tasks the service makes."""

import random

import pytest

from tikmatrix_desktop.domain.script import ScriptDescription
from tikmatrix_desktop.gui.counting import count_tasks
from tikmatrix_desktop.scripts.registry import ScriptRegistry

REGISTRY = ScriptRegistry.load()


def script(name: str) -> ScriptDescription:
    return REGISTRY.get(name).description_for_api()


def files(number: int) -> list[str]:
    return [f"/media/clip{place}.mp4" for place in range(number)]


@pytest.mark.parametrize("mode", ["rotate", "spread", "all"])
@pytest.mark.parametrize("number", [1, 3, 10])
@pytest.mark.parametrize("kind", [0, 1])
@pytest.mark.parametrize("images", [1, 4])
@pytest.mark.parametrize("slots", [1, 3])
def test_the_sum_of_a_post_is_what_its_plan_makes(
    mode: str, number: int, kind: int, images: int, slots: int
) -> None:
    config = {
        "material_list": files(number),
        "material_mode": mode,
        "content_type": kind,
        "image_count": images,
    }
    post = REGISTRY.get("post")
    rng = random.Random(1)  # noqa: S311 - no secret
    planned = post.plan(post.config_model.model_validate(config), slots, rng)
    assert count_tasks(script("post"), config, slots).number == len(planned)


def test_every_user_is_a_task_on_every_phone() -> None:
    total = count_tasks(script("follow"), {"target_users": ["@a", "b"]}, 3)
    assert (total.number, total.words) == (6, "3 phones × 2 users = 6 tasks")


def test_a_user_named_twice_counts_once() -> None:
    assert count_tasks(script("follow"), {"target_users": ["@Shop", "shop "]}, 1).number == 1


def test_accounts_multiply_too() -> None:
    total = count_tasks(script("follow"), {"target_users": ["a"]}, 2, accounts=4)
    assert (total.number, total.words) == (4, "2 phones × 2 accounts × 1 user = 4 tasks")


def test_uneven_accounts_are_said_as_they_are() -> None:
    total = count_tasks(script("follow"), {"target_users": ["a", "b"]}, 2, accounts=3)
    assert (total.number, total.words) == (6, "3 accounts on 2 phones × 2 users = 6 tasks")


def test_what_a_folder_holds_is_for_the_service_to_count() -> None:
    config = {"material_mode": "spread", "material_source": "localFolder", "material_list": []}
    assert count_tasks(script("post"), config, 2).number is None
