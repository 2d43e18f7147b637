"""A program that runs and ends, started as cheaply as can be: what is measured takes milliseconds."""
import dataclasses
import os
import resource
import tempfile
import time

from figures import Missing


@dataclasses.dataclass
class Run:
    """ms from the first start to the last end, and the processor time of all."""

    ms: float
    cpu: float


def processor_ms():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) * 1000


def start(argv, env, stdin=os.devnull, errors=os.devnull):
    """Its process id; what it prints is lost."""
    files = [(os.POSIX_SPAWN_OPEN, 0, stdin, os.O_RDONLY, 0),
             (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
             (os.POSIX_SPAWN_OPEN, 2, errors, os.O_WRONLY | os.O_APPEND, 0)]
    try:
        return os.posix_spawnp(argv[0], argv, env, file_actions=files)
    except OSError as e:
        raise Missing(f"{argv[0]}: {e.strerror}") from e


def run(steps, env, stdin=os.devnull, codes=(0,)):
    """Steps are the arguments of programs, one after the other."""
    with tempfile.NamedTemporaryFile() as errors:
        used, began = processor_ms(), time.perf_counter()
        for argv in steps:
            _, status = os.waitpid(start(argv, env, stdin, errors.name), 0)
            code = os.waitstatus_to_exitcode(status)
            if code not in codes:
                said = errors.read().decode(errors="replace").strip().splitlines() or ["no word"]
                raise Missing(f"{os.path.basename(argv[0])} failed ({code}): {said[-1][:60]}")
        return Run((time.perf_counter() - began) * 1000, processor_ms() - used)
