"""Users, teams, sign-in and tokens: the rules; passwords are hashed with argon2."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache

from email_validator import EmailNotValidError, validate_email
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from assistant.db.tables import (
    ApiToken,
    FailedSignIn,
    SignInSession,
    Team,
    TeamMember,
    User,
    new_id,
)
from assistant.errors import Conflict, Invalid, NotAuthenticated, NotFound, TooManyRequests
from assistant.governance import audit
from assistant.governance.access import Principal, Role

MIN_PASSWORD_LENGTH = 12
SCOPES = frozenset({"read", "write", "admin"})
TOKEN_PREFIX = "rpt_"  # noqa: S105 - tells scanners and people what a leaked one is
WINDOW = timedelta(minutes=1)


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _hash_of_nobody() -> str:
    return _hasher().hash(secrets.token_urlsafe())


def normal_email(text: str) -> str:
    """The lower-cased normal form; raises Invalid with what is wrong."""
    try:
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise Invalid(
            f"Expected an e-mail address, got '{text[:80]}': {error}", field="email"
        ) from None
    return found.normalized.lower()


def add_user(
    session: Session,
    email: str,
    role: Role,
    *,
    now: datetime,
    name: str = "",
    password: str | None = None,
    teams: tuple[str, ...] = (),
    territory: str | None = None,
    actor_id: str = "cli",
) -> User:
    """A new user, in teams that are made when they are not there yet.

    Raises Conflict when the e-mail is taken, Invalid for a malformed e-mail or a short password.
    """
    address = normal_email(email)
    if session.scalar(select(User.id).where(User.email == address)):
        raise Conflict(f"A user with the e-mail '{address}' exists already.")
    user = User(
        id=new_id("usr"),
        email=address,
        name=name or address.partition("@")[0],
        role=role.value,
        password_hash=hash_password(password) if password else None,
        territory=territory,
        created_at=now,
    )
    session.add(user)
    session.flush()
    for team in teams:
        session.add(TeamMember(team_id=team_named(session, team).id, user_id=user.id))
    audit.append(
        session, actor_id, "user added", now=now, kind="user", record_id=user.id,
        details={"role": role.value},
    )  # fmt: skip
    session.flush()
    return user


def ensure_user(
    session: Session, email: str, *, now: datetime, actor_id: str, name: str = ""
) -> User:
    """The user of this e-mail; when there is none, a new rep without a password to sign in with."""
    known = session.scalar(select(User).where(User.email == normal_email(email)))
    return known or add_user(session, email, Role.REP, now=now, name=name, actor_id=actor_id)


def team_named(session: Session, name: str) -> Team:
    """The team of this name, made when it is not there yet."""
    team = session.scalar(select(Team).where(Team.name == name))
    if team is None:
        team = Team(id=new_id("tea"), name=name)
        session.add(team)
        session.flush()
    return team


def hash_password(password: str) -> str:
    """Its argon2 hash; raises Invalid when it is too short."""
    if len(password) < MIN_PASSWORD_LENGTH:
        raise Invalid(
            f"Expected a password of at least {MIN_PASSWORD_LENGTH} characters, "
            f"got {len(password)}. Use a few words.",
            field="password",
        )
    return _hasher().hash(password)


def sign_in(
    session: Session,
    email: str,
    password: str,
    *,
    address: str,
    now: datetime,
    ttl_s: int,
    attempts_per_minute: int,
    address_attempts_per_minute: int,
) -> str | None:
    """A new session's secret for the cookie, or None (counted) when e-mail and password do not fit.

    Raises TooManyRequests after too many failures for this e-mail from this address, or for any
    from this address: failures elsewhere keep nobody out, colleagues behind one address neither.
    """
    limits = {
        _digest(f"address {address} email {email.strip().lower()}"): attempts_per_minute,
        _digest(f"address {address}"): address_attempts_per_minute,
    }
    _refuse_when_too_many(session, limits, now=now)
    user = session.scalar(
        select(User).where(User.email == email.strip().lower(), User.active.is_(True))
    )
    # An unknown e-mail takes as long as a wrong password: nobody learns who works here.
    expected = (user and user.password_hash) or _hash_of_nobody()
    if not _hasher().verify(password[:1000], expected) or user is None or not user.password_hash:
        session.add_all(FailedSignIn(key=key, at=now) for key in limits)
        return None
    secret = secrets.token_urlsafe(32)
    session.add(
        SignInSession(
            token_digest=_digest(secret),
            user_id=user.id,
            created_at=now,
            expires_at=now + timedelta(seconds=ttl_s),
        )
    )
    audit.append(session, user.id, "signed in", now=now, kind="user", record_id=user.id)
    return secret


def _refuse_when_too_many(session: Session, limits: Mapping[str, int], *, now: datetime) -> None:
    session.execute(delete(FailedSignIn).where(FailedSignIn.at < now - 10 * WINDOW))
    counts = session.execute(
        select(FailedSignIn.key, func.count())
        .where(FailedSignIn.key.in_(limits), FailedSignIn.at > now - WINDOW)
        .group_by(FailedSignIn.key)
    )
    if any(count >= limits[key] for key, count in counts):
        raise TooManyRequests("Too many failed sign-ins; try again in a minute.", retry_after_s=60)


def sign_out(session: Session, secret: str) -> None:
    """End the session of this cookie, if there is one."""
    session.execute(delete(SignInSession).where(SignInSession.token_digest == _digest(secret)))


def create_token(
    session: Session,
    email: str,
    *,
    now: datetime,
    name: str,
    scopes: frozenset[str],
    days: int,
    actor_id: str = "cli",
) -> str:
    """A new API token for this user; shown once, kept as a digest.

    Raises NotFound for an unknown user, Invalid for an unknown scope.
    """
    if unknown := scopes - SCOPES:
        raise Invalid(
            f"Expected scopes among {', '.join(sorted(SCOPES))}, got '{min(unknown)}'.",
            field="scopes",
        )
    user = session.scalar(select(User).where(User.email == email.strip().lower()))
    if user is None:
        raise NotFound(
            f"No user has the e-mail '{email}'. Add one: rapport users add {email} --role rep"
        )
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        id=new_id("tok"),
        user_id=user.id,
        name=name,
        token_digest=_digest(secret),
        scopes=sorted(scopes),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(token)
    audit.append(
        session, actor_id, "token created", now=now, kind="user", record_id=user.id,
        details={"token": token.id, "scopes": sorted(scopes), "days": days},
    )  # fmt: skip
    return secret


def principal_of_session(session: Session, secret: str, *, now: datetime) -> Principal:
    """Who is signed in with this cookie; raises NotAuthenticated when nobody is any more."""
    user_id = session.scalar(
        select(SignInSession.user_id).where(
            SignInSession.token_digest == _digest(secret), SignInSession.expires_at > now
        )
    )
    return principal_of_user(session, user_id, scopes=None)


def principal_of_token(session: Session, secret: str, *, now: datetime) -> Principal:
    """Whom this token acts for; raises NotAuthenticated when unknown, expired or revoked."""
    token = session.scalar(
        select(ApiToken).where(
            ApiToken.token_digest == _digest(secret),
            ApiToken.expires_at > now,
            ApiToken.revoked_at.is_(None),
        )
    )
    if token is None:
        raise NotAuthenticated("This token is unknown, expired or revoked. Create another.")
    return principal_of_user(session, token.user_id, scopes=frozenset(token.scopes))


def principal_of_email(session: Session, email: str) -> Principal:
    """The access of the active user with this e-mail; raises NotFound when there is none."""
    user = session.scalar(select(User).where(User.email == email.strip().lower()))
    if user is None or not user.active:
        raise NotFound(
            f"No active user has the e-mail '{email[:80]}'. Add one: rapport users add {email[:80]}"
        )
    return principal_of_user(session, user.id)


def principal_of_user(
    session: Session, user_id: str | None, *, scopes: frozenset[str] | None = None
) -> Principal:
    """The access of an active user; raises NotAuthenticated when there is none."""
    user = session.get(User, user_id) if user_id else None
    if user is None or not user.active:
        raise NotAuthenticated("Sign in first, or send a bearer token.")
    teams = session.scalars(
        select(TeamMember.team_id).where(TeamMember.user_id == user.id).order_by(TeamMember.team_id)
    )
    role, team_ids = Role(user.role), tuple(teams)
    desk_ids = _agents_of(session, team_ids) if role is Role.MANAGER else ()
    return Principal(user.id, role, team_ids, scopes, desk_ids)


def _agents_of(session: Session, team_ids: Sequence[str]) -> tuple[str, ...]:
    """The support agents of these teams."""
    query = (
        select(User.id)
        .join(TeamMember, TeamMember.user_id == User.id)
        .where(
            TeamMember.team_id.in_(team_ids),
            User.role == Role.SUPPORT.value,
            User.active.is_(True),
        )
        .distinct()
        .order_by(User.id)
    )
    return tuple(session.scalars(query)) if team_ids else ()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
