"""Giving out stored files: always as a download, never as a page of this site."""

from django.http import FileResponse, Http404

from .models import StoredFile


def download(stored: StoredFile) -> FileResponse:
    """Return the file's bytes under the name it came with; 404 if they are gone."""
    try:
        content = stored.file.open("rb")
    except OSError as error:
        raise Http404 from error
    response = FileResponse(
        content, as_attachment=True, filename=stored.original_name, content_type=stored.content_type
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
