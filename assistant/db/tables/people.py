"""Who works with Rapport: users, teams, sign-ins, tokens."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db.tables.base import Base, Id, IdKey, Json, Moment, Rising


class User(Base):
    """A person who signs in; `role` is one of governance's roles."""

    __tablename__ = "users"

    id: Mapped[IdKey]
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str | None] = mapped_column(String(300))
    territory: Mapped[str | None] = mapped_column(String(100))
    timezone: Mapped[str | None] = mapped_column(String(60))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Moment]


class Team(Base):
    """People who see each other's accounts."""

    __tablename__ = "teams"

    id: Mapped[IdKey]
    name: Mapped[str] = mapped_column(String(120), unique=True)


class TeamMember(Base):
    """A user in a team; managers may be in several."""

    __tablename__ = "team_members"

    team_id: Mapped[str] = mapped_column(ForeignKey("teams.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)


class SignInSession(Base):
    """A browser that is signed in; only the digest of its cookie is kept."""

    __tablename__ = "sign_in_sessions"

    token_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]


class ApiToken(Base):
    """A program that acts for a user, within scopes; only the digest is kept."""

    __tablename__ = "api_tokens"

    id: Mapped[IdKey]
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(Json)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    revoked_at: Mapped[Moment | None]
    used_at: Mapped[Moment | None]


class FailedSignIn(Base):
    """A failed sign-in, counted per digest of the address, alone and with the e-mail."""

    __tablename__ = "failed_sign_ins"
    __table_args__ = (Index("ix_failed_sign_ins_key_at", "key", "at"),)

    id: Mapped[Rising]
    key: Mapped[str] = mapped_column(String(80))
    at: Mapped[Moment]


class IdempotencyKey(Base):
    """A creating request that was answered, stored in the transaction of its effect."""

    __tablename__ = "idempotency_keys"

    user_id: Mapped[Id] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    request_digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    response: Mapped[dict[str, object] | None] = mapped_column(Json)
    location: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[Moment] = mapped_column(index=True)
