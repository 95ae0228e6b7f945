"""What Instagram shows of the network, and in which order."""

from itertools import zip_longest

from tikmatrix_desktop.virtual.network import INSTAGRAM, Network, Post

_AD_EVERY = 5


def home_feed(network: Network) -> list[Post]:
    """Return what fills the home feed: pictures, ads and reels in turn."""
    pairs = zip_longest(network.photos, reels(network))
    return list({post.id: post for pair in pairs for post in pair if post}.values())


def reels(network: Network) -> list[Post]:
    """Return the reels that are there from the start; every fifth is an ad."""
    ads = [post for post in network.photos if post.sponsored and post.kind == "video"]
    shown: list[Post] = []
    for number, clip in enumerate(network.clips):
        if ads and number % _AD_EVERY == _AD_EVERY - 1:
            shown.append(ads[number // _AD_EVERY % len(ads)])
        shown.append(clip)
    return shown


def search_reels(network: Network, text: str) -> list[Post]:
    """Return the reels with a word of the phrase in their caption."""
    words = text.lower().replace("#", " ").split()
    posted = (p for p in network.posts if (p.platform, p.kind) == (INSTAGRAM, "video"))
    found = (*network.clips, *posted)
    return [reel for reel in found if any(word in reel.caption.lower() for word in words)]


def stories(network: Network, author: str) -> list[Post]:
    """Return an author's stories, oldest first."""
    return [post for post in network.posts if (post.author, post.kind) == (author, "story")]
