"""Loaded by schemathesis.

Python 3.11 confuses the recursion depth of two threads that parse source text at once ("AST constructor recursion depth
mismatch"), which the workers do: they take turns.
"""

import ast
import threading

_parse = ast.parse
_turn = threading.Lock()


def _parse_in_turn(*arguments, **options):
    with _turn:
        return _parse(*arguments, **options)


ast.parse = _parse_in_turn
