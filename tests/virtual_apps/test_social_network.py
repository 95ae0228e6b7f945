"""The network behind the phones."""

import pytest

from tikmatrix_desktop.virtual.network import Network, Relation


def test_it_starts_with_the_known_members_and_no_posts(network: Network) -> None:
    truth = network.to_json()
    names = {account["username"] for account in truth["accounts"]}
    assert {"tikmatrix", "username1", "username2", "username_to_follow"} <= names
    assert truth["posts"] == truth["follows"] == truth["likes"] == truth["comments"] == []


def test_a_phone_brings_two_accounts_that_follow_one(network: Network) -> None:
    assert network.add_device("VPHONE07") == ["vphone07_a", "vphone07_b"]
    edges = {(edge["from"], edge["to"]) for edge in network.to_json()["follows"]}
    assert edges == {(name, "username_to_unfollow") for name in ("vphone07_a", "vphone07_b")}


def test_reset_forgets_all_but_the_phones(network: Network) -> None:
    network.add_device("VPHONE01")
    before = network.to_json()
    network.follow("vphone01_a", "username1")
    network.publish("vphone01_a", "hi", ["00"], "VPHONE01")
    network.add_account("newcomer")
    network.reset()
    assert network.to_json() == before


def test_following_twice_is_one_follow(network: Network) -> None:
    network.follow("username1", "tikmatrix")
    assert network.follow("username1", "tikmatrix") is Relation.FOLLOWING
    assert len(network.follows) == 1


def test_a_private_account_is_asked_and_the_question_can_be_taken_back(network: Network) -> None:
    network.add_account("hermit", private=True)
    assert network.follow("username1", "hermit") is Relation.REQUESTED
    assert network.follows == []
    network.unfollow("username1", "hermit")
    assert network.relation("username1", "hermit") is Relation.NONE


def test_nobody_can_be_followed_who_is_not_there(network: Network) -> None:
    with pytest.raises(KeyError):
        network.follow("username1", "ghost")


def test_names_are_found_with_at_sign_and_in_any_case(network: Network) -> None:
    account = network.account("@TikMatrix")
    assert account is not None
    assert account.username == "tikmatrix"
    assert [found.username for found in network.search_accounts("@username1")] == ["username1"]
    assert network.search_accounts("zzz") == []


def test_posts_are_listed_newest_first_with_their_truth(network: Network) -> None:
    for caption in ("one", "two 😀 中文"):
        network.publish("username2", caption, ["aa", "bb"], "VPHONE02", kind="images")
    assert [post.caption for post in network.posts_of("username2")] == ["two 😀 中文", "one"]
    post = network.to_json()["posts"][1]
    assert post["author"] == "username2"
    assert (post["media"], post["serial"]) == (["aa", "bb"], "VPHONE02")
    assert post["at"].endswith("+00:00")


def test_the_two_apps_do_not_share_what_is_done(network: Network) -> None:
    network.follow("username1", "tikmatrix", "instagram")
    assert network.relation("username1", "tikmatrix") is Relation.NONE


def test_sounds_are_found_by_words_and_by_name(network: Network) -> None:
    assert network.search_sounds("happy music")[0].title == "Happy Music"
    assert network.search_sounds("qqq") == network.search_sounds("!") == []
    found = network.find_sound("", "circuit heart")
    assert found is not None
    assert found.id == 2


def test_members_log_in_with_their_name_or_address_and_a_password(network: Network) -> None:
    network.add_device("VPHONE01")
    account = network.accounts["vphone01_a"]
    assert (account.password, account.email) == ("pw-vphone01_a", "vphone01_a@example.com")
    changed = network.add_account("vphone01_a", totp_secret="JBSWY3DPEHPK3PXP")
    assert (changed.password, changed.totp_secret) == ("pw-vphone01_a", "JBSWY3DPEHPK3PXP")
    assert "pw-" not in str(network.to_json())


def test_a_renamed_member_is_the_same_one_and_apps_are_told(network: Network) -> None:
    network.add_device("VPHONE01")
    post = network.publish("vphone01_a", "mine", ["aa"], "VPHONE01")
    network.set_favorite("vphone01_a", post.id, True)
    network.follow("tikmatrix", "vphone01_a")
    told: list[tuple[str, str]] = []
    network.on_rename.append(lambda old, new: told.append((old, new)))
    order = [name.replace("vphone01_a", "ann") for name in network.accounts]
    network.rename("vphone01_a", "ann")
    assert told == [("vphone01_a", "ann")]
    assert list(network.accounts) == order
    assert "vphone01_a" not in str(network.to_json())
    assert network.relation("tikmatrix", "ann") is Relation.FOLLOWING
    assert network.keeps_post("ann", post.id)
    assert network.following_of("ann") == 1


def test_a_name_that_is_taken_renames_nobody(network: Network) -> None:
    before = network.to_json()
    with pytest.raises(ValueError, match="taken"):
        network.rename("username1", "tikmatrix")
    with pytest.raises(KeyError):
        network.rename("ghost", "somebody")
    assert network.to_json() == before
