"""The one way in: `python3 -m crm COMMAND ...`.

Standard library only, and in a syntax that an old Python still reads: this
file is what a person starts on a bare machine, and where the Python there is
too old, they get a sentence instead of a SyntaxError.
"""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OLDEST_PYTHON = (3, 11)


def put_root_first():
    # type: () -> None
    """Make `crm`, `models`, `scoring` and `config` come from this checkout.

    Python puts the working directory (or, started as `python3 path/to/crm`,
    our own package's folder) in front of the module path, where somebody's
    `config.py`, or our room named like a standard module, would shadow the
    real one. Child processes inherit the same order through PYTHONPATH.
    """
    unwanted = ("", os.getcwd(), ROOT, os.path.join(ROOT, "crm"))
    sys.path[:] = [ROOT] + [entry for entry in sys.path if entry not in unwanted]
    inherited = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    others = [entry for entry in inherited if entry and os.path.abspath(entry) != ROOT]
    os.environ["PYTHONPATH"] = os.pathsep.join([ROOT] + others)


def start():
    # type: () -> int
    """Refuse an unfit Python with a sentence; else set up and hand over."""
    if sys.version_info < OLDEST_PYTHON:
        sys.stderr.write(
            "Python %d.%d or newer is needed" % OLDEST_PYTHON
            + ", and %s is Python %d.%d" % ((sys.executable,) + sys.version_info[:2])
            + ": install a newer one and start with it, for example: python3.12 -m crm run\n"
        )
        return 1
    put_root_first()
    try:
        from crm.setup.bootstrap import main
    except ImportError as error:
        if error.name is None or error.name.split(".")[0] == "crm":
            raise
        sys.stderr.write(
            "The module %s of Python's standard library is missing: install the whole of it, "
            "on Debian or Ubuntu with: sudo apt install python3 python3-venv\n" % error.name
        )
        return 1
    return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(start())
