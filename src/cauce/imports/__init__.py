"""Files that come from outside (importaciones): how they are read, what was found in them, what became of each line.

This package knows nothing of what a file says. The packages that own the facts (padrón, readings, debts, bank) read
their files through :func:`cauce.imports.operations.importing`, which streams the lines, keeps the findings and the
counts with each chunk of work, and leaves a complete report.
"""
