"""From the + to the post in the network, by every way there is."""

import pytest
from virtual_hand import Hand, HandPhone

from tikmatrix_desktop.virtual.network import Network

CAPTION = "Ten phones 😀 你好世界\n#fyp"


@pytest.fixture
def gallery(phone: HandPhone) -> HandPhone:
    """A phone with an old picture, an old clip and a new clip."""
    phone.media.add("old.jpg", "image/jpeg", 400_000)
    phone.media.add("old.mp4")
    phone.media.add("new.mp4")
    return phone


def to_gallery(hand: Hand) -> None:
    hand.open()
    hand.tap(desc="Create")
    hand.tap(rid="ymg")
    assert hand.app.screen == "gallery_picker"


def to_caption(hand: Hand) -> None:
    hand.tap(rid="uyb")
    hand.tap(rid="ntq")
    assert hand.app.screen == "caption_post"


def cell(hand: Hand, index: int) -> None:
    """Touch the n-th picture of the grid, from 0."""
    hand.tap_node(hand.nodes(rid="mub")[index])


def test_the_plus_button_leads_to_a_post_with_these_bytes(
    hand: Hand, gallery: HandPhone, network: Network
) -> None:
    to_gallery(hand)
    cell(hand, 0)
    to_caption(hand)
    hand.tap(rid="g19")
    hand.type(CAPTION)
    hand.app.back()
    hand.tap(rid="qrb")
    assert network.posts == []
    assert hand.app.screen == "home_feed"
    assert hand.sees(desc="Uploading")
    hand.wait(5)
    post = network.to_json()["posts"][0]
    assert post["caption"] == CAPTION
    assert post["media"] == ["sha-of-new.mp4"]
    assert (post["author"], post["serial"], post["kind"]) == ("vphone01_a", "VPHONE01", "video")
    assert hand.sees(text="Your post has been uploaded")


def test_the_post_is_first_on_the_own_profile_with_its_caption(
    hand: Hand, gallery: HandPhone, network: Network
) -> None:
    network.publish("vphone01_a", "an older one", ["00"], "VPHONE01")
    hand.open(streams=(gallery.media.rows[-1].uri,))
    hand.tap(rid="ntq")
    hand.tap(rid="g19")
    hand.type(CAPTION)
    hand.app.back()
    hand.tap(rid="qrb", seconds=1.2)
    hand.tap(desc="Profile", seconds=1)
    assert any("Uploading" in text for text in hand.texts())
    hand.wait(8)
    assert len(hand.nodes(rid="cover")) == 2
    hand.tap_node(hand.nodes(rid="cover")[0])
    assert hand.node(rid="desc").get("text", "").rstrip("\ufeff") == CAPTION


def test_next_does_nothing_until_something_is_picked(hand: Hand, gallery: HandPhone) -> None:
    to_gallery(hand)
    assert hand.node(rid="uyb").get("clickable") == "false"
    hand.tap(rid="uyb")
    assert hand.app.screen == "gallery_picker"
    cell(hand, 0)
    assert hand.node(rid="uyb").get("clickable") == "true"


def test_the_gallery_shows_newest_first_by_kind_with_durations(
    hand: Hand, gallery: HandPhone
) -> None:
    to_gallery(hand)
    assert len(hand.nodes(rid="mub")) == 3
    assert len(hand.nodes(rid="fy3")) == 2
    hand.tap(desc="Photos")
    assert len(hand.nodes(rid="mub")) == 1
    assert hand.node(desc="Photos").get("selected") == "true"
    hand.tap(desc="AI gallery")
    assert not hand.sees(rid="mub")


def test_pictures_are_posted_in_the_order_of_the_touches(
    hand: Hand, phone: HandPhone, network: Network
) -> None:
    for number in range(1, 4):
        phone.media.add(f"{number}.png", "image/png", 100_000)
    to_gallery(hand)
    for index in (2, 0, 1):
        cell(hand, index)
    assert [node.get("text") for node in hand.nodes(rid="jh7")] == ["2", "3", "1"]
    assert hand.node(rid="uyb").get("text") == "Next (3)"
    to_caption(hand)
    hand.tap(rid="g1c")
    hand.type("A title")
    hand.app.back()
    hand.tap(rid="qrb")
    hand.wait(6)
    post = network.to_json()["posts"][0]
    assert post["media"] == ["sha-of-1.png", "sha-of-3.png", "sha-of-2.png"]
    assert (post["kind"], post["title"]) == ("images", "A title")


