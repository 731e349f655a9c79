"""multipart/form-data straight to disk: the file's bytes are hashed and written as they come."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool

from assistant.calls.files import Incoming, StoredFile
from assistant.errors import Invalid, UnsupportedMedia

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MAX_FIELD_BYTES = 10_000


@dataclass(frozen=True, slots=True)
class Form:
    """A received form: its text fields, and its one file."""

    fields: dict[str, str]
    file: StoredFile


async def receive_form(request: Request, home: Path, *, file: str, fields: Collection[str]) -> Form:
    """Read the body once; nothing of it is left on disk when this raises.

    file: name of the file's field; it is required.  fields: names of the text fields allowed.
    Raises UnsupportedMedia when the body is no form, Invalid when it is malformed or has other
    fields.
    """
    receiver = _Receiver(home, file, frozenset(fields))
    try:
        parser = MultipartParser(_boundary(request), receiver.callbacks())
        async for block in request.stream():
            # Off the event loop: other requests go on while the disk is slow.
            await run_in_threadpool(parser.write, block)
        parser.finalize()
        return receiver.form()
    except FormParserError as error:
        receiver.drop()
        raise Invalid(f"The form cannot be read: {error}. Send multipart/form-data.") from None
    except BaseException:
        receiver.drop()
        raise


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise UnsupportedMedia(
            "Expected multipart/form-data with the recording or transcript in the field 'file'."
        )
    return options[b"boundary"]


@dataclass(slots=True)
class _Part:
    """One part of the form while it is read."""

    headers: dict[str, str] = field(default_factory=dict)
    name: str = ""
    filename: str | None = None
    text: bytearray = field(default_factory=bytearray)


class _Receiver:
    """What the parser calls back, part by part."""

    def __init__(self, home: Path, file_field: str, fields: frozenset[str]) -> None:
        self._file_field = file_field
        self._allowed = fields
        self._incoming = Incoming(home)
        self._fields: dict[str, str] = {}
        self._file_part: _Part | None = None
        self._part = _Part()
        self._header = bytearray(), bytearray()
        self._whole = False

    def callbacks(self) -> MultipartCallbacks:
        """The parser's hooks."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._complete,
        }

    def form(self) -> Form:
        """All that came. Raises Invalid when the end or the file did not."""
        if not self._whole:
            raise Invalid("The form ends before its closing boundary. Send it again.")
        if self._file_part is None:
            raise Invalid(
                f"Send the recording or transcript in the field '{self._file_field}'.",
                field=self._file_field,
            )
        part = self._file_part
        media_type = part.headers.get("content-type", "").split(";")[0].strip()
        stored = self._incoming.keep(filename=part.filename, media_type=media_type or None)
        return Form(self._fields, stored)

    def drop(self) -> None:
        self._incoming.drop()

    def _begin(self) -> None:
        self._part = _Part()
        self._header = bytearray(), bytearray()

    def _header_end(self) -> None:
        name, value = self._header
        # Byte for byte, as the parser of options wants it; what they say is read as UTF-8 there.
        self._part.headers[name.decode("latin-1").lower()] = value.decode("latin-1")
        self._header = bytearray(), bytearray()

    def _headers_finished(self) -> None:
        part = self._part
        _, options = parse_options_header(part.headers.get("content-disposition", ""))
        part.name = options.get(b"name", b"").decode("utf-8", "replace")
        if part.name == self._file_field:
            if self._file_part is not None:
                raise Invalid("Send one file; a call has one recording.", field=part.name)
            part.filename = options.get(b"filename", b"").decode("utf-8", "replace")[:300] or None
            self._file_part = part
        elif part.name not in self._allowed or part.name in self._fields:
            raise Invalid(
                f"The form has the field {part.name[:60]!r} "
                f"{'twice' if part.name in self._fields else 'that is not known here'}. "
                f"Known: {self._file_field}, {', '.join(sorted(self._allowed))}.",
                field=part.name[:60],
            )

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._part is self._file_part:
            self._incoming.write(data[start:end])
            return
        self._part.text += data[start:end]
        if len(self._part.text) > MAX_FIELD_BYTES:
            raise Invalid(f"At most {MAX_FIELD_BYTES} bytes are read here.", field=self._part.name)

    def _end(self) -> None:
        if self._part is not self._file_part:
            text = self._part.text.decode("utf-8", "replace").strip()
            self._fields[self._part.name] = text

    def _complete(self) -> None:
        self._whole = True
