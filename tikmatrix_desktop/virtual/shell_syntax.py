"""The part of sh's grammar that programs send over adb: lists, pipes, redirections, quoting."""

import re
from dataclasses import dataclass, field

_OPERATOR = re.compile(r"\d?>&\d|&>>?|\d?>>|\d?>\||\d?>|\d?<|&&|\|\||;|&|\||\(|\)|\n")
_NAME = re.compile(r"[A-Za-z_]\w*|[?$#!@*0-9]")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=")
_REDIRECTION = re.compile(r"(\d?)(>&\d|>>|>\||>|<)|(&>>?)")


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


@dataclass(slots=True)
class Redirection:
    """`descriptor` is 1 or 2 (0 for `<`); operator `>&` has the other descriptor as `target`."""

    descriptor: int
    operator: str
    target: Word


@dataclass(slots=True)
class Simple:
    """One command with its arguments, or only assignments."""

    assignments: list[tuple[str, Word]] = field(default_factory=list[tuple[str, Word]])
    words: list[Word] = field(default_factory=list[Word])
    redirections: list[Redirection] = field(default_factory=list[Redirection])


@dataclass(slots=True)
class Group:
    """A list in parentheses or braces."""

    body: "Sequence"
    redirections: list[Redirection] = field(default_factory=list[Redirection])


@dataclass(slots=True)
class Pipeline:
    """Commands joined by pipes."""

    commands: list[Simple | Group]
    is_negated: bool = False


@dataclass(slots=True)
class Sequence:
    """Pipelines, each with the operator before it: `;`, `&&` or `||`."""

    items: list[tuple[str, Pipeline]] = field(default_factory=list[tuple[str, Pipeline]])


Lexeme = str | Word


def parse(line: str) -> Sequence:
    """Return the tree of a command line. Raises `ShellSyntaxError`."""
    parser = _Parser(_Lexer(line).lexemes())
    tree = parser.sequence()
    if parser.peek() is not None:
        raise ShellSyntaxError(f"syntax error: unexpected '{parser.peek()}'")
    return tree


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


class _Parser:
    def __init__(self, lexemes: list[Lexeme]) -> None:
        self._lexemes = lexemes
        self._at = 0

    def peek(self) -> Lexeme | None:
        return self._lexemes[self._at] if self._at < len(self._lexemes) else None

    def sequence(self) -> Sequence:
        tree = Sequence()
        before = ";"
        while True:
            while self.peek() in (";", "\n", "&"):
                before = ";"
                self._at += 1
            lexeme = self.peek()
            if lexeme is None or lexeme == ")" or _plain(lexeme) == "}":
                return tree
            tree.items.append((before, self._pipeline()))
            lexeme = self.peek()
            before = ";"
            if isinstance(lexeme, str) and lexeme in ("&&", "||"):
                before = lexeme
                self._at += 1
                while self.peek() == "\n":
                    self._at += 1

    def _pipeline(self) -> Pipeline:
        is_negated = _plain(self.peek()) == "!"
        if is_negated:
            self._at += 1
        commands = [self._command()]
        while self.peek() == "|":
            self._at += 1
            commands.append(self._command())
        return Pipeline(commands, is_negated)

    def _command(self) -> Simple | Group:
        lexeme = self.peek()
        if lexeme == "(" or _plain(lexeme) == "{":
            closing = ")" if lexeme == "(" else "}"
            self._at += 1
            group = Group(self.sequence())
            if (_plain(self.peek()) or self.peek()) != closing:
                raise ShellSyntaxError(f"syntax error: expected '{closing}'")
            self._at += 1
            while (redirection := self._redirection()) is not None:
                group.redirections.append(redirection)
            return group
        return self._simple()

    def _simple(self) -> Simple:
        command = Simple()
        while True:
            redirection = self._redirection()
            if redirection is not None:
                command.redirections.append(redirection)
                continue
            lexeme = self.peek()
            if not isinstance(lexeme, Word):
                break
            self._at += 1
            assignment = None if command.words else _assignment(lexeme)
            if assignment is not None:
                command.assignments.append(assignment)
            else:
                command.words.append(lexeme)
        if not (command.words or command.assignments or command.redirections):
            raise ShellSyntaxError(f"syntax error: unexpected '{self.peek()}'")
        return command

    def _redirection(self) -> Redirection | None:
        lexeme = self.peek()
        match = _REDIRECTION.fullmatch(lexeme) if isinstance(lexeme, str) else None
        if match is None:
            return None
        self._at += 1
        number, operator, both = match.groups()
        if operator is not None and operator.startswith(">&"):
            target = Word([Part("text", operator[2:], False)])
            return Redirection(int(number or 1), ">&", target)
        target = self.peek()
        if not isinstance(target, Word):
            raise ShellSyntaxError("syntax error: no target for a redirection")
        self._at += 1
        if both is not None:
            return Redirection(1, both, target)
        default = 0 if operator == "<" else 1
        return Redirection(int(number or default), str(operator).rstrip("|"), target)


def _plain(lexeme: Lexeme | None) -> str | None:
    return lexeme.plain if isinstance(lexeme, Word) else None


def _assignment(word: Word) -> tuple[str, Word] | None:
    text = ""
    for index, part in enumerate(word.parts):
        if part.kind != "text" or part.is_quoted:
            return None
        text += part.text
        if match := _ASSIGNMENT.fullmatch(text):
            return match.group(1), Word(word.parts[index + 1 :])
    return None
