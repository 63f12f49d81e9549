"""The process of the dictionaries: answers each line of its input with one of its output.

A line is JSON: ``{"check": [words]}`` is answered by the list of misspelt ones,
``{"suggest": word}`` by the list of what may have been meant. It ends with its input, so nothing
is left behind by a console that was killed.
"""

from __future__ import annotations

import json
import sys
from typing import TextIO

from console.spelling.dictionaries import Dictionaries


def serve(asked: TextIO, answers: TextIO) -> None:
    """Answer until ``asked`` ends."""
    dictionaries = Dictionaries()
    for line in asked:
        request = json.loads(line)
        if "check" in request:
            answer = dictionaries.misspelt(request["check"])
        else:
            answer = dictionaries.suggest(request["suggest"])
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
