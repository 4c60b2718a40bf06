"""Forms are taken from our own pages only, so that no other site can act with a visitor's cookie."""

from urllib.parse import urlsplit

from fastapi import Depends, Request

from api.domain.errors import AccessDenied

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class ForeignForm(AccessDenied):
    code = "foreign_form"
    message = "This form was not sent from a page of Leavetaking. Open the page again and send it from there."


def is_own(site: str | None, origin: str | None, own_hosts: frozenset[str]) -> bool:
    """Whether the browser vouches that a request was made by a page of ours.

    Browsers send Sec-Fetch-Site over https and to this very machine, and no page can forge it. Where it is missing,
    or says that no page was involved, the Origin has to be ours; a request with neither is refused.
    """
    if site == "same-origin":
        return True
    if site not in (None, "none") or origin is None:
        return False
    parts = urlsplit(origin)
    return parts.scheme in {"http", "https"} and parts.netloc.lower() in own_hosts


def from_our_own_page(request: Request) -> None:
    """Raises ForeignForm for whatever changes something and was not sent by a page of ours."""
    if request.method in _SAFE:
        return
    public = urlsplit(request.app.state.settings.public_url).netloc
    own = frozenset({public.lower(), request.headers.get("host", public).lower()})
    if not is_own(request.headers.get("sec-fetch-site"), request.headers.get("origin"), own):
        raise ForeignForm


OurOwnPages = Depends(from_our_own_page)
