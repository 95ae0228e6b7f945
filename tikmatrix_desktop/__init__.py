"""TikMatrix Desktop: a control panel for fleets of Android phones."""

__version__ = "0.1.0"
