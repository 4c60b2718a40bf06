"""Assembles the process: settings in, an application out. Nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
from fastapi import FastAPI

from api.outbound.mail import Carrier, Folder, Server, Smtp, Tls
from api.outbound.sms import Account, Twilio
from api.outbound.texts import TextFolder, Texts
from api.rest import openapi, problems
from api.rest.hosts import KnownHosts
from api.rest.middleware import RequestFrame
from api.rest.routes import (
    appointments,
    audit,
    caseload,
    check_in_templates,
    checkins,
    clients,
    closing_agendas,
    closing_sessions,
    concerns,
    corrections,
    covers,
    crisis_lines,
    documents,
    episodes,
    flags,
    follow_ups,
    goals,
    health,
    hooks,
    imports,
    keys,
    letters,
    me,
    members,
    outreach_plans,
    practice,
    records,
    referral_providers,
    referrals,
    releases,
    replies,
    scores,
    sheets,
    sign_ins,
    snoozes,
    statistics,
    tasks,
    terminations,
    tone_checks,
    transfers,
    way_back,
)
from api.services.limits import RequestLimiter
from api.services.work import Limits, Runtime
from api.settings import Settings
from api.store.engine import make_engine, make_sessions
from api.store.sealing import Keyring
from api.web.install import install as install_pages

# In the order of the road; the published contract shows them so.
_NOUNS = (
    sign_ins,
    me,
    crisis_lines,
    way_back,
    practice,
    members,
    keys,
    clients,
    flags,
    records,
    episodes,
    scores,
    appointments,
    imports,
    caseload,
    covers,
    corrections,
    snoozes,
    tone_checks,
    check_in_templates,
    checkins,
    outreach_plans,
    replies,
    concerns,
    tasks,
    goals,
    follow_ups,
    sheets,
    closing_sessions,
    closing_agendas,
    documents,
    terminations,
    letters,
    referral_providers,
    referrals,
    transfers,
    statistics,
    releases,
    audit,
)
# Sync handlers over a small pool: more threads than connections only wait for one another.
_SPARE_THREADS = 1


def make_runtime(settings: Settings) -> Runtime:
    engine = make_engine(settings.url, pool_size=settings.database_pool_size)
    return Runtime(
        sessions=make_sessions(engine),
        keyring=Keyring(settings.master_keys()),
        limits=Limits(
            sign_in_hours=settings.sign_in_hours,
            sign_in_idle_minutes=settings.sign_in_idle_minutes,
            requests_per_minute=settings.requests_per_minute,
            upload_bytes=settings.upload_megabytes * 1024 * 1024,
            undo_minutes=settings.undo_minutes,
            reply_days=settings.reply_days,
            check_in_ceiling=settings.check_in_ceiling,
            check_in_spacing_days=settings.check_in_spacing_days,
            risk_hours=settings.risk_hours,
            public_url=settings.public_url.rstrip("/"),
            mail_from=settings.mail_from,
            mail_per_minute=settings.mail_per_minute,
            sms_per_minute=settings.sms_per_minute,
            mail_folder=None if settings.smtp_host else settings.mail_folder,
            text_folder=None if settings.sms_account_sid else settings.text_folder,
        ),
        carrier=_carrier(settings),
        texts=_texts(settings),
    )


def _carrier(settings: Settings) -> Carrier:
    """Without a mail server, messages become files: good for trying out, and said so on every page that approves one."""
    if not settings.smtp_host:
        return Folder(settings.mail_folder, settings.mail_from)
    return Smtp(
        Server(
            host=settings.smtp_host,
            port=settings.smtp_port,
            sender=settings.mail_from,
            tls=Tls(settings.smtp_tls),
            user=settings.smtp_user or None,
            password=settings.mail_password(),
            ca_file=settings.smtp_ca_file,
            timeout_seconds=settings.smtp_timeout_seconds,
        )
    )


def _texts(settings: Settings) -> Texts:
    """Without a provider, text messages become files, as mail does without a server."""
    token, secret = settings.text_token(), settings.text_key_secret()
    if not settings.sms_account_sid or token is None:
        return TextFolder(settings.text_folder)
    return Twilio(
        Account(
            sid=settings.sms_account_sid,
            auth_token=token,
            service_sid=settings.sms_service_sid,
            report_to=f"{settings.public_url.rstrip('/')}/hooks/sms/status",
            key=(settings.sms_api_key_sid, secret) if settings.sms_api_key_sid and secret else None,
            base_url=settings.sms_base_url,
            timeout_seconds=settings.sms_timeout_seconds,
        )
    )


def create_app(settings: Settings, runtime: Runtime | None = None) -> FastAPI:
    runtime = runtime or make_runtime(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = max(
            2, settings.database_pool_size - _SPARE_THREADS
        )
        yield

    app = FastAPI(
        title="Leavetaking",
        version="1",
        summary="Notice who is drifting away, reach out kindly, close with care.",
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        separate_input_output_schemas=False,
        openapi_tags=openapi.TAGS,
        generate_unique_id_function=openapi.operation_id,
    )
    app.state.runtime = runtime
    app.state.settings = settings
    app.state.limiter = RequestLimiter(settings.requests_per_minute)
    problems.install(app)
    openapi.install(app)
    for noun in _NOUNS:
        app.include_router(noun.router, prefix="/v1")
    app.include_router(health.router)
    app.include_router(hooks.router)
    install_pages(app)
    app.add_middleware(KnownHosts, hosts=settings.known_hosts, https=settings.secure_cookies)
    app.add_middleware(
        RequestFrame,
        body_bytes=settings.body_kilobytes * 1024,
        upload_bytes=settings.upload_megabytes * 1024 * 1024,
    )
    return app
