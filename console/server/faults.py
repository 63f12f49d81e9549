"""Faults: why a request cannot be served, each a problem of RFC 9457."""

from __future__ import annotations

from collections.abc import Mapping

from console.domain.bounds import Breach
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


def unknown_attachment() -> FaultError:
    """404: there is no such attachment, or it is not the reader's to know."""
    return FaultError(Problem("No such attachment", 404, problems.UNKNOWN_ATTACHMENT))


def another_attachment() -> FaultError:
    """409: the id was declared with another name, type, size or digest."""
    return FaultError(Problem("Another attachment has this id", 409, problems.ANOTHER_ATTACHMENT))


def attachment_refused(found: Breach) -> FaultError:
    """422: the norms do not allow this file; ``code`` among the params says why."""
    params = {"code": found.code, **found.params}
    title = "The attachment is not allowed"
    return FaultError(Problem(title, 422, problems.ATTACHMENT_REFUSED, found.code, params))


def attachment_missing(attachment: str) -> FaultError:
    """409: a mutation names a file that is not here whole; it is to be sent (again) before."""
    params = {"attachment": attachment}
    title = "An attachment is not here yet"
    return FaultError(Problem(title, 409, problems.ATTACHMENT_MISSING, attachment, params))


def wrong_offset(offset: int) -> FaultError:
    """409: the next piece begins at ``offset``."""
    params = {"offset": str(offset)}
    detail = f"the next piece begins at {offset}"
    return FaultError(Problem("Wrong offset", 409, problems.WRONG_OFFSET, detail, params))


def hash_mismatch() -> FaultError:
    """422: what has come is not what was declared; the upload begins anew."""
    detail = "the content has another SHA-256 than was declared; send it again from the beginning"
    params = {"offset": "0"}
    return FaultError(Problem("Damaged on the way", 422, problems.HASH_MISMATCH, detail, params))


def quota_exceeded(limit: int) -> FaultError:
    """413: too much is here of the same person that belongs to no message."""
    detail = f"uploads that belong to no message may have {limit} bytes together"
    params = {"limit": str(limit)}
    return FaultError(Problem("Too many uploads", 413, problems.QUOTA, detail, params))


def range_not_there(size: int) -> FaultError:
    """416: the file ends before the range begins."""
    problem = Problem("The range is not there", 416, problems.BAD_REQUEST)
    return FaultError(problem, {"Content-Range": f"bytes */{size}"})


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
