"""A call that is short and clear enough for the drafter to find everything in it."""

from __future__ import annotations

from assistant.calls import service
from assistant.calls.files import Incoming
from assistant.db.tables import Note
from assistant.governance.access import Principal
from assistant.notes import store
from tests.conftest import Office

TRANSCRIPT = """WEBVTT

00:00:01.000 --> 00:00:06.000
<v Priya Raman>Hello Jürgen, this call is recorded for our notes, is that all right?

00:00:07.000 --> 00:00:09.000
<v Jürgen Falk>Yes, that is fine with me.

00:00:10.000 --> 00:00:15.000
<v Priya Raman>What is the budget that you have set aside for the cold-chain roll-out?

00:00:16.000 --> 00:00:24.000
<v Jürgen Falk>We have a budget of 42,000 euros for this year.
Anything above needs Ulrike Reuter to sign.

00:00:25.000 --> 00:00:31.000
<v Jürgen Falk>We need a record every five minutes, because the auditors ask for it.

00:00:32.000 --> 00:00:38.000
<v Priya Raman>I will send you the quote for sixty probes by Thursday.

00:00:39.000 --> 00:00:46.000
<v Jürgen Falk>Agreed, the total is 41,500 euros. We will sign on the 30th of September 2026.
"""
CONSENT = "asked at the start, both agreed"


def bring(
    office: Office,
    principal: Principal,
    *,
    account_id: str | None = None,
    deal_id: str | None = None,
    title: str = "Discovery with Falk",
    settle: bool = True,
    talk: str = TRANSCRIPT,
) -> str:
    """The call's id, after its note has been drafted."""
    asked = f"call {principal.user_id} {account_id} {deal_id} {title} {settle} {talk}"
    new = service.NewCall(
        consent=CONSENT, started_at=office.clock.now, account_id=account_id, deal_id=deal_id,
        title=title,
    )  # fmt: skip
    return office.laid(asked, lambda _: _brought(office, principal, new, talk, settle=settle))


def _brought(
    office: Office, principal: Principal, new: service.NewCall, talk: str, *, settle: bool
) -> str:
    incoming = Incoming(office.parts.settings.home)
    incoming.write(talk.encode())
    vtt = talk.startswith("WEBVTT")
    file = incoming.keep(
        filename="call.vtt" if vtt else "call.txt", media_type="text/vtt" if vtt else "text/plain"
    )
    transcript = service.read_upload(office.parts.settings.home, file)
    with office.sessions.begin() as session:
        call = service.receive_call(session, principal, new, file, transcript, now=office.clock.now)
        call_id = call.id
    if settle:
        office.settle()
    return call_id


def note_of(office: Office, call_id: str) -> Note:
    """The newest note of the call, as the database has it."""
    with office.sessions.reading() as session:
        note = store.newest_note(session, call_id)
    assert note is not None
    return note
