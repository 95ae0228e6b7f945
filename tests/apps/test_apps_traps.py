"""What looks like something else: words that people write, checks, and what lies over screens."""

from xml.etree import ElementTree as ET

import pytest
from recordings import FOLDER
from screen_parts import INSTAGRAM, TIKTOK, bloks, edited, screen, set_all, view

from tikmatrix_desktop.apps.inspection import inspect

WRITTEN = [
    "Confirm you're human",
    "Confirm it's you",
    "Verify your identity, they said",
    "Upload your ID",
    "Enter the code from the image",
    "We suspended your account, and here is why",
    "My account was permanently banned",
    "Verify to continue:",
    "Turn on notifications?",
    "Save your login info?",
    "Your reel may get limited reach",
    "Log in",
    "請確認你是真人",
    "Confirma que eres humano",
]


# Words that people write


@pytest.mark.parametrize("words", WRITTEN)
@pytest.mark.parametrize(
    ("file", "rid"),
    [
        ("tiktok/home_feed-en-1.xml", "desc"),
        ("tiktok/home_feed-en-1.xml", "title"),
        ("tiktok/comments-en-4.xml", "e3l"),
        ("tiktok/profile_other-zh-hant-1.xml", "jrv"),
        ("instagram/profile_other-en-1.xml", "profile_header_bio_text"),
        ("instagram/own_profile-en-1.xml", "pog_bubble_text"),
        ("instagram/home_feed-en-2.xml", "username"),
        ("instagram/gallery_picker-en-1.xml", "button_name"),
        ("instagram/caption_post-en-1.xml", "caption_input_text_view"),
        ("instagram/comments-en-3.xml", "layout_comment_thread_edittext"),
    ],
)
def test_what_people_write_is_neither_a_check_nor_a_dialog(file, rid, words):
    plain = inspect((FOLDER / file).read_text(encoding="utf-8"))
    written = inspect(edited(file, set_all(rid, text=words)))
    assert (written["screen"], written["elements"]) == (plain["screen"], plain["elements"])


@pytest.mark.parametrize("words", WRITTEN)
@pytest.mark.parametrize("file", ["home_feed-en-1", "reels-en-3", "comments-en-2", "reels-en-4"])
def test_captions_and_comments_of_instagram_are_only_words(file, words):
    def change(root: ET.Element) -> None:
        for node in root.iter():
            kind = node.get("class", "")
            if kind.endswith("IgTextLayoutView"):
                node.set("text", words)
            elif kind.endswith("ViewGroup") and len(node.get("content-desc", "")) > 40:
                node.set("content-desc", words)

    plain = inspect((FOLDER / f"instagram/{file}.xml").read_text(encoding="utf-8"))
    assert inspect(edited(f"instagram/{file}.xml", change))["screen"] == plain["screen"]


@pytest.mark.parametrize("words", WRITTEN)
def test_a_message_in_a_conversation_is_no_check(words):
    seen = screen(
        view("TextView", (200, 600, 900, 700), text=words, rid="direct_text_message_text_view"),
        view(
            "EditText", (200, 2100, 800, 2200), text="Message…", rid="row_thread_composer_edittext"
        ),
    )
    assert seen["screen"] not in ("human_check", "account_blocked", "dialog")


# Checks and blocked accounts


@pytest.mark.parametrize(
    ("words", "button"),
    [
        (
            ["Confirm you're human", "Can't read this text? Hear this code or Get a new code"],
            "Next",
        ),
        (["Confirm you’re a real person with a video selfie"], "Start video selfie"),
        (["Upload your ID", "We need to see who you are."], "Submit"),
        (["Upload your ID"], "Upload a photo"),
        (["Confirma que eres una persona real con una selfie en video"], "Iniciar selfie en video"),
        (["Sube tu identificación"], "Enviar"),
        (["Confirmez que vous êtes humain"], "Suivant"),
        (["Importez votre pièce d’identité"], "Envoyer"),
        (["確認你是真人"], "下一步"),
        (["請上傳你的身分證件"], "送出"),
    ],
)
def test_a_check_is_seen_in_every_language(words, button):
    assert bloks(*words, button=button)["screen"] == "human_check"


@pytest.mark.parametrize(
    ("words", "button"),
    [
        (["We suspended your account, Ann", "180 days left to appeal"], "Appeal"),
        (["We disabled your account"], "Log out"),
        (["Suspendimos tu cuenta, Ann"], "Apelar"),
        (["Inhabilitamos tu cuenta"], "Cerrar sesión"),
        (["Nous avons suspendu votre compte, Ann"], "Faire appel"),
        (["Nous avons désactivé votre compte"], "Se déconnecter"),
        (["我們已停權你的帳號"], "申訴"),
        (["我們已停用你的帳號"], "登出"),
    ],
)
def test_a_blocked_account_is_seen_in_every_language(words, button):
    assert bloks(*words, button=button)["screen"] == "account_blocked"


