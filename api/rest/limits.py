"""Counts a request against its caller's allowance and says in the answer what is left."""

from fastapi import Request

from api.services.limits import RequestLimiter
from api.services.work import Work


def count(request: Request, work: Work) -> None:
    """Raises TooManyRequests. The middleware copies the allowance into `RateLimit-*` headers."""
    limiter: RequestLimiter = request.app.state.limiter
    request.state.allowance = limiter.take(work)
