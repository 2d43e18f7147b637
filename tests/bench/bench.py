#!/usr/bin/env python3
"""Print how quick certary is, beside the tools that people use today, as ratios taken in one run.

  bench.py PROGRAM GENCERTS

Every figure is the median of several runs on the same corpus, which is made here.  Machines are noisy: compare the
ratios, not the milliseconds.  For some seconds after many files were deleted ext4 is slow to make new ones: don't run
it twice in a row.
"""
import os
import pty
import resource
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 5


def timed(make_argv, runs=RUNS):
    """Median wall-clock and CPU milliseconds of a command; make_argv(i) may differ from run to run."""
    wall, cpu = [], []
    for i in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.monotonic()
        subprocess.run(make_argv(i), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False)
        wall.append((time.monotonic() - start) * 1000)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000)
    return statistics.median(wall), statistics.median(cpu)


def row(what, ours, theirs, peer):
    if theirs is None:
        print(f'{what:<44} {ours[0]:9.1f} ms {ours[1]:9.1f} ms CPU   {peer}')
    else:
        print(f'{what:<44} {ours[0]:9.1f} ms   {theirs[0] / ours[0]:7.1f} x faster than {peer}')


class Console:
    """The program on a pty of 80x24, as far as bytes and CPU go."""

    def __init__(self, program, store):
        self.start = time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM='xterm-256color', LC_ALL='C.UTF-8', CERTARY_TEST_SYNC='1', LINES='24', COLUMNS='80')
            os.execv(program, [program, '--store', store])
        self.first = self.read()

    def read(self):
        """Bytes up to the next frame mark, without the mark."""
        data = b''
        while b'\x07' not in data[data.rfind(b'\x1b]7777;'):] or b'\x1b]7777;' not in data:
            if not select.select([self.fd], [], [], 5)[0]:
                break
            try:
                data += os.read(self.fd, 65536)
            except OSError:
                break
        return len(data[:data.find(b'\x1b]7777;')])

    def key(self, key):
        os.write(self.fd, key)
        return self.read()

    def leave(self):
        os.write(self.fd, b'\x1b[21~')
        while True:
            try:
                if not os.read(self.fd, 65536):
                    break
            except OSError:
                break
        _, _, usage = os.wait4(self.pid, 0)
        return (usage.ru_utime + usage.ru_stime) * 1000


def console_rows(program, store):
    cpus, first, down, page, nothing = [], [], [], [], []
    for _ in range(RUNS):
        console = Console(program, store)
        first.append((time.monotonic() - console.start) * 1000)
        down += [console.key(b'j') for _ in range(10)]
        page += [console.key(b'\x1b[6~') for _ in range(3)]
        nothing += [console.key(b'~')]
        cpus.append(console.leave())
    print(f'{"console, 80x24, first full screen":<44} {statistics.median(first):9.1f} ms')
    print(f'{"  start, 14 keys and end":<44} {statistics.median(cpus):9.1f} ms CPU')
    print(f'{"  bytes: cursor down, page down, no meaning":<44} {statistics.median(down):9.0f} '
          f'{statistics.median(page):9.0f} {statistics.median(nothing):9.0f}')


def main():
    program, gencerts = sys.argv[1:3]
    work = tempfile.mkdtemp(prefix='certary-bench-')
    try:
        bundles = {}
        for count in (150, 2000, 16000):
            bundles[count] = f'{work}/{count}.pem'
            subprocess.run([gencerts, '-n', str(count), '-b', bundles[count], f'{work}/{count}'], check=True,
                           stdout=subprocess.DEVNULL)
        for count, bundle in bundles.items():
            ours = timed(lambda i, b=bundle, c=count: [program, '--store', f'{work}/store-{c}-{i}', 'import', '--yes',
                                                       '--no-limits', b], 3)
            size = os.path.getsize(bundle) / 1e6
            row(f'import of {count} ({size:.1f} MB), durable', ours, None, '')
            if shutil.which('certtool'):
                row('  beside reading them', ours, timed(lambda i, b=bundle: ['certtool', '-i', '--infile', b], 1),
                    'certtool -i')
            if shutil.which('openssl'):
                row('', ours, timed(lambda i, b=bundle: ['openssl', 'storeutl', '-noout', '-text', b], 1),
                    'openssl storeutl')
        store = f'{work}/store-150-0'
        ours = timed(lambda i: [program, '--store', store, 'list'])
        row('list of 150', ours, None, '')
        if shutil.which('keytool'):
            java = f'{work}/java.jks'
            subprocess.run(['keytool', '-importcert', '-noprompt', '-storepass', 'changeit', '-keystore', java,
                            '-alias', 'a', '-file', bundles[150]], check=False, capture_output=True)
            row('  beside a keystore of one', ours,
                timed(lambda i: ['keytool', '-list', '-storepass', 'changeit', '-keystore', java], 3), 'keytool -list')
        console_rows(program, store)
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == '__main__':
    main()
