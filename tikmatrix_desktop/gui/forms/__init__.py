"""Forms: those compiled from ui/*.ui, and the one generated from a schema."""
