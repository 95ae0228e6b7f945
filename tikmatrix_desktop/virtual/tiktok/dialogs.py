"""The dialogs that TikTok shows by itself."""

POPUPS = ("permission", "notifications", "contacts", "update", "rating", "widget", "save_login")
