"""ODK Validate, the judge of XForms, as it travels with pyxform."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

JAR = Path(str(files("pyxform"))) / "validators/odk_validate/bin/ODK_Validate.jar"


def odk_mistakes(paths: Sequence[Path]) -> str:
    """What ODK Validate says of XForms it does not accept; empty when it accepts all. Needs java."""
    command = ["java", "-Djava.awt.headless=true", "-jar", str(JAR), *map(str, paths)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    valid = done.stdout.count("Xform is valid!") + done.stderr.count("Xform is valid!")
    return "" if done.returncode == 0 and valid == len(paths) else done.stdout + done.stderr
