"""The survey of a recording, the rest of a long one going on beside the work on its beginning.

Nobody waits for two hours to be gone through before the first words appear, and a fault near the
end is still told within the time that the pass takes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from transcription.survey import AudioSurvey, survey


class Inspection:
    """Goes over a recording once; `steps` until enough is known, the rest in a thread."""

    def __init__(self, path: Path, longest_s: float) -> None:
        self._survey = survey(path, longest_s=longest_s)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._found: AudioSurvey | None = None
        self._fault: BaseException | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop where it is, and close the file."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self._survey.close()

    def steps(self) -> Iterator[float]:
        """Seconds gone over, until `found` is enough to begin with. Raises what survey raises.

        It is enough once all was seen, or a head in which someone is heard and, where there are
        several channels, they differ: from then on they are apart, whatever follows. So a second
        attempt at the same recording begins the same way.
        """
        for step in self._survey:
            if not isinstance(step, AudioSurvey):
                yield step
            elif step.whole or _tells_enough(step):
                self._found = step
                break
        if not self.found.whole:
            self._thread = threading.Thread(target=self._rest, daemon=True, name="inspection")
            self._thread.start()

    @property
    def found(self) -> AudioSurvey:
        """What is known so far. Raises what the rest of the survey met."""
        if self._fault is not None:
            raise self._fault
        assert self._found is not None  # noqa: S101  the survey ends with it or raises
        return self._found

    def whole(self) -> AudioSurvey:
        """What all of the recording holds, waited for. Raises what the survey met."""
        if self._thread is not None:
            self._thread.join()
        return self.found

    def _rest(self) -> None:
        try:
            for step in self._survey:
                if self._stop.is_set():
                    return
                if isinstance(step, AudioSurvey):
                    self._found = step
        except BaseException as error:  # raised again where the work is done
            self._fault = error


def _tells_enough(head: AudioSurvey) -> bool:
    return not head.silent and (head.channels == 1 or not head.one_sound)
