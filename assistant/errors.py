"""What can go wrong, and how it reads to the caller (RFC 9457).

AssistantError                500
├── NotAuthenticated          401
├── NotAllowed                403
├── NotFound                  404   no such record, or not for this person: one reply for both
├── Conflict                  409
├── PreconditionFailed        412   the copy you edited is no longer the newest
├── TooLarge                  413
├── UnsupportedMedia          415
├── Invalid                   422   with the field, what was expected, what came
│   └── InvalidFields         422   the same of several fields at once
├── PreconditionRequired      428
├── TooManyRequests           429   with Retry-After
└── Unavailable               503   a part that this needs is missing or down
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


class AssistantError(Exception):
    """Base of all errors that are shown to a caller; `detail` is a sentence for a person."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Internal error"

    def __init__(
        self, detail: str = "", *, field: str | None = None, retry_after_s: int | None = None
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.field = field
        self.retry_after_s = retry_after_s


class NotAuthenticated(AssistantError):
    """Nobody is signed in, or the token is unknown, expired or revoked."""

    status, title = 401, "Sign in first"


class NotAllowed(AssistantError):
    """This person's role or token does not include this kind of request."""

    status, title = 403, "Not allowed"


class NotFound(AssistantError):
    """Nothing has this id, or the caller may not see it: the reply is the same."""

    status, title = 404, "Not found"


class Conflict(AssistantError):
    """The request does not fit the present state."""

    status, title = 409, "Conflict"


class PreconditionFailed(AssistantError):
    """If-Match names a version that is no longer the newest."""

    status, title = 412, "Changed since you read it"


class TooLarge(AssistantError):
    """The body is larger than the setting allows."""

    status, title = 413, "Too large"


class UnsupportedMedia(AssistantError):
    """The content is of no kind that this endpoint reads."""

    status, title = 415, "Unsupported content"


class Invalid(AssistantError):
    """A value is missing or malformed."""

    status, title = 422, "Invalid request"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field: what was expected, what came, what was probably meant."""

    field: str
    problem: str
    came: str | None = None
    suggestion: str | None = None
    confirmable: bool = False  # it can be used as it is, if whoever sent it says so


class InvalidFields(Invalid):
    """Several fields are missing or malformed; each is named."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        detail = "; ".join(f"{fault.field}: {fault.problem}" for fault in faults[:5])
        super().__init__(detail, field=faults[0].field if len(faults) == 1 else None)
        self.faults = tuple(faults)


class PreconditionRequired(AssistantError):
    """An edit must say which version it edits."""

    status, title = 428, "If-Match is required"


class TooManyRequests(AssistantError):
    """Try again after a while."""

    status, title = 429, "Too many requests"


class Unavailable(AssistantError):
    """A part that this request needs is missing or down."""

    status, title = 503, "Not available now"
