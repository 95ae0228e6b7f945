"""What a screen is: its hierarchy, locators, recognition, dialogs, and the apps' pages."""
