"""What SQLAlchemy has compiled once is compiled for every database of the process: to do it anew for each took half of what one costs a test."""

from typing import Any

from sqlalchemy.engine import Dialect, Engine

_DIALECTS: dict[str, Dialect] = {}
_COMPILED: dict[str, dict[Any, Any]] = {}


def shared_sql(engine: Engine) -> Engine:
    """Compiled statements are kept by dialect, so the engines of one kind of database speak by one and the same."""
    if engine.name not in _DIALECTS:
        engine.connect().close()  # a dialect asks the first server that it meets what it can do
        _DIALECTS[engine.name] = engine.dialect
    engine.dialect = _DIALECTS[engine.name]
    engine.update_execution_options(compiled_cache=_COMPILED.setdefault(engine.name, {}))
    return engine