def test_without_select_multiple_a_second_pick_replaces_the_first(
    hand: Hand, gallery: HandPhone
) -> None:
    to_gallery(hand)
    assert hand.node(rid="nbk").get("checked") == "true"
    hand.tap(text="Select multiple")
    assert hand.node(rid="nbk").get("checked") == "false"
    cell(hand, 0)
    cell(hand, 1)
    assert [row.path[-7:] for row in hand.picked()] == ["old.mp4"]


def test_the_large_button_is_the_shutter(hand: Hand, gallery: HandPhone, network: Network) -> None:
    """Recordings show a Button there; what it opens is the editor, with a picture of the room."""
    hand.open()
    hand.tap(desc="Create")
    hand.tap(rid="r3r")
    hand.tap(rid="ntq")
    hand.tap(rid="qrb")
    hand.wait(6)
    assert not network.to_json()["posts"][0]["media"][0].startswith("sha-of-")


def test_the_share_sheet_opens_the_editor_with_the_files(
    hand: Hand, gallery: HandPhone, network: Network
) -> None:
    hand.open(streams=(gallery.media.rows[1].uri,))
    assert hand.app.screen == "editor"
    hand.tap(rid="ntq")
    hand.tap(rid="qrb")
    hand.wait(6)
    assert network.posts[0].media == ["sha-of-old.mp4"]


def test_sharing_what_is_not_in_the_gallery_opens_nothing(hand: Hand) -> None:
    hand.open(streams=("content://media/external/video/media/99",))
    assert hand.app.screen == "home_feed"


def test_with_the_keyboard_open_two_buttons_say_post_and_one_is_covered(
    hand: Hand, gallery: HandPhone
) -> None:
    hand.open(streams=(gallery.media.rows[-1].uri,))
    hand.tap(rid="ntq")
    assert len(hand.nodes(text="Post")) == 1
    hand.tap(rid="g19")
    assert hand.app.keyboard_shown
    assert len(hand.nodes(text="Post")) == 2
    assert hand.sees(text="0/4000")
    hand.tap(rid="qrb")
    assert hand.app.screen == "caption_post"
    hand.tap(rid="qr6")
    assert hand.app.screen == "home_feed"


def test_an_empty_caption_field_shows_its_placeholder_as_text(
    hand: Hand, gallery: HandPhone
) -> None:
    hand.open(streams=(gallery.media.rows[-1].uri,))
    hand.tap(rid="ntq")
    placeholder = hand.node(rid="g19").get("text", "")
    assert placeholder
    hand.tap(rid="g19")
    hand.app.insert_text("a")
    hand.app.insert_text("b")
    hand.app.delete_char()
    assert hand.node(rid="g19").get("text") == "a"
    hand.app.clear_text()
    assert hand.node(rid="g19").get("text") == placeholder
    assert not hand.sees(rid="g1c"), "a video has no title"


def test_the_options_of_a_post_reach_the_network(
    hand: Hand, gallery: HandPhone, network: Network
) -> None:
    hand.open(streams=(gallery.media.rows[-1].uri,))
    hand.tap(rid="ntq")
    hand.tap(text="More options")
    hand.tap(text="AI-generated content")
    assert [node.get("checked") for node in hand.nodes(rid="w5w")][-1] == "true"
    hand.app.back()
    hand.wait()
    hand.tap(text="Add link ")
    hand.tap(text="Product")
    hand.tap(text="Add")
    assert hand.sees(text="Product ")
    hand.tap(rid="qrb")
    hand.wait(6)
    post = network.to_json()["posts"][0]
    assert (post["ai_label"], post["product_link"]) == (True, True)


