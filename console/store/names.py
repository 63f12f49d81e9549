"""Names under which the store keeps small values in its ``meta`` table."""

from __future__ import annotations

from typing import Final

OPERATOR: Final = "session.operator"
"""The id of the signed-in operator."""

SESSION: Final = "session.info"
"""Who is signed in, as `readmodel.SessionInfo`."""

ACTOR: Final = "session.actor"
"""The signed-in operator as the session's answer said, as `domain.operator.Operator`."""

REFRESH_TOKEN: Final = "session.refresh_token"
"""The refresh token, where there is no keychain to keep it."""

EPOCH: Final = "feed.epoch"
BRANCHES: Final = "feed.branches"
RUN: Final = "feed.run"
COMPLETE: Final = "feed.complete"
"""Present once a first sync has come to its end."""

AHEAD: Final = "feed.ahead"
"""Present while the mirror holds rows of answers that no pull has brought yet."""

CLOCK_OFFSET: Final = "clock.offset_micros"
"""The last measured distance of the server's time from this machine's."""

OWN_CHANGE: Final = "own.change"
"""How many transactions have changed rows of the operator's own (see `store.own`)."""

RETAKEN: Final = "retaken."
"""Before the keychain's name of a profile: what was written in its store has come into this one."""

CALLS: Final = "calls"
"""The forms of calls that are being written down, by operator, as `readmodel.CallForm`."""

SEARCHES: Final = "searches"
"""What was searched for, by operator, the latest first."""

OWN: Final = frozenset({OPERATOR, SESSION, ACTOR, REFRESH_TOKEN, CALLS, SEARCHES})
"""The small values that are the operator's own: who they are, without signing in again, what they
have written down of a call, and what they searched for."""
