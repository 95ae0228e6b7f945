"""From the + to the post, the reel or the story in the network, by every way there is."""

import pytest
from virtual_hand import Hand, HandPhone

from tikmatrix_desktop.virtual.network import INSTAGRAM, Network

CAPTION = "Ten phones 😀 你好世界\n#reels"


@pytest.fixture
def gallery(phone: HandPhone) -> HandPhone:
    """A phone with two old pictures and a new clip."""
    phone.media.add("old.jpg", "image/jpeg", 400_000)
    phone.media.add("older.jpg", "image/jpeg", 400_000)
    phone.media.add("new.mp4")
    return phone


def create(insta: Hand, what: str) -> None:
    insta.open()
    insta.tap(rid="profile_tab")
    insta.tap(desc="Create New")
    insta.tap(desc=f"Create new {what}")
    assert insta.app.screen == "gallery_picker"


def write(insta: Hand, caption: str) -> None:
    insta.tap(rid="caption_input_text_view")
    insta.type(caption)
    insta.tap(desc="OK")


def thumb(insta: Hand, index: int) -> None:
    insta.tap_node(insta.nodes(rid="gallery_grid_item_thumbnail")[index])


def test_a_reel_goes_from_the_profile_to_the_network(
    insta: Hand, gallery: HandPhone, network: Network
) -> None:
    create(insta, "reel")
    assert insta.sees(text="New reel", rid="gallery_title_text")
    thumb(insta, 0)
    assert insta.app.screen == "editor"
    insta.tap(rid="clips_right_action_button")
    assert insta.app.screen == "caption_post"
    write(insta, CAPTION)
    insta.tap(rid="share_button", seconds=1.5)
    assert network.posts == []
    assert insta.app.screen == "home_feed"
    assert insta.sees(text="Sharing to Reels…")
    insta.wait(5)
    post = network.to_json()["posts"][0]
    assert (post["caption"], post["media"]) == (CAPTION, ["sha-of-new.mp4"])
    assert (post["author"], post["platform"], post["kind"]) == ("vphone01_a", INSTAGRAM, "video")
    assert insta.sees(rid="upload_snackbar_container")
    insta.tap(rid="profile_tab")
    assert insta.node(rid="profile_header_familiar_post_count_value").get("text") == "1"
    insta.tap(rid="image_button")
    assert any(node.get("content-desc") == CAPTION for node in insta.dump().iter("node"))


def test_pictures_keep_the_order_they_were_picked_in(
    insta: Hand, gallery: HandPhone, network: Network
) -> None:
    insta.app.install_build("v302")
    insta.open()
    insta.tap(rid="creation_tab")
    pictures = [
        node for node in insta.nodes(cls="Button") if "Photo" in node.get("content-desc", "")
    ]
    insta.tap_node(pictures[1])
    insta.tap(rid="multi_select_slide_button_alt")
    insta.tap_node(pictures[0])
    assert [node.get("text") for node in insta.nodes(rid="gallery_grid_item_selection_circle")] == [
        "",
        "2",
        "1",
    ]
    insta.tap(rid="next_button_textview")
    assert insta.app.screen == "editor"
    insta.tap(rid="next_button_textview")
    write(insta, "Two")
    insta.tap(rid="share_footer_button", seconds=6)
    post = network.posts[0]
    assert (post.kind, post.media) == ("images", ["sha-of-old.jpg", "sha-of-older.jpg"])
    insta.tap(rid="profile_tab")
    insta.tap(rid="image_button")
    assert insta.sees(text="1/2")
    assert any("vphone01_a Two" in text for text in insta.texts())


def test_one_video_of_a_post_becomes_a_reel(insta: Hand, gallery: HandPhone) -> None:
    create(insta, "post")
    assert "Selected Video" in insta.nodes(rid="gallery_grid_item_thumbnail")[0].get(
        "content-desc", ""
    )
    insta.tap(rid="next_button_textview")
    insta.tap(rid="clips_right_action_button")
    assert insta.sees(text="New reel", rid="action_bar_title")


@pytest.mark.parametrize(
    ("button", "audience"), [("Your story", "everyone"), ("Close Friends", "close_friends")]
)
def test_a_story_is_no_post_of_the_grid(
    insta: Hand, gallery: HandPhone, network: Network, button: str, audience: str
) -> None:
    create(insta, "story")
    thumb(insta, 1)
    assert insta.app.screen == "story_editor"
    insta.tap(text=button, seconds=6)
    story = network.posts[0]
    assert (story.kind, story.audience) == ("story", audience)
    assert network.posts_of("vphone01_a", INSTAGRAM) == []
    insta.tap(rid="profile_tab")
    assert not insta.sees(desc="Your profile. No story")
    insta.tap(rid="row_profile_header_imageview_frame_layout")
    assert insta.sees(rid="reel_viewer_timestamp")
    insta.tap(rid="reel_viewer_media_container")
    assert insta.app.screen == "own_profile"


