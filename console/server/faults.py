"""Faults: why a request cannot be served, each a problem of RFC 9457."""

from __future__ import annotations

from collections.abc import Mapping

from console.domain.ids import is_key
from console.wire import problems
from console.wire.problems import Problem
from console.wire.schema import PROTOCOL


class FaultError(Exception):
    """A problem on its way to the client, with the headers that go with it."""

    def __init__(self, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problem.title)
        self.problem = problem
        self.headers = dict(headers or {})


def bad_request(detail: str) -> FaultError:
    """400: the request is not what the schema says."""
    return FaultError(Problem("Bad request", 400, problems.BAD_REQUEST, detail))


def check_keys(*keys: str) -> None:
    """A fault (400) unless each is such a key as we make."""
    if not all(map(is_key, keys)):
        raise bad_request("a key is made of letters, digits, dots and dashes, at most 64")


def bad_credentials() -> FaultError:
    """401: no such login, a wrong password or a disabled operator; never said which."""
    return _unauthorised("Login or password is wrong", problems.BAD_CREDENTIALS)


def token_expired() -> FaultError:
    """401: refresh the access token and try again."""
    return _unauthorised("The access token has expired", problems.TOKEN_EXPIRED)


def token_revoked() -> FaultError:
    """401: the session has ended; sign in anew."""
    return _unauthorised("The session has ended", problems.TOKEN_REVOKED)


def not_allowed(detail: str) -> FaultError:
    """403: signed in, but not for this."""
    return FaultError(Problem("Not allowed", 403, problems.NOT_ALLOWED, detail))


def too_large(limit: int) -> FaultError:
    """413: the body is over ``limit`` bytes."""
    detail = f"a request may have {limit} bytes"
    return FaultError(
        Problem("Request too large", 413, problems.TOO_LARGE, detail, {"limit": str(limit)})
    )


def too_many(seconds: int) -> FaultError:
    """429: try again after ``seconds``."""
    params = {"seconds": str(seconds)}
    problem = Problem("Too many attempts", 429, problems.TOO_MANY, f"wait {seconds} s", params)
    return FaultError(problem, {"Retry-After": str(seconds)})


def other_protocol(theirs: str) -> FaultError:
    """426: the console speaks another version of the schema."""
    params = {"server": str(PROTOCOL), "console": theirs[:20]}
    detail = f"the server speaks protocol {PROTOCOL}, the console {params['console']}"
    problem = Problem("Another protocol", 426, problems.PROTOCOL_MISMATCH, detail, params)
    return FaultError(problem, {"Upgrade": f"otklik/{PROTOCOL}", "Connection": "Upgrade"})


def unavailable() -> FaultError:
    """503: the database does not answer."""
    problem = Problem("The database does not answer", 503, problems.UNAVAILABLE)
    return FaultError(problem, {"Retry-After": "2"})


def _unauthorised(title: str, type_: str) -> FaultError:
    return FaultError(Problem(title, 401, type_), {"WWW-Authenticate": 'Bearer realm="otklik"'})
