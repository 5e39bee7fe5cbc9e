"""Files of any kind."""

from __future__ import annotations

from typing import ClassVar, Literal

from forms.fields.files import FilesField


class File(FilesField):
    """A file: a scanned document, a plan, a report.

    Example:
        type: file
        name: report
        label: 整改报告
        media_types: [application/pdf, image/*]
    """

    widget: ClassVar[str] = "file"

    type: Literal["file"] = "file"
