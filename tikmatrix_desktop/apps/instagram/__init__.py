"""Instagram's pages."""
