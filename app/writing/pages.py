"""How what people write is shown: the filter `markdown`, the only way from their words to HTML."""

from app.foundation.rendering import templates
from app.writing.markdown import excerpt, render

templates.filters |= {"markdown": render, "excerpt": excerpt}
