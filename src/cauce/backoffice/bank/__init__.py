"""The bank's and stores' files: what came in, what waits for two people, and how each file is read."""
