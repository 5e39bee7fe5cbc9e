"""The office's own folder of definitions, read as the settings say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from forms.folder import Folder, load_folder
from webapp.settings import Settings


def office_folder(settings: Settings, *, instead: Mapping[Path, str] = MappingProxyType({})) -> Folder:
    """Every form of the office's folder; instead: texts to be read as if they stood in these files."""
    return load_folder(settings.forms, instead=instead, question_types=settings.question_types)
