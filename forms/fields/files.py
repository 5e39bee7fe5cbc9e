"""Files as answers: what a photo, a file and a signature have in common."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Final

from pydantic import Field as Key

from forms.fields.base import Field, plain
from forms.fields.several import is_list
from forms.values import FileFacts, Kind, Lookup, Raw, Rejected, Value
from kernel.sentences import say

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_LONGEST_NAME: Final = 200
_MEGABYTE: Final = 1024 * 1024


class FilesField(Field):
    """A question answered with files that were stored before; what is kept of each is told by `FileFacts`."""

    kind: ClassVar[Kind] = Kind.FILES

    #: How many files there may be.
    most: Annotated[int, Key(ge=1, le=99)] = 1
    #: How large one may be, in megabytes.
    max_size: Annotated[int, Key(ge=1, le=500)] = 20
    #: What they may be, such as `application/pdf` or `image/*`; none: anything.
    media_types: tuple[str, ...] = ()

    def read(self, raw: Raw, lookup: Lookup) -> Value:
        """Accept the SHA-256 digests (hex) of stored files, or `{digest, name}` of them; others are refused."""
        given = raw if is_list(raw) else [raw]
        found: dict[str, Value] = {}
        for item in given:
            if item not in (None, ""):
                digest, name = _digest_and_name(item)
                found.setdefault(digest, self._read_file(digest, name, lookup))
        if len(found) > self.most:
            raise Rejected(say("最多 {most} 个文件，现在 {now} 个", most=self.most, now=len(found)))
        return list(found.values()) or None

    def show(self, value: Value, lookup: Lookup) -> str:
        """The names with 、 between them: for reading, not for reading back."""
        del lookup
        files = value if isinstance(value, list) else []
        return "、".join(str(file["name"]) for file in files if isinstance(file, Mapping))

    def _read_file(self, digest: str, name: str, lookup: Lookup) -> dict[str, Value]:
        facts = lookup.find_file(digest)
        if facts is None:
            raise Rejected(say("“{name}”没有传上来，请重新选一次", name=name or digest[:12]))
        name = name or facts.name
        self._refuse_unfit(name, facts)
        return {"digest": digest, "name": name, "size": facts.size, "type": facts.media_type}

    def _refuse_unfit(self, name: str, facts: FileFacts) -> None:
        if facts.size > self.max_size * _MEGABYTE:
            raise Rejected(say("“{name}”太大，最多 {most} MB", name=name, most=self.max_size))
        if self.media_types and not any(_is(facts.media_type, wanted) for wanted in self.media_types):
            wanted = "、".join(self.media_types)
            raise Rejected(say("“{name}”不是这里要的文件，只收 {wanted}", name=name, wanted=wanted))


def _digest_and_name(item: Raw) -> tuple[str, str]:
    """The digest and the name of one file as a door handed them in, or `Rejected`."""
    digest, name = (item.get("digest"), item.get("name")) if isinstance(item, Mapping) else (item, None)
    digest = plain(digest)
    if not _DIGEST.fullmatch(digest):
        raise Rejected(say("文件要在表单里选，这里不能写文字"))
    return digest, " ".join(plain(name).split())[:_LONGEST_NAME].strip()


def _is(media_type: str, wanted: str) -> bool:
    return media_type == wanted or (wanted.endswith("/*") and media_type.startswith(wanted.removesuffix("*")))
