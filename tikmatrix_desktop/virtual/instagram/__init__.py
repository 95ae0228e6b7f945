"""The virtual Instagram app: a state machine with the screens that recordings show."""
