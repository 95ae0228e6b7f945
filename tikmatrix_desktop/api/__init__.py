"""The local HTTP API: translation between the wire and the engine, and no decisions."""
