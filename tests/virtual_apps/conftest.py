"""A phone without wires, its network, and a hand that looks at dumps and touches."""

import pytest
from virtual_hand import Hand, HandPhone

from tikmatrix_desktop.virtual.apps import install_apps
from tikmatrix_desktop.virtual.instagram.app import PACKAGE as INSTAGRAM_PACKAGE
from tikmatrix_desktop.virtual.instagram.app import InstagramApp
from tikmatrix_desktop.virtual.network import Network
from tikmatrix_desktop.virtual.tiktok.app import PACKAGE, TikTokApp


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def phone() -> HandPhone:
    return HandPhone()


@pytest.fixture
def hand(phone: HandPhone, network: Network) -> Hand:
    app = install_apps(phone, network)[PACKAGE]
    assert isinstance(app, TikTokApp)
    return Hand(app, phone, network)


@pytest.fixture
def insta(phone: HandPhone, network: Network) -> Hand:
    app = install_apps(phone, network)[INSTAGRAM_PACKAGE]
    assert isinstance(app, InstagramApp)
    return Hand(app, phone, network)
