"""``python -m cauce.cli``: the command, for those who start it as a module."""

from cauce.cli.main import main

main()