def test_a_puzzle_over_the_comments_is_a_check():
    def change(root: ET.Element) -> None:
        package = "com.ss.android.ugc.trill"
        words = "Drag the slider to fit the puzzle"
        box = (130, 660, 950, 730)
        root.append(view("android.view.View", box, text=words, package=package))

    assert inspect(edited("tiktok/comments-en-4.xml", change))["screen"] == "human_check"


# Dialogs


def alert(*buttons: str) -> list[ET.Element]:
    names = ("igds_alert_dialog_primary_button", "igds_alert_dialog_cancel_button")
    head = view(
        "TextView", (150, 900, 930, 980), text="A question", rid="igds_alert_dialog_headline"
    )
    rows = zip(buttons, names, strict=False)
    return [
        head,
        *(
            view("Button", (150, 1100 + 120 * row, 930, 1200 + 120 * row), text=text, rid=name)
            for row, (text, name) in enumerate(rows)
        ),
    ]


@pytest.mark.parametrize(
    "file", ["own_profile-en-1", "home_feed-en-2", "reels-en-3", "comments-en-3"]
)
def test_a_dialog_is_recognised_before_the_screen_behind_it(file):
    def change(root: ET.Element) -> None:
        root.extend(alert("Allow", "Not now"))

    seen = inspect(edited(f"instagram/{file}.xml", change))
    assert seen["screen"] == "dialog"
    assert seen["elements"] == {
        "dialog_accept": [150, 1100, 930, 1200],
        "dialog_dismiss": [150, 1220, 930, 1320],
    }


def test_a_notice_has_one_button():
    seen = screen(*alert("OK"))
    assert seen["screen"] == "dialog"
    assert seen["elements"]["dialog_accept"] == [150, 1100, 930, 1200]


def test_a_sheet_offers_and_can_be_declined():
    seen = screen(
        view("TextView", (60, 1500, 1020, 1580), text="A novelty", rid="igds_headline_headline"),
        view("Button", (60, 1800, 1020, 1900), text="Try it", rid="primary_button"),
        view("Button", (60, 1920, 1020, 2020), text="Not now", rid="negative_button"),
    )
    assert seen["screen"] == "dialog"
    assert seen["elements"]["dialog_accept"] == [60, 1800, 1020, 1900]
    assert seen["elements"]["dialog_dismiss"] == [60, 1920, 1020, 2020]


@pytest.mark.parametrize(
    ("words", "app"),
    [
        ("Allow TikTok to take pictures and record video?", "tiktok"),
        ("¿Permitir que Instagram grabe audio?", "instagram"),
        ("Allow the app to access photos?", None),
    ],
)
def test_a_question_of_the_system_is_a_dialog_of_the_app_it_names(words, app):
    package = "com.android.permissioncontroller"
    seen = screen(
        view(
            "TextView", (150, 900, 930, 980), text=words, rid="permission_message", package=package
        ),
        view(
            "Button",
            (150, 1100, 930, 1200),
            text="WHILE USING THE APP",
            rid="permission_allow_foreground_only_button",
            package=package,
        ),
        view(
            "Button",
            (150, 1340, 930, 1440),
            text="Don’t allow",
            rid="permission_deny_button",
            package=package,
        ),
        package=package,
    )
    assert (seen["app"], seen["screen"]) == (app, "dialog")
    assert seen["elements"] == {
        "dialog_accept": [150, 1100, 930, 1200],
        "dialog_dismiss": [150, 1340, 930, 1440],
    }


def test_a_logged_out_app_says_so_in_an_alert_of_androids_own():
    seen = screen(
        view("TextView", (150, 900, 930, 980), text="You've Been Logged Out"),
        view("TextView", (150, 1000, 930, 1060), text="Please log back in."),
        view("Button", (600, 1100, 930, 1200), text="OK"),
    )
    assert seen["screen"] == "dialog"
    assert seen["elements"] == {"dialog_accept": [600, 1100, 930, 1200]}


@pytest.mark.parametrize("package", [INSTAGRAM, TIKTOK])
def test_an_alert_of_androids_own_is_told_by_the_systems_ids(package):
    seen = screen(
        *(
            view(cls, box, text=text, package=package, **{"resource-id": f"android:id/{name}"})
            for cls, box, text, name in [
                ("TextView", (150, 900, 930, 980), "Etwas", "message"),
                ("Button", (600, 1100, 930, 1200), "Ja", "button1"),
                ("Button", (150, 1100, 480, 1200), "Nein", "button2"),
            ]
        ),
        package=package,
    )
    assert seen["screen"] == "dialog"
    assert seen["elements"] == {
        "dialog_accept": [600, 1100, 930, 1200],
        "dialog_dismiss": [150, 1100, 480, 1200],
    }
