"""Nobody is asked why they prefer a way of contact (45 CFR 164.522(b)): no shape and no form has a place for it."""

import re

import pytest
from pydantic import BaseModel

from schemas.tables import Consent, ConsentAnswer
from schemas.wire.clients import ClientIn, ClientPatch, ConsentAnswerOut, ConsentIn, ConsentOut
from tools.tree import ROOT

WHY = re.compile(r"reason|why|because|explanation|cause|note|comment|words")


@pytest.mark.parametrize(
    "shape", [ClientIn, ClientPatch, ConsentIn, ConsentOut, ConsentAnswerOut, Consent, ConsentAnswer]
)
def test_no_shape_about_an_address_has_room_for_a_reason(shape: type[BaseModel]) -> None:
    assert [name for name in shape.model_fields if WHY.search(name)] == []


def test_the_form_about_an_address_asks_what_and_never_why() -> None:
    form = (ROOT / "api" / "web" / "templates" / "consent.html").read_text(encoding="utf-8")
    assert "Never ask why." in form
    assert "textarea" not in form
    assert "area(form" not in form
