"""From a failed tool's output to one sentence that says how to mend it."""

import errno
import platform
import re
import sys

DISK_FULL = (
    "There is no space left on the disk (this folder, the package cache or the temporary "
    "folder): free about 2 GB and start again."
)
NO_WRITE_ACCESS = (
    "There is no write access to {place}: give this user the right to write there, or start "
    "as the user who owns it."
)
NOT_TRUSTED = (
    "The certificate of the package index is not trusted here: where a proxy inspects the "
    "traffic, name the file with its certificate in SSL_CERT_FILE (and PIP_CERT) and start again."
)
CERTIFICATE_FILE_MISSING = (
    "{place}, which SSL_CERT_FILE or PIP_CERT names, is not a readable file with certificates: "
    "correct or remove the setting and start again."
)
UNREACHABLE = (
    "The package index cannot be reached: check the network connection, name your proxy in "
    "HTTPS_PROXY or your own index in PIP_INDEX_URL (npm: npm_config_registry), and start again."
)
WRONG_HASH = (
    "A downloaded package is not the one that was pinned (its hash differs), so it was not "
    "installed: empty the caches of pip, uv and npm and start again; where that does not help, "
    "do not trust the index it came from."
)
NOT_BUILT = (
    "There is no ready-built package of something we need for this machine "
    "({system} {machine}, Python {python}): use Linux on x86_64 with Python 3.11 to 3.14."
)
LIBRARY_MISSING = (
    "The system library {place} is missing: install the package that holds it, on Debian or "
    "Ubuntu for example libstdc++6."
)

# In the order in which they are tried: a full disk or a refused connection
# makes pip say, last of all, that there is no matching distribution.
SIGNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), sentence)
    for pattern, sentence in (
        (r"No space left on device|os error 28|ENOSPC|Disk quota exceeded|EDQUOT", DISK_FULL),
        (r"error while loading shared libraries: (?P<place>[^\s:]+)", LIBRARY_MISSING),
        (
            r"suitable TLS CA certificate bundle, invalid path: (?P<place>\S+)",
            CERTIFICATE_FILE_MISSING,
        ),
        (
            r"UnknownIssuer|CERTIFICATE_VERIFY_FAILED|SELF_SIGNED_CERT_IN_CHAIN"
            r"|UNABLE_TO_(?:GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE)|invalid peer certificate",
            NOT_TRUSTED,
        ),
        (
            r"DO NOT MATCH THE HASHES|Hash mismatch|EINTEGRITY"
            r"|hashes are required in --require-hashes",
            WRONG_HASH,
        ),
        (
            r"name resolution|Name or service not known|failed to lookup address|dns error"
            r"|Failed to establish a new connection|Connection refused|Connection reset"
            r"|Network is unreachable|No route to host|error sending request|timed out"
            r"|Cannot connect to proxy|tunnel error|Failed to fetch|\(from versions: none\)"
            r"|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH",
            UNREACHABLE,
        ),
        (
            r"(?:Permission denied|Read-only file system)[^'\"`\n]*['\"`](?P<place>[^'\"`\n]+)"
            r"|(?:EACCES|EROFS|EPERM)[^'\n]*'(?P<npm_place>[^'\n]+)'"
            r"|[`'\"](?P<uv_place>/[^`'\"\n]+)[`'\"][^`'\"\n]*(?:\n[^\n]*)?"
            r"(?:Permission denied|Read-only file system)"
            r"|Permission denied|Read-only file system|EACCES|EROFS|os error 13",
            NO_WRITE_ACCESS,
        ),
        (
            r"No matching distribution|no wheels with a matching|has no usable wheels"
            r"|No solution found|EBADPLATFORM",
            NOT_BUILT,
        ),
    )
)


def explain(output: str) -> str | None:
    """The sentence for what a tool printed when it failed, or None where no sign is known."""
    for sign, sentence in SIGNS:
        match = sign.search(output)
        if match:
            named = [place for place in match.groupdict().values() if place]
            return sentence.format(
                place=named[0] if named else "a folder that the set-up writes to",
                system=platform.system(),
                machine=platform.machine(),
                python=".".join(str(part) for part in sys.version_info[:2]),
            )
    return None


def explain_os_error(error: OSError) -> str | None:
    """The same for a file operation of our own."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DISK_FULL
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return NO_WRITE_ACCESS.format(place=error.filename or "this folder")
    return None
