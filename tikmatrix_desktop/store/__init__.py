"""The queue and all that is remembered: SQLAlchemy Core, a repository per noun."""
