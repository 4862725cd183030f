"""Taking in the files of other systems: preview, import with progress, and what was found in them."""
