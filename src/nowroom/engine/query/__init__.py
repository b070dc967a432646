"""The Boolean language of standing queries; docs/reference/query-language.md describes it for its users."""

from nowroom.engine.query.errors import QuerySyntaxError as QuerySyntaxError
from nowroom.engine.query.parser import parse as parse
from nowroom.engine.query.tree import PostView as PostView
from nowroom.engine.query.tree import Query as Query
