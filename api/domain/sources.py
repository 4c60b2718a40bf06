"""What another system may be called here. Its keys mean something only together with this name."""

import re

from api.domain.errors import invalid_field
from schemas.vocabulary import OWN_SOURCE, SOURCE_NAME


def require(name: str) -> str:
    """The same rule as of the contract's `SourceName`, for names that come by another door. Raises Invalid at /source."""
    if re.fullmatch(SOURCE_NAME, name) is None:
        raise invalid_field("/source", "Small letters, figures, - and _ only, up to 40, a letter or figure first.")
    if name == OWN_SOURCE:
        raise invalid_field("/source", "This name stands for what is recorded here. Choose that of the other system.")
    return name
