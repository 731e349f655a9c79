"""Everything that can be set from outside: one typed object, read once at the edge."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings from `RAPPORT_*` variables; an unknown one is refused by name (`refuse_unknown`)."""

    model_config = SettingsConfigDict(env_prefix="RAPPORT_", extra="forbid", frozen=True)

    home: Path = Field(Path("var"), description="Folder of all state: database, audio, vectors.")
    database_url: str = Field(
        "", description="Records; empty means SQLite under home. postgresql://… is psycopg 3."
    )
    host: str = Field("127.0.0.1", description="Address to serve on.")
    port: int = Field(8321, ge=0, le=65535, description="Port to serve on; 0 takes a free one.")
    workers: int = Field(
        1, ge=1, description="Server processes; above 1 needs PostgreSQL and Chroma."
    )
    public_url: str = Field(
        "",
        description="The address people use, when a proxy stands before; checked against Origin.",
    )
    cookie_secure: bool = Field(False, description="Send the session cookie over HTTPS only.")
    session_ttl_s: int = Field(12 * 3600, ge=60, description="How long a sign-in lasts.")
    sign_in_attempts_per_minute: int = Field(
        10, ge=1, description="Failed sign-ins allowed in a minute for one e-mail from one address."
    )
    sign_in_address_attempts_per_minute: int = Field(
        200,
        ge=1,
        description="Failed sign-ins allowed in a minute from one address, which an office shares.",
    )
    idempotency_key_ttl_s: int = Field(
        24 * 3600, ge=60, description="How long a creating request can be repeated under its key."
    )
    refused_rows_kept_days: int = Field(
        90, ge=1, description="How long an import's report keeps the rows that it refused."
    )
    max_body_bytes: int = Field(
        10 * 2**20, ge=1024, description="Largest request body, uploads apart."
    )
    max_upload_bytes: int = Field(
        2 * 2**30, ge=1024, description="Largest call recording, transcript or import file."
    )
    log_format: Literal["console", "json"] = Field("console", description="How log lines look.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least severe log line that is written."
    )
    fiscal_year_start_month: int = Field(
        1, ge=1, le=12, description="First month of the fiscal year: what a quarter means."
    )
    timezone: str = Field("UTC", description="Time zone in which 'today' is meant by default.")
    default_region: str = Field(
        "", max_length=2, description="ISO country for phone numbers whose row names none."
    )
    executor_id: str = Field(
        "serve", description="Stable name of this process for durable jobs; unique per process."
    )
    job_database_url: str = Field(
        "",
        description="Where DBOS keeps its state; empty means a SQLite file of its own under home.",
    )
    job_sweep_s: float = Field(
        60.0, gt=0, description="How often queued rows without a job are found."
    )
    consumer_poll_s: float = Field(
        2.0,
        gt=0,
        description="How often change rows are looked for when nothing wakes their readers.",
    )
    models_dir: Path | None = Field(None, description="Folder of models that is looked at first.")
    embedding_model: str = Field(
        "all-MiniLM-L6-v2",
        description="Sentence embedder; at embedding_base_url, its name there; empty for none.",
    )
    embedding_base_url: str = Field(
        "",
        description="OpenAI-compatible endpoint that passages and questions are sent to for their "
        "vectors; empty: made here.",
    )
    embedding_api_key: SecretStr = Field(
        SecretStr(""), description="Its key; empty when it wants none."
    )
    chroma_url: str = Field(
        "",
        description="http://host:port of a Chroma server; empty means embedded, one owner process.",
    )
    speech_model: str = Field(
        "small",
        description="Whisper model: a name, or a folder; at speech_base_url, its name there.",
    )
    speech_base_url: str = Field(
        "",
        description="OpenAI-compatible endpoint that recordings are sent to; empty: heard here.",
    )
    speech_api_key: SecretStr = Field(
        SecretStr(""), description="Its key; empty when it wants none."
    )
    speech_request_bytes: int = Field(
        25_000_000, ge=100_000, description="Most sound that it takes in one request."
    )
    speech_device: Literal["auto", "cpu", "cuda"] = Field(
        "auto", description="Where speech is heard here; auto takes a GPU that is there."
    )
    speech_batch_size: int = Field(
        0,
        ge=0,
        le=64,
        description="Half minutes heard at once; 0 suits the device: 16 on a GPU, else 1.",
    )
    diarisation_model: Path | None = Field(
        None,
        description="Folder of a pyannote pipeline that tells voices on one channel apart; unset: "
        "none is named.",
    )
    speech_download: bool = Field(
        False, description="May a missing speech model be fetched at first use?"
    )
    phone_channels: str = Field(
        "",
        description="Who speaks on each channel of the phone system's recordings, such as "
        "rep,customer; for recordings brought without saying so.",
    )
    speech_terms: str = Field(
        "", description="Names often said on calls, by commas: own products, competitors."
    )
    speech_terms_held_out_percent: int = Field(
        10,
        ge=0,
        le=100,
        description="Share of calls heard without expected names, to measure whether they help.",
    )
    audio_kept_days: int = Field(
        0,
        ge=0,
        description="Days after which recordings are deleted, their transcripts not; 0 for never.",
    )
    speech_job_timeout_s: float = Field(
        6 * 3600, gt=0, description="Longest that one recording may take to transcribe."
    )
    llm_base_url: str = Field(
        "",
        description="OpenAI-compatible endpoint, such as http://127.0.0.1:11434/v1; empty: none.",
    )
    llm_model: str = Field("", description="Model name at that endpoint.")
    llm_api_key: SecretStr = Field(SecretStr(""), description="Its key; empty when it wants none.")
    llm_timeout_s: float = Field(60.0, gt=0, description="Longest wait for one model call in all.")
    llm_max_output_tokens: int = Field(1500, ge=1, description="Longest output asked of the model.")
    llm_budget_tokens_per_day: int = Field(
        0, ge=0, description="Most tokens a day (UTC) that models may take; 0 for no limit."
    )
    speech_budget_minutes_per_day: float = Field(
        0, ge=0, description="Most minutes of sound sent elsewhere a day (UTC); 0 for no limit."
    )
    embedding_budget_tokens_per_day: int = Field(
        0, ge=0, description="Most tokens a day (UTC) sent for vectors; 0 for no limit."
    )
    embedding_usd_per_million_tokens: float = Field(
        0, ge=0, description="Price that the ledger counts with; 0 for unknown."
    )
    llm_usd_per_million_tokens_in: float = Field(
        0, ge=0, description="Price that the ledger counts with; 0 for unknown."
    )
    llm_usd_per_million_tokens_out: float = Field(
        0, ge=0, description="Price that the ledger counts with; 0 for unknown."
    )
    speech_usd_per_minute: float = Field(
        0, ge=0, description="Price that the ledger counts with; 0 for unknown."
    )
    wire_mask: str = Field(
        "secret,iban,card",
        description="What is masked in text sent to models: secret, iban, card, email; by commas.",
    )
    undo_window_s: int = Field(
        24 * 3600, ge=0, description="How long a confirmed note can be taken back."
    )

    drafting_mode: Literal["off", "practice", "share", "all"] = Field(
        "all", description="How far drafting is rolled out in teams for which nobody decided."
    )
    second_look_percent: float = Field(
        2.0, ge=0, le=100, description="Share of decided lines that a second person looks at."
    )
    guard_window_days: int = Field(
        30, ge=1, description="How far back the guard counts second looks and reviews."
    )
    guard_disagreement_percent: float = Field(
        10.0,
        ge=0,
        le=100,
        description="A team writes notes by hand again once surely more of its signed lines do not "
        "hold.",
    )
    guard_fill_drop_percent: float = Field(
        10.0,
        ge=0,
        le=100,
        description="The same once its deals' fields are surely filled less often by more points.",
    )

    stale_after_days: dict[str, int] = Field(
        {"account": 365, "contact": 365, "lead": 180, "deal": 90, "product": 365},
        description="JSON: days after which an unchanged row of a kind counts as stale; kinds not "
        "named never do.",
    )
    readiness_least_percent: int = Field(
        20,
        ge=0,
        le=100,
        description="Least share of records that must have a field for what needs it to be shown.",
    )
    unbilled_after_days: int = Field(
        14, ge=0, description="How old an order without an invoice is when it counts as a leak."
    )
    renewal_within_days: int = Field(
        90, ge=1, description="How soon a renewal must be for its missing deal to count as a leak."
    )

    @property
    def records_url(self) -> str:
        """SQLAlchemy URL of the records."""
        return self.database_url or f"sqlite:///{self.home / 'rapport.db'}"

    @property
    def jobs_url(self) -> str:
        """SQLAlchemy URL of the durable jobs' own state."""
        return self.job_database_url or f"sqlite:///{self.home / 'jobs.db'}"

    @property
    def embedded(self) -> bool:
        """Does one process own everything (SQLite or the embedded Chroma)?"""
        return self.records_url.startswith("sqlite") or not self.chroma_url


PREFIX = "RAPPORT_"
# Read by tests and benchmarks, never by the service.
NOT_SETTINGS = frozenset({"RAPPORT_TEST_DATA", "RAPPORT_TEST_POSTGRES"})


def unknown_variables(environment: frozenset[str]) -> list[str]:
    """Names that look like settings and are none: a typing error must not pass silently."""
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    return sorted(
        name
        for name in environment
        if name.upper().startswith(PREFIX) and name.upper() not in known | NOT_SETTINGS
    )
