"""Small widgets that more than one pane could use."""
