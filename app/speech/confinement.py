"""What a process gives up before it opens a stranger's file: the network, its appetite, and outliving its parent."""

import ctypes
import resource
import signal

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38

ADDRESS_SPACE_BYTES = 4 << 30
OPEN_FILES = 64


def confine_this_process(cpu_seconds: int, file_bytes: int) -> bool:
    """Applies every limit; the answer says whether the network was cut off, which some hosts do not allow."""
    end_with_parent()
    system = ctypes.CDLL(None, use_errno=True)
    system.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # Root may leave the network as it is; anybody else first needs a user namespace of their own.
    offline = any(system.unshare(spaces) == 0 for spaces in (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET))
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_CPU, cpu_seconds)
    limit(resource.RLIMIT_FSIZE, file_bytes)
    limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    limit(resource.RLIMIT_AS, ADDRESS_SPACE_BYTES)
    return offline


def end_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def limit(what: int, most: int) -> None:
    hard = resource.getrlimit(what)[1]
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (allowed, allowed))
