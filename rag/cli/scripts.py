"""The scripts that commands hand their arguments on to."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

from rag.errors import SettingsError

PACKAGE = Path(__file__).parent.parent
# Where `ingest.py` and `app.py` lie in a checkout, and where an installed wheel has them.
FOLDERS = (PACKAGE.parent, PACKAGE / "scripts")


def load_script(name: str) -> ModuleType:
    """Import a script by the name of its module. The folder it lies in is looked through first, as when a script is run.

    Raises SettingsError when it, or a package that it needs, is not installed.
    """
    file = name.replace(".", "/") + ".py"
    folder = next((folder for folder in FOLDERS if (folder / file).is_file()), None)
    if folder is None:
        raise SettingsError(f"{file} is not installed.", "Run it from a checkout of the project.")
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise SettingsError(f"{file} needs {error.name}.", 'Install it with: pip install "kilnmark[test]"') from error
