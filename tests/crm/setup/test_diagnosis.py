"""What the tools really print when something is missing, and what we make of it."""

import errno
import os

import pytest

from crm.setup import diagnosis
from crm.setup.diagnosis import explain, explain_os_error

PIP_OFFLINE = """\
WARNING: Retrying (Retry(total=0, connect=None, read=None)) after connection broken by \
'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f61a3a21250>: \
Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')'
ERROR: Could not find a version that satisfies the requirement uv==0.13.9 (from versions: none)
ERROR: No matching distribution found for uv==0.13.9
"""
PIP_SILENT_ABOUT_TLS = """\
ERROR: Could not find a version that satisfies the requirement uv==0.13.9 (from versions: none)
ERROR: No matching distribution found for uv==0.13.9
"""
PIP_NO_SUCH_WHEEL = """\
ERROR: Could not find a version that satisfies the requirement uv==0.13.9 \
(from versions: 0.1.0, 0.1.1)
ERROR: No matching distribution found for uv==0.13.9
"""
PIP_CERTIFICATE_FILE = """\
ERROR: Could not install packages due to an OSError: Could not find a suitable TLS CA certificate \
bundle, invalid path: /nonexist
"""
UV_OFFLINE = """\
error: Request failed after 3 retries in 5.3s
  cause: error sending request for url
  cause: client error (Connect)
  cause: dns error
  cause: failed to lookup address information: Temporary failure in name resolution
"""
UV_PROXY = """\
error: Failed to fetch: the list of packages
  cause: error sending request for url
  cause: client error (Connect)
  cause: invalid peer certificate: UnknownIssuer
"""
UV_HASH = """\
error: Failed to install: click-8.5.1-py3-none-any.whl (click==8.5.1)
  Caused by: Hash mismatch for `click==8.5.1`
"""
NPM_OFFLINE = """\
npm error code EAI_AGAIN
npm error syscall getaddrinfo
npm error errno EAI_AGAIN
"""
NPM_PROXY = """\
npm error code SELF_SIGNED_CERT_IN_CHAIN
npm error errno SELF_SIGNED_CERT_IN_CHAIN
"""
NPM_DISK = """\
npm error code ENOSPC
npm error syscall write
npm error nospc ENOSPC: no space left on device, write
"""
NODE_LIBRARY = """\
node: error while loading shared libraries: libstdc++.so.6: cannot open shared object file: \
No such file or directory
"""


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (PIP_OFFLINE, diagnosis.UNREACHABLE),
        (PIP_SILENT_ABOUT_TLS, diagnosis.UNREACHABLE),
        (UV_OFFLINE, diagnosis.UNREACHABLE),
        (NPM_OFFLINE, diagnosis.UNREACHABLE),
        (UV_PROXY, diagnosis.NOT_TRUSTED),
        (NPM_PROXY, diagnosis.NOT_TRUSTED),
        (UV_HASH, diagnosis.WRONG_HASH),
        (NPM_DISK, diagnosis.DISK_FULL),
    ],
)
def test_each_cause_has_its_sentence(output: str, sentence: str) -> None:
    assert explain(output) == sentence


@pytest.mark.parametrize(
    ("output", "named"),
    [
        (PIP_CERTIFICATE_FILE, "/nonexist"),
        (NODE_LIBRARY, "libstdc++.so.6"),
        (PIP_NO_SUCH_WHEEL, "this machine"),
    ],
)
def test_the_sentence_names_what_is_missing(output: str, named: str) -> None:
    sentence = explain(output)
    assert sentence is not None
    assert named in sentence


def test_what_is_not_known_is_not_guessed() -> None:
    assert explain("Segmentation fault") is None


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, diagnosis.DISK_FULL),
        (errno.EACCES, diagnosis.NO_WRITE_ACCESS.format(place="/srv/crm")),
        (errno.EROFS, diagnosis.NO_WRITE_ACCESS.format(place="/srv/crm")),
    ],
)
def test_our_own_failed_writes_have_the_same_sentences(number: int, sentence: str) -> None:
    error = OSError(number, os.strerror(number), "/srv/crm")
    assert explain_os_error(error) == sentence


def test_other_failures_of_our_own_stay_what_they_are() -> None:
    assert explain_os_error(IsADirectoryError(errno.EISDIR, "Is a directory")) is None
