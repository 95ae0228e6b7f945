"""The virtual TikTok app: a state machine with the screens that recordings show."""
