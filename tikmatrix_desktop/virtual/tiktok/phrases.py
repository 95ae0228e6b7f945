"""The tables of the app: phrases by language, resource ids by build."""

from tikmatrix_desktop.virtual.phrases import Tables, count, language_of

__all__ = ["DEFAULT_BUILD", "FOLDER", "TABLES", "build", "count", "language_of", "phrases"]

FOLDER = "virtual/tiktok"
DEFAULT_BUILD = "43.1.4"
_STABLE = frozenset(
    {
        "title",
        "desc",
        "long_press_layout",
        "player_view",
        "view_rootview",
        "gradual_bottom",
        "title_shadow",
        "cover",
        "tv_username",
        "tv_aweme_id",
        "tv_desc",
        "viewpager_search",
        "touch_outside",
    }
)
TABLES = Tables(FOLDER, _STABLE)
build = TABLES.build
phrases = TABLES.phrases
