"""Bad recordings among good ones are refused or fail in words, and the good ones are heard."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.calls.uploads import bring, status_of
from tests.conftest import Office
from tests.transcription.mutations import all_spoiled, originals

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_spoiled_recordings_disturb_neither_the_api_nor_the_other_jobs(
    office: Office, model: Path, recording: Path, tmp_path: Path
) -> None:
    rep = office.person()
    first = bring(rep, recording).json()["id"]
    taken = []
    for file in all_spoiled(originals(tmp_path), range(12)):
        reply = bring(rep, file.content, filename=file.filename)
        assert reply.status_code in (202, 415, 422), file.how
        if reply.status_code == 202:
            taken.append(reply.json()["id"])
        else:
            assert len(reply.json()["detail"]) > 20, file.how
    last = bring(rep, recording).json()["id"]
    office.settle()
    assert status_of(rep, first) == status_of(rep, last) == ("transcribed", None)
    for call_id in taken:
        status, reason = status_of(rep, call_id)
        assert status == "transcribed" or (status == "failed" and len(reason or "") > 20)
