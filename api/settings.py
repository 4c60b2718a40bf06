"""Settings, read from the environment (prefix LEAVETAKING_). docs/settings.md is generated from here."""

from functools import cached_property
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic.functional_validators import BeforeValidator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]


class MissingMasterKey(RuntimeError):
    """No master key: set LEAVETAKING_MASTER_KEY or LEAVETAKING_MASTER_KEY_FILE; `leavetaking keys new` makes one."""


def _secret(given: SecretStr | None, file: Path | None) -> str | None:
    if given is not None:
        return given.get_secret_value()
    return file.read_text(encoding="utf-8").strip() if file else None


class Settings(BaseSettings):
    """Everything an operator can set. What is not listed here cannot be configured."""

    model_config = SettingsConfigDict(env_prefix="LEAVETAKING_", extra="ignore", frozen=True)

    data_dir: Path = Field(Path("var"), description="Where the embedded database lives.")
    database_url: str | None = Field(
        None, description="`postgresql://user:password@host/name`, or empty for SQLite in the data folder."
    )
    database_pool_size: int = Field(5, ge=1, le=100, description="Connections each process keeps open.")
    master_key: SecretStr | None = Field(
        None, description="Master key: 32 bytes, base64. Wraps every data key; without it nothing sealed can be read."
    )
    master_key_file: Path | None = Field(None, description="A file that holds the master key, instead of the variable.")
    former_master_keys: SecretStr | None = Field(
        None, description="Master keys of before a rotation, comma-separated: they still open, never seal."
    )
    public_url: str = Field(
        "http://127.0.0.1:8000",
        description="Where people reach the front end. https makes cookies Secure and browsers keep to it (HSTS).",
    )
    allowed_hosts: Listed = Field(
        (),
        description="Host names under which requests are answered, beside that of the public URL, comma-separated."
        " Loopback always is.",
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    trusted_proxies: Listed = Field(
        (), description="Addresses of reverse proxies whose X-Forwarded-For is believed, comma-separated."
    )
    worker_in_process: bool | None = Field(
        None, description="Run the worker beside the API. Empty: yes on SQLite, no on PostgreSQL."
    )
    sign_in_hours: int = Field(12, ge=1, le=24 * 30, description="Hours after which a sign-in ends.")
    sign_in_idle_minutes: int = Field(60, ge=5, le=24 * 60, description="Minutes without a request that end a sign-in.")
    requests_per_minute: int = Field(600, ge=10, le=1_000_000, description="Requests a caller may make in a minute.")
    upload_megabytes: int = Field(200, ge=1, le=10_000, description="Largest file an import accepts.")
    body_kilobytes: int = Field(2048, ge=64, le=100_000, description="Largest body of any other request.")
    smtp_host: str | None = Field(
        None,
        description="The mail server that takes messages to clients. Empty: they become files in `mail` in the data folder.",
    )
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port.")
    smtp_tls: str = Field(
        "starttls",
        pattern="^(starttls|tls|none)$",
        description="`starttls` or `tls`, with the certificate checked; `none` only for a server on the same machine.",
    )
    smtp_user: str | None = Field(None, description="Who we are to the mail server; empty where it asks nobody.")
    smtp_password: SecretStr | None = Field(None, description="Our password there.")
    smtp_password_file: Path | None = Field(None, description="A file that holds it, instead of the variable.")
    smtp_ca_file: Path | None = Field(
        None, description="Certificates to check the mail server by, where the usual authorities do not know it."
    )
    smtp_timeout_seconds: float = Field(
        20, gt=0, le=60, description="How long each answer of the mail server is waited for."
    )
    mail_from: str = Field(
        "notes@localhost",
        pattern=r"^[^@\s]+@[^@\s]+$",
        description="The address that messages come from. Clients see it: one that says nothing of therapy serves them best.",
    )
    sms_account_sid: str = Field(
        "",
        pattern="^(AC[0-9a-fA-F]{32})?$",
        description="The Twilio account that takes text messages to clients."
        " Empty: they become files in `texts` in the data folder.",
    )
    sms_auth_token: SecretStr | None = Field(
        None, description="Its auth token. What the provider sends us is believed only where it is signed with it."
    )
    sms_auth_token_file: Path | None = Field(None, description="A file that holds it, instead of the variable.")
    sms_api_key_sid: str = Field(
        "",
        pattern="^(SK[0-9a-fA-F]{32})?$",
        description="An API key that opens the provider's API for us. Empty: the auth token does.",
    )
    sms_api_key_secret: SecretStr | None = Field(None, description="Its secret.")
    sms_api_key_secret_file: Path | None = Field(None, description="A file that holds it, instead of the variable.")
    sms_service_sid: str = Field(
        "",
        pattern="^(MG[0-9a-fA-F]{32})?$",
        description="The Messaging Service with the numbers that messages come from.",
    )
    sms_base_url: str = Field(
        "https://api.twilio.com", description="Where the provider's API is; over https, but on this same machine."
    )
    sms_timeout_seconds: float = Field(
        20, gt=0, le=60, description="How long each step of the provider's answer is waited for."
    )
    sms_per_minute: int = Field(
        60,
        ge=0,
        le=100_000,
        description="Text messages that may leave in any minute, over all workers. 0: as many as there are.",
    )
    mail_per_minute: int = Field(
        60,
        ge=0,
        le=100_000,
        description="Messages by mail that may leave in any minute, over all workers. 0: as many as there are.",
    )
    undo_minutes: int = Field(
        3, ge=0, le=120, description="Minutes after its approval in which a message can be undone."
    )
    reply_days: int = Field(30, ge=1, le=365, description="Days for which the reply link of a message opens.")
    check_in_ceiling: int = Field(3, ge=1, le=10, description="Messages that one quiet spell allows.")
    check_in_spacing_days: int = Field(7, ge=1, le=90, description="Days between one message and the next.")
    risk_hours: int = Field(
        4,
        ge=1,
        le=24,
        description="Hours after which a risk of harm that nobody has touched is told to practice leads and the supervisor; the end of the client's day if that is sooner.",
    )
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="How much is logged.")

    @cached_property
    def url(self) -> str:
        return self.database_url or f"sqlite:///{(self.data_dir / 'leavetaking.db').resolve()}"

    @property
    def on_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    @property
    def runs_worker(self) -> bool:
        return self.on_sqlite if self.worker_in_process is None else self.worker_in_process

    @property
    def secure_cookies(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def known_hosts(self) -> tuple[str, ...]:
        public = urlsplit(self.public_url).hostname
        return self.allowed_hosts if public is None else (public, *self.allowed_hosts)

    @property
    def mail_folder(self) -> Path:
        return self.data_dir / "mail"

    @property
    def text_folder(self) -> Path:
        return self.data_dir / "texts"

    @model_validator(mode="after")
    def _whole_account_of_texts(self) -> "Settings":
        if self.sms_account_sid:
            if self.text_token() is None or not self.sms_service_sid:
                raise ValueError(
                    "LEAVETAKING_SMS_ACCOUNT_SID goes with LEAVETAKING_SMS_AUTH_TOKEN (or _FILE) and LEAVETAKING_SMS_SERVICE_SID"
                )
            if self.sms_api_key_sid and self.text_key_secret() is None:
                raise ValueError("LEAVETAKING_SMS_API_KEY_SID goes with LEAVETAKING_SMS_API_KEY_SECRET (or _FILE)")
        parts = urlsplit(self.sms_base_url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1")):
            raise ValueError("LEAVETAKING_SMS_BASE_URL begins with https://: what it takes is never sent in clear")
        return self

    @model_validator(mode="after")
    def _no_password_in_clear(self) -> "Settings":
        if self.smtp_host and self.smtp_tls == "none" and self.smtp_user:
            raise ValueError(
                "LEAVETAKING_SMTP_USER goes with LEAVETAKING_SMTP_TLS=starttls or tls: a password is never sent in clear"
            )
        return self

    def mail_password(self) -> str | None:
        return _secret(self.smtp_password, self.smtp_password_file)

    def text_token(self) -> str | None:
        return _secret(self.sms_auth_token, self.sms_auth_token_file)

    def text_key_secret(self) -> str | None:
        return _secret(self.sms_api_key_secret, self.sms_api_key_secret_file)

    def master_keys(self) -> tuple[str, ...]:
        """The key that seals, then those that only open. Raises MissingMasterKey."""
        current = self.master_key.get_secret_value() if self.master_key else None
        if current is None and self.master_key_file is not None:
            current = self.master_key_file.read_text(encoding="ascii").strip()
        if not current:
            raise MissingMasterKey(MissingMasterKey.__doc__)
        former = self.former_master_keys.get_secret_value() if self.former_master_keys else ""
        return (current, *(key.strip() for key in former.split(",") if key.strip()))
