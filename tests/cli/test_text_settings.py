"""An account of text messages is set whole or not at all, and nothing of it is ever sent in clear."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from api.main import make_runtime
from api.outbound.sms import Twilio
from api.outbound.texts import TextFolder
from api.settings import Settings
from tests.support.house import MASTER_KEY
from tests.support.provider import ACCOUNT, KEY, SERVICE, TOKEN

WHOLE = {"sms_account_sid": ACCOUNT, "sms_auth_token": SecretStr(TOKEN), "sms_service_sid": SERVICE}


def settings(tmp_path: Path, **given: object) -> Settings:
    return Settings(data_dir=tmp_path, master_key=SecretStr(MASTER_KEY), **given)  # type: ignore[arg-type]  # whatever they take


def test_a_whole_account_takes_text_messages_and_without_one_they_become_files(tmp_path: Path) -> None:
    runtime = make_runtime(settings(tmp_path, **WHOLE))
    assert isinstance(runtime.texts, Twilio)
    assert runtime.limits.text_folder is None
    runtime = make_runtime(settings(tmp_path))
    assert isinstance(runtime.texts, TextFolder)
    assert runtime.limits.text_folder == runtime.texts.folder == tmp_path / "texts"


def test_secrets_are_read_from_files_and_shown_nowhere(tmp_path: Path) -> None:
    token, secret = tmp_path / "token", tmp_path / "secret"
    token.write_text(f"{TOKEN}\n")
    secret.write_text("of a key\n")
    found = settings(
        tmp_path,
        sms_account_sid=ACCOUNT,
        sms_service_sid=SERVICE,
        sms_auth_token_file=token,
        sms_api_key_sid=KEY,
        sms_api_key_secret_file=secret,
    )
    assert (found.text_token(), found.text_key_secret()) == (TOKEN, "of a key")
    assert TOKEN not in repr(settings(tmp_path, **WHOLE))


@pytest.mark.parametrize("missing", ["sms_auth_token", "sms_service_sid"])
def test_half_an_account_is_refused(tmp_path: Path, missing: str) -> None:
    with pytest.raises(ValidationError, match="LEAVETAKING_SMS_AUTH_TOKEN"):
        settings(tmp_path, **{name: value for name, value in WHOLE.items() if name != missing})


@pytest.mark.parametrize(
    "wrong",
    [
        {"sms_account_sid": "AC12"},
        {"sms_service_sid": ACCOUNT},
        {"sms_api_key_sid": KEY},
        {"sms_base_url": "http://api.twilio.com"},
        {"sms_base_url": "http://127.0.0.1.example"},
        {"sms_base_url": "api.twilio.com"},
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        settings(tmp_path, **(WHOLE | wrong))


def test_an_address_in_clear_is_for_this_machine_alone(tmp_path: Path) -> None:
    for address in ("http://127.0.0.1:1234", "http://[::1]:1234", "https://api.twilio.com"):
        assert settings(tmp_path, **(WHOLE | {"sms_base_url": address})).sms_base_url == address
