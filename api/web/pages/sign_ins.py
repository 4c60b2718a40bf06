"""The door: signing in, signing out, and where the front page leads."""

from fastapi import APIRouter, status
from fastapi.responses import Response

from api.domain.errors import Invalid, NotSignedIn, SignInRefused, TooManyRequests
from api.services import sign_ins
from api.web import visits
from api.web.forms import Form, Sent, as_shape
from api.web.said import Said
from api.web.visits import Anyone, SignedIn, SignedInAnyhow, Visit
from schemas.wire.sign_ins import SignInIn

router = APIRouter()


@router.get("/")
def front(visit: SignedIn) -> Response:
    with visit.work() as work:
        home = visits.home(work.principal)
    return visit.go(home)


@router.get("/sign-in")
def form(visit: Anyone, next: str | None = None) -> Response:  # noqa: A002  # the word people know from addresses
    """Whoever is signed in already goes on at once."""
    wanted = visits.local_path(next)
    if visit.token is not None:
        try:
            with visit.work() as work:
                return visit.go(wanted or visits.home(work.principal))
        except NotSignedIn:
            pass
    return _door(visit, Form(), wanted)


@router.post("/sign-in")
def start(visit: Anyone, sent: Sent) -> Response:
    """A wrong password and an unknown account get the same words, in the same time."""
    wanted = visits.local_path(sent.given("next"))
    try:
        given = as_shape(SignInIn, email=sent.text("email").strip(), password=sent.text("password"))
        with visit.anonymous_work() as work:
            started = sign_ins.sign_in(work, given.email, given.password.get_secret_value(), visit.address)
            home = visits.home(work.principal)
    except TooManyRequests as error:
        sent.slow_down(error.retry_after_seconds)
        response = _door(visit, sent, wanted, status.HTTP_429_TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = str(error.retry_after_seconds)
        return response
    except (SignInRefused, Invalid) as error:
        return _door(visit, sent, wanted, visit.refused(sent, error))
    response = visit.go("/me/password" if started.must_change_password else wanted or home)
    visit.cookies.put(response, visit.cookies.token, started.token)
    return response


@router.post("/sign-out")
def end(visit: SignedInAnyhow) -> Response:
    with visit.work() as work:
        sign_ins.sign_out(work)
    response = visit.go("/sign-in", Said.SIGNED_OUT)
    visit.cookies.drop(response, visit.cookies.token)
    return response


def _door(visit: Visit, form: Form, wanted: str | None, status_code: int = status.HTTP_200_OK) -> Response:
    return visit.page("sign_in.html", status_code=status_code, form=form, wanted=wanted)
