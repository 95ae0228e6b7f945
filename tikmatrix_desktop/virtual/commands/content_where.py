"""The SQL conditions that a content query may carry: comparisons joined by AND, OR and NOT."""

import re
from collections.abc import Mapping

_TOKEN = re.compile(
    r"\s*(?:('(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")|(<=|>=|<>|!=|==|=|<|>|\(|\)|,)"
    r"|(-?\d+(?:\.\d+)?)|([A-Za-z_]\w*))"
)
Row = Mapping[str, str | int]


class WhereError(Exception):
    """The condition cannot be read, or names a column that is not there."""


def matches(where: str, row: Row) -> bool:
    """Say whether a row fulfils a condition. Raises `WhereError`."""
    parser = _Condition(_tokens(where), row)
    result = parser.disjunction()
    if parser.peek():
        raise WhereError(f'android.database.sqlite.SQLiteException: near "{parser.peek()}"')
    return result


def _tokens(where: str) -> list[str]:
    tokens: list[str] = []
    at = 0
    where = where.rstrip()
    while at < len(where):
        match = _TOKEN.match(where, at)
        if match is None:
            raise WhereError(f"android.database.sqlite.SQLiteException: near {where[at:]!r}")
        tokens.append(match.group().strip())
        at = match.end()
    return tokens


class _Condition:
    def __init__(self, tokens: list[str], row: Row) -> None:
        self._tokens = tokens
        self._row = row
        self._at = 0

    def peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def disjunction(self) -> bool:
        result = self._conjunction()
        while self._accept("OR"):
            result = self._conjunction() or result
        return result

    def _conjunction(self) -> bool:
        result = self._term()
        while self._accept("AND"):
            result = self._term() and result
        return result

    def _term(self) -> bool:
        if self._accept("NOT"):
            return not self._term()
        if self._accept("("):
            result = self.disjunction()
            if not self._accept(")"):
                raise WhereError("android.database.sqlite.SQLiteException: incomplete input")
            return result
        return self._comparison()

    def _comparison(self) -> bool:
        left = self._value()
        is_negated = self._accept("NOT")
        operator = self._next().upper()
        if operator == "LIKE":
            result = _like(str(left), str(self._value()))
        elif operator == "IN":
            result = left in self._values()
        elif operator == "IS":
            result = (not self._accept("NOT")) == (left is None)
            self._next()
        else:
            result = _compare(left, operator, self._value())
        return result != is_negated

    def _values(self) -> list[str | int | float | None]:
        if not self._accept("("):
            raise WhereError("android.database.sqlite.SQLiteException: near IN")
        values = [self._value()]
        while self._accept(","):
            values.append(self._value())
        self._accept(")")
        return values

    def _value(self) -> str | int | float | None:
        token = self._next()
        if token[:1] in ("'", '"'):
            return token[1:-1].replace(token[0] * 2, token[0])
        if re.fullmatch(r"-?\d+", token):
            return int(token)
        if re.fullmatch(r"-?\d+\.\d+", token):
            return float(token)
        if token not in self._row:
            raise WhereError(f"android.database.sqlite.SQLiteException: no such column: {token}")
        return self._row[token]

    def _next(self) -> str:
        token = self.peek()
        if not token:
            raise WhereError("android.database.sqlite.SQLiteException: incomplete input")
        self._at += 1
        return token

    def _accept(self, word: str) -> bool:
        if self.peek().upper() == word:
            self._at += 1
            return True
        return False


def _like(text: str, pattern: str) -> bool:
    expression = "".join(
        ".*" if char == "%" else "." if char == "_" else re.escape(char) for char in pattern
    )
    return re.fullmatch(expression, text, re.IGNORECASE | re.DOTALL) is not None


def _compare(left: object, operator: str, right: object) -> bool:
    if isinstance(left, int | float) and isinstance(right, str):
        right = float(right) if re.fullmatch(r"-?\d+(\.\d+)?", right) else right
    if type(left) is str or type(right) is str:
        left, right = str(left), str(right)
    if operator in ("=", "=="):
        return left == right
    if operator in ("!=", "<>"):
        return left != right
    if not isinstance(left, str | int | float) or not isinstance(right, type(left) | int | float):
        return False
    return {
        "<": lambda: left < right,  # type: ignore[operator]
        "<=": lambda: left <= right,  # type: ignore[operator]
        ">": lambda: left > right,  # type: ignore[operator]
        ">=": lambda: left >= right,  # type: ignore[operator]
    }.get(operator, lambda: False)()
