"""What calls and confirmed notes say; no deal is named, for support reads them too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, cast

from assistant.db.tables import Call, Note, Record, TranscriptVersion
from assistant.search.content import Content, Known, Piece
from assistant.search.standing import UNSOURCED, told
from assistant.search.wording import clause, day
from transcription.formats import of_document
from transcription.model import Transcript

if TYPE_CHECKING:
    from transcription.formats.json_fields import JsonValue


def call(row: Call, _record: Record, known: Known) -> Content:
    """A call: its transcript by turns, once there is one."""
    at, by = known.name(row.account_id), known.name(row.contact_id)
    context = f"Call{clause('of', at)}{clause('with', by)} on {day(row.started_at)}"
    context += f": {row.title}" if row.title else ""
    transcript = known.transcripts.get(row.id)
    turns = _read(transcript).turns if transcript else ()
    said = tuple((turn.speaker, turn.text) for turn in turns)
    return Content(
        (Piece("transcript", "", context),),
        names=(at, by, *_speakers(said)),
        contact_id=row.contact_id,
        deal_id=row.deal_id,
        occurred_at=row.started_at,
        turns=said,
    )


def _read(transcript: TranscriptVersion) -> Transcript:
    return of_document(cast("JsonValue", transcript.document))


def _speakers(turns: tuple[tuple[str, str], ...]) -> list[str]:
    """Speakers by name; "customer" or "Speaker 1" is nobody's name."""
    named = dict.fromkeys(speaker for speaker, _ in turns)
    return [n for n in named if " " in n and not any(c.isdigit() for c in n)]


def note(row: Note, _record: Record, known: Known) -> Content:
    """A note that a person confirmed, by section; drafts are nobody's word yet."""
    if row.status != "confirmed" or row.confirmed is None or row.undone_at is not None:
        return Content(())
    at = known.name(row.account_id)
    began = known.began.get(row.call_id, row.decided_at)  # what it tells was said then
    on = f" of {day(began)}" if began else ""
    teller = known.name(row.decided_by)
    pieces = tuple(
        Piece(name, text, f"Call note{clause('on', at)}{on}, {label}")
        for name, label, text in _sections(row.confirmed, teller)
    )
    return Content(
        pieces,
        names=(at,),
        deal_id=row.deal_id,
        occurred_at=began,
    )


def _sections(
    confirmed: Mapping[str, object], teller: str | None
) -> Iterator[tuple[str, str, str]]:
    """Field, label and text of each section: what the call proves, and apart from it the rest."""
    sections = confirmed.get("sections")
    for section in sections if isinstance(sections, list) else ():
        if not isinstance(section, dict) or section.get("name") == "to_the_assistant":
            continue
        name, lines = str(section.get("name") or "note"), section.get("lines")
        label = name.replace("_", " ")
        said = [line for line in lines if _text(line)] if isinstance(lines, list) else []
        if proved := [_text(line) for line in said if _proved(line)]:
            yield name, label, "\n".join(proved)
        if rest := [told(teller, _text(line)) for line in said if not _proved(line)]:
            yield f"{name}{UNSOURCED}", f"{label}, without a source in the call", "\n".join(rest)


def _proved(line: object) -> bool:
    return not isinstance(line, dict) or line.get("verdict", "supported") == "supported"


def _text(line: object) -> str:
    text = line.get("text") if isinstance(line, dict) else None
    return " ".join(text.split()) if isinstance(text, str) else ""
