"""Alembic's environment; shipped with the program and run when the store opens."""