def test_music_is_searched_picked_and_mixed(
    insta: Hand, gallery: HandPhone, network: Network
) -> None:
    create(insta, "reel")
    thumb(insta, 0)
    insta.tap(desc="Add audio")
    insta.tap(rid="row_search_edit_text")
    insta.type("night drive")
    insta.app.editor_action()
    insta.wait()
    insta.tap_node(insta.nodes(rid="track_container")[0])
    insta.tap(text="Done")
    assert insta.sees(desc="Night Drive")
    insta.tap(desc="Volume")
    bar = insta.node(desc="Original audio", cls="SeekBar")
    left, top, right, bottom = insta.bounds(bar)
    insta.app.tap(left + (right - left) // 4, (top + bottom) // 2)
    insta.tap(text="Done")
    insta.tap(rid="clips_right_action_button")
    insta.tap(rid="share_button", seconds=6)
    post = network.posts[0]
    assert (post.sound, post.sound_volume) == ("Night Drive", 100)
    assert post.origin_volume == pytest.approx(25, abs=1)


def test_a_long_reel_is_warned_of(insta: Hand, phone: HandPhone, network: Network) -> None:
    row = phone.media.add("long.mp4", size=60_000_000)
    component = "com.instagram.android/com.instagram.share.ClipsShareActivity"
    insta.share(component, row.uri)
    insta.tap(rid="clips_right_action_button")
    insta.tap(rid="share_button")
    assert insta.sees(text="Your reel may get limited reach")
    insta.tap(text="Edit draft")
    assert insta.app.screen == "caption_post"
    insta.tap(rid="share_button")
    insta.tap(rid="igds_alert_dialog_primary_button", seconds=60)
    assert [post.media for post in network.posts] == [["sha-of-long.mp4"]]


@pytest.mark.parametrize(
    ("activity", "screen"),
    [("StoryShareActivity", "story_editor"), ("ShareHandlerActivity", "editor"), ("", "editor")],
)
def test_what_is_shared_to_the_app_opens_an_editor(
    insta: Hand, gallery: HandPhone, activity: str, screen: str
) -> None:
    component = f"com.instagram.android/com.instagram.share.{activity}" if activity else ""
    insta.share(component, gallery.media.rows[-1].uri)
    assert insta.app.screen == screen


def test_an_upload_hangs_fails_and_is_tried_again(
    insta: Hand, gallery: HandPhone, network: Network
) -> None:
    insta.share("", gallery.media.rows[-1].uri)
    gallery.faults.on["upload_hangs"] = {}
    insta.tap(rid="clips_right_action_button")
    insta.tap(rid="share_button", seconds=40)
    assert network.posts == []
    assert insta.sees(rid="row_pending_media_progress_bar")
    del gallery.faults.on["upload_hangs"]
    insta.wait(6)
    assert len(network.posts) == 1
    gallery.media.lost.add(gallery.media.rows[-1].id)
    insta.share("", gallery.media.rows[-1].uri)
    insta.tap(rid="clips_right_action_button")
    insta.tap(rid="share_button")
    assert insta.sees(text="Video can’t be posted")
    gallery.media.lost.clear()
    insta.tap(rid="row_pending_media_retry_button", seconds=8)
    assert len(network.posts) == 2


@pytest.mark.parametrize("build", ["v410", "v302"])
def test_the_instagram_switcher_restarts_the_app_with_another_account(
    insta: Hand, build: str
) -> None:
    insta.app.install_build(build)
    insta.open()
    insta.tap(rid="profile_tab")
    header = {"v410": "action_bar_username_container", "v302": "action_bar_large_title_auto_size"}
    insta.tap(rid=header[build])
    assert insta.app.screen == "account_switcher"
    row = insta.nodes(desc="vphone01_a")[-1]  # the title of the page behind says it too
    assert row.get("selected") == "true"
    assert (row.get("resource-id") == "") is (build == "v410")
    insta.tap(desc="vphone01_b", seconds=0.5)
    assert insta.app.screen == "account_switcher", "switching takes time"
    insta.wait(4)
    assert (insta.app.screen, insta.app.current) == ("home_feed", "vphone01_b")
