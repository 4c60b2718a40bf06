"""Our own style sheets, script and pictures, each under an address that changes with its content.

A browser may keep such a file for good: a new one has a new address.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request, Response, status

from api.domain.errors import NotFound

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_FOR_GOOD = "public, max-age=31536000, immutable"
_PRINT_LENGTH = 16

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    media_type: str
    print: str

    @property
    def etag(self) -> str:
        return f'"{self.print}"'


@lru_cache(maxsize=1)
def every() -> dict[str, Asset]:
    """Read once; the files are part of the installed product."""
    found = {}
    for path in sorted(_FOLDER.iterdir()):
        if path.suffix in _TYPES:
            content = path.read_bytes()
            fingerprint = hashlib.sha256(content).hexdigest()[:_PRINT_LENGTH]
            found[path.name] = Asset(content, _TYPES[path.suffix], fingerprint)
    return found


def address(name: str) -> str:
    return f"/static/{every()[name].print}/{name}"


@router.get("/static/{fingerprint}/{name}")
def read(request: Request, fingerprint: str, name: str) -> Response:
    asset = every().get(name)
    if asset is None or asset.print != fingerprint:
        raise NotFound
    headers = {"Cache-Control": _FOR_GOOD, "ETag": asset.etag}
    if request.headers.get("if-none-match") == asset.etag:
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(asset.content, headers=headers, media_type=asset.media_type)
