from __future__ import annotations

from sqlalchemy import select, update

from assistant.db.tables import Record, Score
from tests.conftest import NOW, Office, Person
from tests.learning.ground import Ground


def test_a_lead_that_its_source_deleted_has_no_score_until_it_is_back(
    taught: Office, rep: Person
) -> None:
    with taught.sessions.begin() as session:
        ground = Ground(session, rep.principal.user_id)
        lead = ground.lead()
        ground.event(lead, "email_reply", 3)
    for archived_at, count in ((None, 1), (NOW, 0), (None, 1)):
        with taught.sessions.begin() as session:
            session.execute(update(Record).where(Record.id == lead).values(archived_at=archived_at))
            Ground(session).touch(lead)
        taught.settle()
        assert len(rep.client.get("/api/v1/scores").json()["items"]) == count
        with taught.sessions.reading() as session:
            current = session.scalars(select(Score.id).where(Score.current.is_(True))).all()
        assert len(current) == count
