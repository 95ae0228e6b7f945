"""When and where scripts run: the queue, its runners, its licence and its events."""
