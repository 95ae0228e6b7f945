"""The apps that every virtual phone of a fleet has."""

from tikmatrix_desktop.virtual.app import Host, VirtualApp
from tikmatrix_desktop.virtual.instagram.app import InstagramApp
from tikmatrix_desktop.virtual.launcher import Launcher
from tikmatrix_desktop.virtual.network import Network
from tikmatrix_desktop.virtual.tiktok.app import TikTokApp


def install_apps(phone: Host, network: Network) -> dict[str, VirtualApp]:
    """Return the apps of a phone by package; its accounts are made in the network."""
    accounts = network.add_device(phone.serial)
    tiktok = TikTokApp(phone, network, accounts)
    instagram = InstagramApp(phone, network, accounts)
    icons = {tiktok.package: "TikTok", instagram.package: "Instagram"}
    launcher = Launcher(phone, icons)
    return {app.package: app for app in (launcher, tiktok, instagram)}
