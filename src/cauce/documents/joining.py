"""Several papers in one file, for a printer that is told once."""

import threading
from collections.abc import Sequence
from io import BytesIO
from typing import Final

import pypdfium2

# The library is not made for two threads at once.
_LOCK: Final = threading.Lock()


def joined(papers: Sequence[bytes]) -> bytes:
    """The pages of these PDF files one after another; a single one comes back as it is.

    :raises ValueError: there are none.
    """
    if not papers:
        raise ValueError("there is nothing to join")
    if len(papers) == 1:
        return papers[0]
    output = BytesIO()
    with _LOCK:
        whole = pypdfium2.PdfDocument.new()
        for paper in papers:
            part = pypdfium2.PdfDocument(paper)
            whole.import_pages(part)
            part.close()
        whole.save(output)
        whole.close()
    return output.getvalue()
