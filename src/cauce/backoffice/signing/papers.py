"""The file that is signed: whole, or page by page as pictures."""

from django.http import Http404, HttpRequest, HttpResponse

from cauce.backoffice.signing.seen import SEE, seen_request
from cauce.documents.pages import UnreadablePaper, page_picture
from cauce.documents.queries import DamagedFile, file_content
from cauce.ui.access import screen

PDF = "application/pdf"


@screen(SEE)
def file(request: HttpRequest, signature_id: int) -> HttpResponse:
    """The file, shown by the browser's own viewer."""
    stored = seen_request(request, signature_id).file
    try:
        content = file_content(stored)
    except DamagedFile as error:
        raise Http404(error.message) from error
    headers = {"Content-Disposition": "inline", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=stored.content_type, headers=headers)


@screen(SEE)
def page(request: HttpRequest, signature_id: int, page_number: int) -> HttpResponse:
    """A page of the file as a picture."""
    stored = seen_request(request, signature_id).file
    try:
        content = file_content(stored)
        picture = page_picture(content, page_number) if stored.content_type == PDF else content
    except (DamagedFile, UnreadablePaper) as error:
        raise Http404(error.message) from error
    content_type = "image/png" if stored.content_type == PDF else stored.content_type
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=300"}
    return HttpResponse(picture, content_type=content_type, headers=headers)
