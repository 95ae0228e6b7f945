"""The part of sh's grammar that programs send over adb: lists, pipes, conditions, loops."""

import re
from dataclasses import dataclass, field

from tikmatrix_desktop.virtual.shell_words import (
    Lexeme,
    Part,
    ShellSyntaxError,
    Word,
    lexemes,
)

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=")
_STARTS = ("(", "{", "if", "while", "until", "for")
_ENDS = ("}", "then", "elif", "else", "fi", "do", "done")
_REDIRECTION = re.compile(r"(\d?)(>&\d|>>|>\||>|<)|(&>>?)")


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
class If:
    """`if`: the branches in order, each a condition and a body; `else` has no condition."""

    branches: list[tuple["Sequence | None", "Sequence"]]
    redirections: list[Redirection] = field(default_factory=list[Redirection])


@dataclass(slots=True)
class Loop:
    """`while`, and `until` when `is_until`."""

    condition: "Sequence"
    body: "Sequence"
    is_until: bool
    redirections: list[Redirection] = field(default_factory=list[Redirection])


@dataclass(slots=True)
class For:
    """`for NAME in WORDS`."""

    name: str
    words: list[Word]
    body: "Sequence"
    redirections: list[Redirection] = field(default_factory=list[Redirection])


Command = Simple | Group | If | Loop | For


@dataclass(slots=True)
class Pipeline:
    """Commands joined by pipes."""

    commands: list[Command]
    is_negated: bool = False


@dataclass(slots=True)
class Sequence:
    """Pipelines, each with the operator before it: `;`, `&&` or `||`."""

    items: list[tuple[str, Pipeline]] = field(default_factory=list[tuple[str, Pipeline]])


def parse(line: str) -> Sequence:
    """Return the tree of a command line. Raises `ShellSyntaxError`."""
    parser = _Parser(lexemes(line))
    tree = parser.sequence()
    if parser.peek() is not None:
        raise ShellSyntaxError(f"syntax error: unexpected '{_shown(parser.peek())}'")
    return tree


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
            if lexeme is None or lexeme == ")" or _plain(lexeme) in _ENDS:
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

    def _command(self) -> Command:
        lexeme = self.peek()
        word = "(" if lexeme == "(" else _plain(lexeme)
        if word not in _STARTS:
            return self._simple()
        self._at += 1
        command = self._compound(word)
        while (redirection := self._redirection()) is not None:
            command.redirections.append(redirection)
        return command

    def _compound(self, word: str) -> Group | If | Loop | For:
        if word in ("(", "{"):
            group = Group(self._filled_sequence())
            self._expect(")" if word == "(" else "}")
            return group
        if word == "if":
            return self._if()
        if word == "for":
            return self._for()
        condition = self._filled_sequence()
        return Loop(condition, self._do(), word == "until")

    def _if(self) -> If:
        branches: list[tuple[Sequence | None, Sequence]] = []
        word = "elif"
        while word == "elif":
            condition = self._filled_sequence()
            self._expect("then")
            branches.append((condition, self._filled_sequence()))
            word = self._expect("elif", "else", "fi")
        if word == "else":
            branches.append((None, self._filled_sequence()))
            self._expect("fi")
        return If(branches)

    def _for(self) -> For:
        name = _plain(self.peek()) or ""
        self._at += 1
        self._expect("in")
        words: list[Word] = []
        while isinstance(lexeme := self.peek(), Word):
            words.append(lexeme)
            self._at += 1
        while self.peek() in (";", "\n"):
            self._at += 1
        return For(name, words, self._do())

    def _do(self) -> Sequence:
        self._expect("do")
        body = self._filled_sequence()
        self._expect("done")
        return body

    def _filled_sequence(self) -> Sequence:
        tree = self.sequence()
        if not tree.items:
            raise ShellSyntaxError(f"syntax error: unexpected '{_shown(self.peek())}'")
        return tree

    def _expect(self, *words: str) -> str:
        lexeme = self.peek()
        word = lexeme if isinstance(lexeme, str) else _plain(lexeme)
        if word not in words:
            raise ShellSyntaxError(f"syntax error: unexpected '{_shown(lexeme)}'")
        self._at += 1
        return word

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
            raise ShellSyntaxError(f"syntax error: unexpected '{_shown(self.peek())}'")
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


def _shown(lexeme: Lexeme | None) -> str:
    if lexeme is None:
        return "end of file"
    return lexeme if isinstance(lexeme, str) else "".join(part.text for part in lexeme.parts)


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
