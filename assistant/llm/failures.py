"""What can go wrong with a model, as few exceptions, and the mapping from the library's many.

ModelError
    BudgetSpent            nothing was sent
    ModelUnreachable       no connection, a connection that broke, or a failing server
    ModelSlow              the deadline passed, or the server went silent
    ModelBusy              429 until patience ran out
    ModelAccessDenied      401 or 403
    ModelRejectedRequest   any other 4xx, a redirect, a prompt that is too long
    ModelOutputBroken      an answer came and is not what was asked for
        ModelOutputTooLong
"""

from __future__ import annotations

import json
from email.utils import parsedate_to_datetime

_ASLEEP = "check that it is running and that its base URL is right"


class ModelError(Exception):
    """The model gave nothing usable; `http_status` is set when a server answered.

    `retry_after_s` is the server's wish, `now_s` being seconds since 1970.
    """

    retryable = False

    def __init__(
        self,
        message: str,
        *,
        http_status: int | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.http_status = http_status
        self.retry_after_s = retry_after_s


class BudgetSpent(ModelError):
    """The token budget does not cover this prompt."""


class ModelUnreachable(ModelError):
    """The endpoint cannot be reached, or fails by itself."""

    retryable = True


class ModelSlow(ModelError):
    """The endpoint did not answer in time."""


class ModelBusy(ModelError):
    """The endpoint asks to come back later."""

    retryable = True


class ModelAccessDenied(ModelError):
    """The endpoint does not accept the API key."""


class ModelRejectedRequest(ModelError):
    """The endpoint does not accept the request."""


class ModelOutputBroken(ModelError):
    """The answer does not have the form that was asked for."""


class ModelOutputTooLong(ModelOutputBroken):
    """The answer passed the bound and was cut off."""


def failure_of(error: Exception, now_s: float) -> ModelError:
    """The exception of ours for one of openai's, httpx2's or langchain's."""
    import httpx2
    import openai

    if isinstance(error, openai.APIStatusError):
        return _of_status(error.status_code, error.response.headers.get("retry-after"), now_s)
    if isinstance(error, (openai.APITimeoutError, httpx2.TimeoutException)):
        return ModelSlow("the model endpoint went silent")
    if isinstance(error, (openai.APIConnectionError, httpx2.HTTPError)):
        return ModelUnreachable(f"the model endpoint cannot be reached: {_ASLEEP}")
    if isinstance(error, openai.APIError):
        return ModelUnreachable("the model endpoint broke off with an error of its own")
    if isinstance(error, (json.JSONDecodeError, openai.OpenAIError, ValueError, TypeError)):
        return ModelOutputBroken("the model endpoint does not speak the chat completion protocol")
    raise error


def _of_status(status: int, retry_after: str | None, now_s: float) -> ModelError:
    wait_s = seconds_to_wait(retry_after, now_s)
    if status in {401, 403}:
        return ModelAccessDenied(
            f"the model endpoint answered {status}: check the API key", http_status=status
        )
    if status == 429:
        return ModelBusy(
            "the model endpoint asks to come back later", http_status=status, retry_after_s=wait_s
        )
    if status in {408, 409} or status >= 500:
        return ModelUnreachable(
            f"the model endpoint answered {status}", http_status=status, retry_after_s=wait_s
        )
    return ModelRejectedRequest(f"the model endpoint answered {status}", http_status=status)


def seconds_to_wait(retry_after: str | None, now_s: float) -> float | None:
    """The header `Retry-After` in seconds, which may be a number or a date; None if neither."""
    if retry_after is None:
        return None
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - now_s)
    except ValueError:
        return None
