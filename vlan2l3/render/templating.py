"""Load the templates, strictly: an unknown name is an error, never an empty line in a configuration."""

from __future__ import annotations

from functools import cache

import jinja2

from vlan2l3 import platforms, quote


@cache
def environment() -> jinja2.Environment:
    """Give the one environment all files are written with."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(platforms.templates_folder()),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - no HTML is written; `quote` has a function for each place
    )
    env.filters |= {
        "md": quote.markdown,
        "code": quote.code,
        "cell": quote.cell,
        "sh": quote.shell,
        "mermaid": quote.mermaid,
        "release": platforms.release,
    }
    return env


@cache
def _from_text(text: str) -> jinja2.Template:
    return environment().from_string(text)


def fill(text: str, /, **values: object) -> str:
    """Fill a template that is a text itself."""
    return _from_text(text).render(**values)


def render(name: str, /, **values: object) -> str:
    """Fill one template."""
    return environment().get_template(name).render(**values)
