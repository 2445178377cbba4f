"""Builds the page of the lab into wheel and sdist; see `BuildLab`."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STATIC = "src/loglik/lab/static/index.html"


class BuildLab(BuildHookInterface[Any]):
    """Run npm where a wheel or an sdist is built of a checkout; installing either needs no Node.js.

    An editable install goes without the page (``make lab`` builds it), and so does ``LOGLIK_LAB=skip``. A wheel that is built
    of an sdist takes the page that the sdist has.
    """

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page."""
        del build_data
        root = Path(self.root)
        if version == "editable" or os.environ.get("LOGLIK_LAB") == "skip":
            return
        if (root / "PKG-INFO").is_file() and (root / STATIC).is_file():
            return
        npm = shutil.which("npm")
        if npm is None:
            message = "the page of the lab is built with npm (Node.js 20 or later); LOGLIK_LAB=skip leaves it out"
            raise RuntimeError(message)
        web = root / "web"
        for arguments in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            subprocess.run([npm, *arguments], cwd=web, check=True)  # noqa: S603
