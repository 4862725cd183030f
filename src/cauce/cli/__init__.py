"""The ``cauce`` command: thin, one command is one operation or one query."""