def test_a_sound_is_searched_used_and_set_to_a_volume(
    hand: Hand, gallery: HandPhone, network: Network
) -> None:
    hand.open(streams=(gallery.media.rows[-1].uri,))
    hand.tap(rid="ycm")
    hand.tap(rid="zs1")
    hand.type("circuit")
    hand.app.editor_action()
    hand.wait()
    assert [node.get("text") for node in hand.nodes(rid="zs6")] == ["Circuit Heart"]
    hand.tap(rid="zs6")
    hand.tap(text="Volume")
    left, top, right, bottom = hand.bounds(hand.nodes(cls="SeekBar")[1])
    hand.app.tap(left + (right - left) // 4, (top + bottom) // 2)
    hand.app.tap(left, hand.bounds(hand.nodes(cls="SeekBar")[0])[1] + 20)
    assert [node.get("text") for node in hand.nodes(rid="zv3")] == ["0", "25"]
    hand.tap(text="Done")
    hand.app.back()
    hand.wait()
    assert hand.node(rid="ycm").get("text") == "Circuit Heart"
    hand.tap(rid="ntq")
    hand.tap(rid="qrb")
    hand.wait(6)
    post = network.to_json()["posts"][0]
    assert (post["sound"], post["sound_volume"], post["origin_volume"]) == ("Circuit Heart", 25, 0)


@pytest.mark.parametrize("way", ["link", "search"])
def test_use_sound_opens_the_camera_with_it(
    hand: Hand, gallery: HandPhone, network: Network, way: str
) -> None:
    if way == "link":
        hand.open("https://www.tiktok.com/music/Paper-Boats-3")
    else:
        hand.open("https://www.tiktok.com/search?q=paper")
        hand.tap(desc="Sounds")
        hand.tap(text="Paper Boats")
    hand.tap(text="Use sound")
    assert hand.app.screen == "camera"
    assert hand.node(rid="ycm").get("text") == "Paper Boats"
    hand.tap(rid="ymg")
    cell(hand, 0)
    to_caption(hand)
    hand.tap(rid="qrb")
    hand.wait(6)
    assert network.posts[0].sound == "Paper Boats"


def test_an_upload_takes_as_long_as_its_size(
    hand: Hand, phone: HandPhone, network: Network
) -> None:
    row = phone.media.add("big.mp4", size=30_000_000)
    hand.open(streams=(row.uri,))
    hand.tap(rid="ntq")
    hand.tap(rid="qrb", seconds=10)
    assert network.posts == []
    percent = int(hand.node(rid="pq1").get("text", "").rstrip("%"))
    assert 20 < percent < 80
    hand.wait(15)
    assert len(network.posts) == 1


def test_an_upload_goes_on_in_the_background_and_dies_with_the_process(
    hand: Hand, gallery: HandPhone, network: Network
) -> None:
    for ends_process in (False, True):
        hand.open(streams=(gallery.media.rows[-1].uri,))
        hand.tap(rid="ntq")
        hand.tap(rid="qrb", seconds=1.2)
        if ends_process:
            hand.app.stop()
        else:
            hand.app.background()
        hand.wait(30)
        assert len(network.posts) == 1


def test_an_upload_hangs_by_order_and_goes_on_after(
    hand: Hand, gallery: HandPhone, network: Network
) -> None:
    gallery.faults.on["upload_hangs"] = {}
    hand.open(streams=(gallery.media.rows[-1].uri,))
    hand.tap(rid="ntq")
    hand.tap(rid="qrb", seconds=60)
    assert network.posts == []
    assert hand.node(rid="pq1").get("text") == "37%"
    del gallery.faults.on["upload_hangs"]
    hand.wait(10)
    assert len(network.posts) == 1


def test_a_file_that_is_gone_fails_with_a_way_to_retry(
    hand: Hand, gallery: HandPhone, network: Network
) -> None:
    gallery.media.lost.add(gallery.media.rows[-1].id)
    hand.open(streams=(gallery.media.rows[-1].uri,))
    hand.tap(rid="ntq")
    hand.tap(rid="qrb")
    assert hand.sees(text="Couldn't upload post")
    gallery.media.lost.clear()
    hand.tap(text="Retry")
    hand.wait(6)
    assert len(network.posts) == 1


def test_a_draft_is_no_post(hand: Hand, gallery: HandPhone, network: Network) -> None:
    hand.open(streams=(gallery.media.rows[-1].uri,))
    hand.tap(rid="ntq")
    hand.tap(rid="fex")
    hand.wait(10)
    assert network.posts == []
    assert hand.app.screen == "own_profile"
