"""Where the parts are built, handed to each other, and stopped in reverse."""
