"""The command `evenkeel` on a machine whose disk fails whenever it is asked to keep something for good: the kernel refuses
every fsync of this process and its children."""

import ctypes
import errno
import platform
import struct
from typing import ClassVar

from app.command import main

CALLS = {"x86_64": (74, 75), "aarch64": (82, 83)}  # fsync, fdatasync
NO_NEW_PRIVILEGES, SECCOMP, FILTER = 38, 22, 2
LOAD, IS, ANSWER = 0x20, 0x15, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000 | errno.EIO


class Program(ctypes.Structure):
    _fields_: ClassVar = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]


def refuse_syncs() -> None:
    calls = CALLS[platform.machine()]
    steps = [step(LOAD, 0)]
    steps += [step(IS, call, then=len(calls) - place) for place, call in enumerate(calls)]
    steps += [step(ANSWER, ALLOW), step(ANSWER, FAIL)]
    held = ctypes.create_string_buffer(b"".join(steps))
    program = Program(len(steps), ctypes.cast(held, ctypes.c_void_p))
    kernel = ctypes.CDLL(None, use_errno=True)
    if kernel.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) or kernel.prctl(SECCOMP, FILTER, ctypes.byref(program), 0, 0):
        raise OSError(ctypes.get_errno(), "this kernel filters no calls")


def step(code: int, value: int, then: int = 0) -> bytes:
    return struct.pack("HBBI", code, then, 0, value)


if __name__ == "__main__":
    refuse_syncs()
    main()
