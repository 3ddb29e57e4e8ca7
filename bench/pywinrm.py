"""The peer of bench/scan.ts: pywinrm over the first hosts of a fleet, one session each, the same collector marker.

pywinrm.py INVENTORY.json HOSTS THREADS
"""
import json
import sys
import warnings
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor

import winrm

warnings.simplefilter("ignore")
# What the rig answers with the host's evidence; pywinrm sends it on the command line, so it stays short.
SCRIPT = "# patchwhy-collector: evidence/1 nonce=ab12cd34 begin=PATCHWHY-BEGIN_{nonce}_{bytes} end=PATCHWHY-END_{nonce}\n1\n"


def look(inventory, host):
    target = f"http://{host['address']}:{host['port']}/wsman"
    session = winrm.Session(target, auth=(inventory["user"], inventory["password"]), transport="ntlm", message_encryption="always")
    # run_ps without its clean-up of stderr, which fails on bytes.
    command = b64encode(SCRIPT.encode("utf_16_le")).decode("ascii")
    return b"PATCHWHY-END" in session.run_cmd(f"powershell -encodedcommand {command}").std_out


def main(path, count, threads):
    with open(path, encoding="utf-8") as file:
        inventory = json.load(file)
    hosts = inventory["hosts"][:count]
    with ThreadPoolExecutor(threads) as pool:
        answered = sum(pool.map(lambda host: look(inventory, host), hosts))
    if answered != len(hosts):
        raise SystemExit(f"{answered} of {len(hosts)} answered")


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
