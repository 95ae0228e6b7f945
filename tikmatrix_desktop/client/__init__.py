"""The client of the local API, for the window, the demo and the tests."""

from tikmatrix_desktop.client.api_client import ApiClient

__all__ = ["ApiClient"]
