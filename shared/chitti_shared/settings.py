"""Every setting of the project, read from the environment and `.env`.

Only this module and each service's `__main__` read the environment.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _default_runtime_dir() -> Path:
    base = os.environ.get("XDG_RUNTIME_DIR")
    return Path(base) / "trading-chitti" if base else Path(f"/tmp/trading-chitti-{os.getuid()}")  # noqa: S108


def _default_data_dir() -> Path:
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "trading-chitti"


class Settings(BaseSettings):
    """Settings that every process shares; a service's own are in its subclass."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True)

    database_url: SecretStr | None = Field(None, description="PostgreSQL to use; unset: the embedded one.")
    database_url_mojo_compute: SecretStr | None = Field(None, description="Login of mojo-compute; unset: DATABASE_URL.")
    database_url_signal_service: SecretStr | None = Field(
        None, description="Login of signal-service; unset: DATABASE_URL."
    )
    database_url_news_nlp: SecretStr | None = Field(None, description="Login of news-nlp; unset: DATABASE_URL.")
    database_url_core_api: SecretStr | None = Field(None, description="Login of core-api; unset: DATABASE_URL.")
    redis_url: SecretStr | None = Field(
        None,
        description="Redis in which mojo-compute processes share results of stored bars for an hour, and by which "
        "signal-service processes wake each other; unset: none.",
    )
    database_url_migrator: SecretStr | None = Field(
        None, description="Login of the role that owns the schemas; unset: DATABASE_URL."
    )

    chitti_runtime_dir: Path = Field(default_factory=_default_runtime_dir, description="Folder of the socket files.")
    chitti_data_dir: Path = Field(default_factory=_default_data_dir, description="Database, models, logs, secrets.")
    chitti_http_host: str = Field("127.0.0.1", description="Address core-api listens on.")
    chitti_http_port: int = Field(6001, ge=0, le=65535, description="Port core-api listens on; 0: any free one.")
    chitti_http_workers: int = Field(1, ge=1, le=64, description="core-api processes.")

    mojo_compute_listen: str | None = Field(None, description="tcp://host:port in place of the socket file.")
    signal_service_listen: str | None = Field(None, description="tcp://host:port in place of the socket file.")
    news_nlp_listen: str | None = Field(None, description="tcp://host:port in place of the socket file.")
    chitti_tls_cert: Path | None = Field(None, description="Certificate chain (PEM) for TCP beyond loopback.")
    chitti_tls_key: Path | None = Field(None, description="Its private key.")
    chitti_tls_ca: Path | None = Field(None, description="CA that signed the peers' certificates.")

    chitti_engine: Literal["auto", "mojo", "cython", "numpy"] = Field("auto", description="Kernel set to use.")
    chitti_env: Literal["dev", "prod"] = Field("dev", description="prod refuses generated secrets.")
    chitti_jwt_secret: SecretStr | None = Field(None, description="Signs logins; dev: generated once; prod: required.")
    chitti_jwt_secret_file: Path | None = Field(None, description="File that holds it.")
    chitti_admin_password: SecretStr | None = Field(None, description="First login's password; unset: generated.")
    chitti_cors_origins: Annotated[list[str], NoDecode] = Field(
        default_factory=list, description="Origins allowed to call the API from a browser, comma-separated."
    )
    chitti_feeds: Annotated[list[str] | None, NoDecode] = Field(
        None, description="Feed addresses, separated by spaces; unset: the default feeds; empty list: `none`."
    )
    chitti_feed_allow: Annotated[list[str], NoDecode] = Field(
        default_factory=list,
        description="Exact host:port pairs that may be fetched though not public, comma-separated.",
    )
    chitti_webhook_allow: Annotated[list[str], NoDecode] = Field(
        default_factory=list,
        description="Exact host:port pairs that webhooks may be sent to though not public, comma-separated.",
    )
    chitti_feed_host_pause_s: float = Field(
        1.0, ge=0, le=60, description="Least seconds between two requests to one host, of all feeds there."
    )
    chitti_aliases: Path | None = Field(
        None, description="File of names of companies, sectors and people, added to the shipped ones: docs/NEWS.md."
    )
    chitti_lexicon: Path | None = Field(
        None, description="File of phrases that decide a text's direction, added to the shipped ones: docs/NEWS.md."
    )
    chitti_sentiment_model: Literal["lexicon", "trained", "blend", "finbert"] = Field(
        "lexicon",
        description="What scores articles and texts: the lexicon, a model trained on your headlines, both, or FinBERT.",
    )
    chitti_finbert_dir: Path | None = Field(
        None, description="Folder with model.onnx, tokenizer.json and config.json of a FinBERT model; unset: none."
    )
    chitti_finbert_memory_mb: int = Field(2048, ge=256, description="MiB of memory that the model's process may have.")
    chitti_finbert_threads: int = Field(1, ge=1, le=64, description="Threads that compute in it.")
    chitti_finbert_max_tokens: int = Field(256, ge=3, le=8192, description="Tokens of a text that the model reads.")
    chitti_finbert_batch_s: float = Field(
        60.0, gt=0, le=600, description="Seconds that 16 texts may take before the model's process is killed."
    )
    chitti_finbert_wait_s: float = Field(
        20.0,
        gt=0,
        le=600,
        description="Seconds that articles of a feed wait for the model; then the lexicon's verdict is stored.",
    )
    chitti_dask_scheduler: str | None = Field(
        None,
        pattern=r"^(?:tcp|tls)://[^\s/]+:\d{1,5}$",
        description="tcp:// or tls://host:port of a Dask scheduler that sweeps are spread over; it and its workers are "
        "trusted. tls:// uses CHITTI_TLS_*. Unset: threads.",
    )
    chitti_log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level logged.")

    @field_validator("chitti_cors_origins", "chitti_feed_allow", "chitti_webhook_allow", mode="before")
    @classmethod
    def _split_commas(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("chitti_feeds", mode="before")
    @classmethod
    def _split_feeds(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return [] if value.strip() == "none" else value.split()

    def database_url_of(self, service: str) -> str | None:
        """The URL that `service` ("mojo-compute", ..., "migrator") logs in with; None: embedded."""
        own: SecretStr | None = getattr(self, "database_url_" + service.replace("-", "_"))
        chosen = own or self.database_url
        return chosen.get_secret_value() if chosen else None

    def listen_of(self, service: str) -> str:
        """The address of a daemon: `tcp://host:port` or `unix:///path/of/service.sock`."""
        own: str | None = getattr(self, service.replace("-", "_") + "_listen")
        return own or f"unix://{self.chitti_runtime_dir / (service + '.sock')}"


def what_is_wrong(error: ValidationError) -> str:
    """A refused setting by its name and why, without its value: it may be a secret."""
    return "; ".join(f"{'.'.join(map(str, one['loc'])).upper()}: {one['msg']}" for one in error.errors())
