"""Measures reading an organisation into a store, and decoding its pages, beside programs written by hand."""

import shutil
import socket
import statistics
import subprocess
import time
from contextlib import contextmanager

from crm_pages import VERSION, generate_pages
from programs import HERE, Absent, Sample, execute

ROUNDS = 5
FEW, MANY = 10_000, 100_000
# Pages at either end that are held against each other.
END = 10
NAME = "requests + orjson + sqlite3"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def configuration(workspace, ports):
    """Of one nginx process with a port for each folder."""
    servers = "".join(
        f"""
        server {{
            listen 127.0.0.1:{port};
            root {folder};
            location = /services/data/ {{ try_files /versions =404; }}
            location = {VERSION}/sobjects/Contract/describe {{ try_files /describe =404; }}
            location = {VERSION}/query {{ try_files /pages/0000000 =404; }}
            location = {VERSION}/queryAll {{ try_files /pages/0000000 =404; }}
            location {VERSION}/query/ {{ alias {folder}/pages/; }}
        }}"""
        for folder, port in ports.items()
    )
    paths = "".join(
        f"{name}_temp_path {workspace}/nginx-{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"""
    worker_processes 1; daemon off; pid {workspace}/nginx.pid; error_log {workspace}/nginx.log;
    events {{ worker_connections 64; }}
    http {{
        access_log off; sendfile on; keepalive_requests 1000000; default_type application/json; {paths}
        {servers}
    }}"""


@contextmanager
def serving(workspace, folders):
    """The addresses at which nginx answers with what the folders hold."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not program:
        raise Absent("nginx is not installed")
    ports = {folder: free_port() for folder in folders}
    file = workspace / "nginx.conf"
    file.write_text(configuration(workspace, ports))
    # Its worker may be another user, who has to get at the folder.
    workspace.chmod(0o755)
    server = subprocess.Popen([program, "-e", workspace / "nginx.log", "-c", file], stderr=subprocess.DEVNULL)
    try:
        for port in ports.values():
            wait(server, port)
        yield {folder: f"http://127.0.0.1:{port}" for folder, port in ports.items()}
    finally:
        server.terminate()
        server.wait()


def wait(server, port):
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            if server.poll() is not None:
                raise Absent("nginx does not start here") from None
            time.sleep(0.01)
    raise Absent("nginx does not answer")


def store(workspace, name):
    """A path where no store is."""
    path = workspace / name
    for suffix in ("", "-wal", "-shm", ".lock"):
        path.with_name(name + suffix).unlink(missing_ok=True)
    return path


def middle(lines, key):
    return statistics.median(line[key] for line in lines)


def ends(line, field):
    """The medians of the first and the last pages' times of a run."""
    times = [page[field] for page in line["pages"]]
    return statistics.median(times[:END]), statistics.median(times[-END:])


def measure_ingestion(bench, python, workspace, limits, report):
    """Everything about reading pages; what is missing on this machine is said."""
    few, many = workspace / "crm-few", workspace / "crm-many"
    generate_pages(few, FEW)
    generate_pages(many, MANY)
    print(f"\ningestion: {MANY:,} contracts in pages of 2,000")
    decoding(bench, python, many / "pages", limits, report)
    try:
        with serving(workspace, [few, many]) as addresses:
            storing(bench, python, workspace, addresses[few], addresses[many], limits, report)
    except Absent as error:
        print(f"  storing not measured: {error}")


def peer(python, *arguments):
    (line,) = execute([python, HERE / "crm_peers.py", *arguments])
    return line


def decoding(bench, python, pages, limits, report):
    """Megabytes a processor second."""
    samples = {"decode": [], "decode_facts": [], "orjson": []}
    absent = None
    for _ in range(ROUNDS):
        for job in ("decode", "decode_facts"):
            samples[job] += execute([bench, pages, job, 5])
        if not absent:
            try:
                samples["orjson"].append(peer(python, "decode", pages))
            except Absent as error:
                absent = error
    speeds = {}
    for job, lines in samples.items():
        if lines:
            speeds[job] = statistics.median(line["result"]["mb"] / line["cpu"] for line in lines)
            print(f"  {job:14} {speeds[job]:7.0f} MB a CPU second")
    if absent:
        print(f"  orjson         {absent}")
        return
    rows = {line["result"]["rows"] for lines in samples.values() for line in lines}
    if rows != {MANY}:
        report.faults.append(f"decode: {rows} rows, expected {MANY}")
    for job in ("decode", "decode_facts"):
        ratio = speeds[job] / speeds["orjson"]
        mark = report.check("crm", job, "orjson's speed", ratio, limits["decode"].get(job), False)
        print(f"  {job:14} {ratio:7.2f} times orjson's speed{mark}")


def storing(bench, python, workspace, few, many, limits, report):
    """Both programs in turn, each into a new store with synchronous=FULL."""
    own, theirs, small, ratios_on_top = [], [], [], []
    absent = None
    for _ in range(ROUNDS):
        path = store(workspace, "fairway.sqlite")
        own += execute([bench, "ingest", many, path])
        # The same again under another name of the source: as many facts once more, on top.
        (more,) = execute([bench, "ingest", many, path, "crm2"])
        ratios_on_top.append(ends(more, "cpu")[1] / ends(own[-1], "cpu")[0])
        small += execute([bench, "ingest", few, store(workspace, "few.sqlite")])
        if not absent:
            try:
                theirs.append(peer(python, "ingest", many, store(workspace, "peer.sqlite")))
            except Absent as error:
                absent = error
    for name, lines in (("Fairway", own), (NAME, theirs)):
        if lines:
            cpu, wall, memory = (middle(lines, key) for key in ("cpu", "wall", "peak_rss_mb"))
            speeds = f"{MANY / wall:8,.0f} rows a second, {MANY / cpu:8,.0f} a CPU second"
            print(f"  {name:28} {wall:6.3f} s, {cpu:6.3f} CPU s, {memory:4.0f} MB: {speeds}")
    if absent:
        print(f"  {NAME:28} {absent}")
    else:
        against_peer(own, theirs, limits, report)
    growth = middle(own, "anonymous_mb") - middle(small, "anonymous_mb")
    mark = report.check("crm", "ingest", "megabytes from 10,000 to 100,000", growth, limits["memory_growth"], True)
    print(f"  anonymous memory grows by {growth:.1f} MB from {FEW:,} to {MANY:,} records{mark}")
    pairs = [ends(line, "cpu") for line in own]
    for what, ratio in (
        ("the last pages of 100,000", statistics.median(last / first for first, last in pairs)),
        ("the last pages of 200,000", statistics.median(ratios_on_top)),
    ):
        mark = report.check("crm", "ingest", f"the first pages' time: {what}", ratio, limits["page_growth"], True)
        print(f"  {what} take {ratio:.2f} times as long as the first ones{mark}")


def against_peer(own, theirs, limits, report):
    """The same rows and the same money first, then the times."""
    found = {(line["result"]["rows"], line["result"]["amount"]) for line in own + theirs}
    if len(found) != 1:
        report.faults.append(f"ingest: stores differ in (rows, sum of amounts): {sorted(found)}")
    for key, what in (("cpu", "CPU time"), ("wall", "wall time")):
        ratio = middle(theirs, key) / middle(own, key)
        mark = report.check("crm", "ingest", f"the peer's speed by {what}", ratio, limits["ingest"][key], False)
        print(f"  ingest: {ratio:.2f} times as fast as {NAME} by {what}{mark}")
