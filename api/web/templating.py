"""Templates: every value is escaped, a missing one is an error, none of them reads anything by itself."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.web import assets, words

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_TEMPLATES.globals.update(asset=assets.address, words=words)


def render(template: str, **values: object) -> str:
    return _TEMPLATES.get_template(template).render(**values)
