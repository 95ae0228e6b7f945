"""The tables of the app: phrases by language, and what differs from build to build."""

from tikmatrix_desktop.virtual.phrases import Tables

TABLES = Tables("virtual/instagram")
DEFAULT_BUILD = "v410"
