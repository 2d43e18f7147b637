"""Measurements of full-screen programs.

Each takes the bench and the names of programs, and returns their figures: {name: {figure: Figure}}.
Programs that are compared take turns (A B A B), so that a noisy machine disturbs both.
"""
import os
import shutil
import statistics
import threading
import time

import machine
from corpus import MARK
from figures import Figure, Missing
from programs import PROGRAMS
from terminal import Terminal

WORDS = (b"oslo", b"lima", b"api7", b"graz", b"mail")
ERASE = b"\x7f"


def gather(samples):
    return {what: Figure(values) for what, values in samples.items()}


def take_turns(bench, names, runs, look):
    """look(bench, program) gives the samples of one run: {figure: value}."""
    found, failed = {name: {} for name in names}, {}
    for _ in range(runs):
        for name in (name for name in names if name not in failed):
            try:
                for what, value in look(bench, PROGRAMS[name]).items():
                    found[name].setdefault(what, []).append(value)
            except Missing as e:
                failed[name] = e
    return {name: failed.get(name) or gather(samples) for name, samples in found.items()}


def opened(bench, program):
    return Terminal(**program.start(bench))


def first_frame(bench, terminal, program):
    return terminal.first_frame(program.until(bench) if program.until else None)


def start(bench, names):
    """ms: from fork to the first full screen; cpu: what that took."""
    def look(bench, program):
        with opened(bench, program) as terminal:
            ms = first_frame(bench, terminal, program)
            return {"ms": ms, "cpu": terminal.cpu()}
    return take_turns(bench, names, bench.runs, look)


def rank(values, percent):
    values = sorted(values)
    return values[max(0, -(-len(values) * percent // 100) - 1)]


def answers(terminal, key, count):
    return [terminal.key(key) for _ in range(count)]


def keys(bench, names):
    """Bytes, latency and processor time of a key; memory afterwards."""
    def look(bench, program):
        with opened(bench, program) as terminal:
            first_frame(bench, terminal, program)
            terminal.drain()
            answers(terminal, program.down, 3)
            before = terminal.cpu()
            down = answers(terminal, program.down, bench.keys)
            cpu = (terminal.cpu() - before) * 1000 / len(down)
            waits = [reply.last for reply in down if reply.last is not None] or [0]
            page = answers(terminal, program.page, bench.keys // 10)
            nothing = answers(terminal, b"~", 2 if program.tool == "" else 0)
            pids = machine.tree(terminal.pid)
            return {"down": statistics.mean(reply.size for reply in down),
                    "page": statistics.mean(reply.size for reply in page),
                    "nothing": sum(reply.size for reply in nothing),
                    "p50": rank(waits, 50), "p99": rank(waits, 99), "cpu": cpu,
                    "private": machine.private_mb(pids), "resident": machine.resident_mb(pids)}
    return take_turns(bench, names, bench.runs, look)


def idle(bench, names):
    """bytes sent and cpu ms in ten seconds after a key that was the last one."""
    def look(bench, program):
        with opened(bench, program) as terminal:
            first_frame(bench, terminal, program)
            terminal.drain()
            answers(terminal, program.down, 2)
            terminal.drain(1000 * bench.idle_seconds // 3, 5)
            size, cpu = terminal.idle(bench.idle_seconds)
            return {"bytes": size, "cpu": cpu}
    return take_turns(bench, names, 1, look)


def letters_of(word):
    return [bytes([letter]) for letter in word]


def typed(bench, terminal, parts):
    """Waits for the answers to the parts of a word, the processor time of all; erases it again."""
    before = terminal.cpu()
    waits = [terminal.key(part, quiet=bench.search_quiet, no_answer=1000).last for part in parts]
    cpu = terminal.cpu() - before
    answers(terminal, ERASE, len(b"".join(parts)))
    terminal.drain(bench.search_quiet)
    return [wait for wait in waits if wait is not None], cpu


def search(bench, names):
    """ms and cpu ms of a letter typed into a search; burst: ms of four letters at once."""
    def look(bench, program):
        with opened(bench, program) as terminal:
            first_frame(bench, terminal, program)
            terminal.drain()
            if program.search:
                terminal.key(program.search)
            slowly = [typed(bench, terminal, letters_of(word)) for word in WORDS]
            at_once = [typed(bench, terminal, [word[::-1]]) for word in WORDS]
        waits = [wait for some, _ in slowly for wait in some]
        bursts = [wait for some, _ in at_once for wait in some]
        if not waits or not bursts:
            raise Missing("no answer to a search")
        return {"ms": statistics.median(waits), "burst": statistics.median(bursts),
                "cpu": sum(cpu for _, cpu in slowly) / sum(map(len, WORDS))}
    return take_turns(bench, names, bench.few_runs, look)


class Watcher(threading.Thread):
    """The most private memory that a process and its children had at one time, and its own peak."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.private, self.peak, self.done = pid, 0, 0, threading.Event()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.join()

    def run(self):
        while not self.done.wait(0.02):
            self.private = max(self.private, machine.private_mb(machine.tree(self.pid)))
            self.peak = max(self.peak, machine.peak_mb(self.pid))


def build(bench, names):
    """Without an index: ms to the first screen and to the index; the memory that takes."""
    def look(bench, program):
        index = bench.index_of("all")
        if os.path.exists(index):
            os.unlink(index)
        with opened(bench, program) as terminal:
            with Watcher(terminal.pid) as watcher:
                first = terminal.wait_for("Cert(s|ificates)", terminal.began)
                while bench.has_index and not os.path.exists(index):
                    terminal.read(2)
                    if terminal.ended or time.perf_counter() > terminal.began + 300:
                        raise Missing("the index was never complete")
                complete = (time.perf_counter() - terminal.began) * 1000
        found = {"first": first}
        if bench.has_index:
            found.update(complete=complete, private=watcher.private, peak=watcher.peak)
        return found
    return take_turns(bench, names, bench.few_runs, look)


def outside(bench, names):
    """ms from the first copy of ten files into the store until all ten are on the screen."""
    given = bench.newcomers()[:10]
    folder = bench.corpus("all").trusted
    marks = [MARK.format(chr(ord("A") + i)) for i in range(len(given))]
    copies = [os.path.join(folder, f"{mark}.pem") for mark in marks]

    def look(bench, program):
        with opened(bench, program) as terminal:
            first_frame(bench, terminal, program)
            terminal.drain(1000)
            since = time.perf_counter()
            try:
                for path, copy in zip(given, copies):
                    shutil.copyfile(path, copy)
                return {"ms": terminal.wait_for(marks[-1][-6:], since)}
            finally:
                for copy in copies:
                    os.unlink(copy)
                terminal.drain(500)

    found = take_turns(bench, names, bench.runs, look)
    bench.restore("all")
    return found
