"""Words and operators of a command line, before they are put together."""

import re
from dataclasses import dataclass, field

_OPERATOR = re.compile(r"\d?>&\d|&>>?|\d?>>|\d?>\||\d?>|\d?<|&&|\|\||;|&|\||\(|\)|\n")
_NAME = re.compile(r"[A-Za-z_]\w*|[?$#!@*0-9]")


class ShellSyntaxError(Exception):
    """The command line cannot be parsed."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a word: plain text, a variable's name, or a command to substitute."""

    kind: str
    text: str
    is_quoted: bool


@dataclass(slots=True)
class Word:
    """A word before expansion."""

    parts: list[Part] = field(default_factory=list[Part])

    @property
    def plain(self) -> str | None:
        """Return the text when nothing of it is quoted or expanded."""
        if any(part.kind != "text" or part.is_quoted for part in self.parts):
            return None
        return "".join(part.text for part in self.parts)


Lexeme = str | Word
"""An operator, or a word."""


def lexemes(line: str) -> list[Lexeme]:
    """Return the operators and words of a line. Raises `ShellSyntaxError`."""
    return _Lexer(line).lexemes()


class _Lexer:
    def __init__(self, line: str) -> None:
        self._line = line
        self._at = 0

    def lexemes(self) -> list[Lexeme]:
        lexemes: list[Lexeme] = []
        while self._at < len(self._line):
            char = self._line[self._at]
            if char in " \t\r":
                self._at += 1
            elif self._line.startswith("\\\n", self._at):
                self._at += 2
            elif char == "#":
                end = self._line.find("\n", self._at)
                self._at = len(self._line) if end < 0 else end
            elif match := _OPERATOR.match(self._line, self._at):
                lexemes.append(match.group())
                self._at = match.end()
            else:
                lexemes.append(self._word())
        return lexemes

    def _word(self) -> Word:
        word = Word()
        while self._at < len(self._line):
            char = self._line[self._at]
            if char in " \t\r\n;&|()<>":
                break
            if char == "'":
                end = self._find("'", self._at + 1)
                word.parts.append(Part("text", self._line[self._at + 1 : end], True))
                self._at = end + 1
            elif char == '"':
                self._at += 1
                self._double_quoted(word)
            elif char == "\\":
                word.parts.append(Part("text", self._line[self._at + 1 : self._at + 2], True))
                self._at += 2
            elif char in "$`":
                word.parts.append(self._expansion(False))
            else:
                word.parts.append(Part("text", char, False))
                self._at += 1
        return word

    def _double_quoted(self, word: Word) -> None:
        word.parts.append(Part("text", "", True))
        while True:
            if self._at >= len(self._line):
                raise ShellSyntaxError("no closing quote")
            char = self._line[self._at]
            if char == '"':
                self._at += 1
                return
            if char == "\\" and self._line[self._at + 1 : self._at + 2] in ("$", "`", '"', "\\"):
                word.parts.append(Part("text", self._line[self._at + 1], True))
                self._at += 2
            elif char in "$`":
                word.parts.append(self._expansion(True))
            else:
                word.parts.append(Part("text", char, True))
                self._at += 1

    def _expansion(self, is_quoted: bool) -> Part:
        if self._line[self._at] == "`":
            end = self._find("`", self._at + 1)
            part = Part("command", self._line[self._at + 1 : end], is_quoted)
            self._at = end + 1
            return part
        if self._line.startswith("$(", self._at):
            end = self._closing_parenthesis(self._at + 2)
            part = Part("command", self._line[self._at + 2 : end], is_quoted)
            self._at = end + 1
            return part
        if self._line.startswith("${", self._at):
            end = self._find("}", self._at)
            part = Part("variable", self._line[self._at + 2 : end], is_quoted)
            self._at = end + 1
            return part
        match = _NAME.match(self._line, self._at + 1)
        if match is None:
            self._at += 1
            return Part("text", "$", is_quoted)
        self._at = match.end()
        return Part("variable", match.group(), is_quoted)

    def _closing_parenthesis(self, start: int) -> int:
        depth, at, quote = 1, start, ""
        while at < len(self._line):
            char = self._line[at]
            if quote:
                quote = "" if char == quote else quote
            elif char in "'\"":
                quote = char
            elif char == "\\":
                at += 1
            elif char in "()":
                depth += 1 if char == "(" else -1
                if depth == 0:
                    return at
            at += 1
        raise ShellSyntaxError("no closing parenthesis")

    def _find(self, wanted: str, start: int) -> int:
        end = self._line.find(wanted, start)
        if end < 0:
            raise ShellSyntaxError("no closing quote")
        return end
