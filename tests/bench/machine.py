"""What the kernel says about processes, the disk and this machine."""
import os
import time


def cpu_ms(pids):
    """Processor time of processes so far, each from its own clock (clock_getcpuclockid)."""
    total = 0
    for pid in pids:
        try:
            total += time.clock_gettime_ns((~pid << 3) | 2)
        except OSError:
            pass
    return total / 1e6


def tree(pid):
    """A process and all its descendants."""
    found = [pid]
    for parent in found:
        try:
            for task in os.listdir(f"/proc/{parent}/task"):
                with open(f"/proc/{parent}/task/{task}/children", encoding="ascii") as f:
                    found += [int(word) for word in f.read().split()]
        except OSError:
            pass
    return found


def _kilobytes(path, prefix):
    try:
        with open(path, encoding="utf-8") as f:
            return sum(int(line.split()[1]) for line in f if line.startswith(prefix))
    except OSError:
        return 0


def resident_mb(pids):
    return sum(_kilobytes(f"/proc/{pid}/status", "VmRSS:") for pid in pids) / 1024


def peak_mb(pid):
    return _kilobytes(f"/proc/{pid}/status", "VmHWM:") / 1024


def private_mb(pids):
    """Memory that only these have: what a mapped file does not count in."""
    return sum(_kilobytes(f"/proc/{pid}/smaps_rollup", "Private_Dirty:") for pid in pids) / 1024


def _sectors_written():
    with open("/proc/diskstats", encoding="ascii") as f:
        return sum(int(line.split()[9]) for line in f)


def wait_for_quiet_disk(limit=60):
    """After many files came or went a disk is slow for some seconds, whoever asks."""
    os.sync()
    end = time.monotonic() + limit
    before, still = _sectors_written(), 0
    while still < 3 and time.monotonic() < end:
        time.sleep(0.1)
        now = _sectors_written()
        still = still + 1 if now - before < 64 else 0
        before = now


def described():
    model = ""
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        for line in f:
            if line.startswith("model name"):
                model = line.partition(":")[2].strip() + ", "
                break
    load = os.getloadavg()[0]
    return f"{model}{os.cpu_count()} cores, Linux {os.uname().release}, load {load:.1f}"
