"""The padrón: the list of accounts, their correction with reason and history, doubtful fields and holds."""
