"""The window: an HTTP client of its own service, drawn with Qt."""
