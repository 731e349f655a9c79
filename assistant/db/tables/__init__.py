"""All tables of the service, in one place; every query on them is in a feature's store."""

from assistant.db.tables.base import Base, Json, Money, UtcDateTime, new_id
from assistant.db.tables.crm import (
    Account,
    Article,
    Contact,
    Deal,
    DealStage,
    EngagementEvent,
    Interaction,
    Invoice,
    Lead,
    Line,
    Order,
    Payment,
    Product,
    Quote,
    Task,
    Ticket,
    TicketHandover,
)
from assistant.db.tables.people import (
    ApiToken,
    FailedSignIn,
    IdempotencyKey,
    SignInSession,
    Team,
    TeamMember,
    User,
)
from assistant.db.tables.records import (
    Change,
    Cursor,
    FieldDecision,
    Import,
    Lease,
    MatchKey,
    PendingReference,
    Record,
    RecordVersion,
    RefusedRow,
    Source,
    SourceLink,
    SourceRow,
)
from assistant.db.tables.trail import AuditEntry, AuditSeal, OutboxMessage
from assistant.db.tables.work import (
    Call,
    CallChunk,
    Conversation,
    Message,
    Model,
    Note,
    Score,
    ScoreOverride,
    Suggestion,
    TranscriptVersion,
)

__all__ = [
    "Account", "ApiToken", "Article", "AuditEntry", "AuditSeal", "Base", "Call", "CallChunk",
    "Change", "Contact", "Conversation", "Cursor", "Deal", "DealStage", "EngagementEvent",
    "FailedSignIn", "FieldDecision", "IdempotencyKey", "Import", "Interaction", "Invoice", "Json",
    "Lead", "Lease", "Line", "MatchKey", "Message", "Model", "Money", "Note", "Order",
    "OutboxMessage", "Payment", "PendingReference", "Product", "Quote", "Record", "RecordVersion",
    "RefusedRow", "Score", "ScoreOverride", "SignInSession", "Source", "SourceLink", "SourceRow",
    "Suggestion", "Task", "Team", "TeamMember", "Ticket", "TicketHandover", "TranscriptVersion",
    "User", "UtcDateTime", "new_id",
]
