"""pywinrm's side of bench/winrm.ts: the same work, `winrm-pywinrm.py FOLDER HOSTS SCRIPT_BYTES`, 64 threads."""
import base64
import json
import os
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from winrm.protocol import Protocol

folder, count, script_bytes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with open(os.path.join(folder, "inventory.json"), encoding="utf-8") as f:
    inventory = json.load(f)
script = "# patchwhy-collector: evidence/1 nonce=ab12 begin=BEGIN_{nonce} end=END_{nonce}\n"
while len(script) < script_bytes:
    script += "# " + "x" * 77 + "\n"
# pywinrm sends one variable only, whatever it is given.
bootstrap = "$ProgressPreference = 'SilentlyContinue'\nInvoke-Expression $env:PATCHWHY_1"
encoded = base64.b64encode(bootstrap.encode("utf-16-le")).decode()
command = "powershell.exe -NoProfile -NonInteractive -OutputFormat Text -EncodedCommand " + encoded


def has_document(host):
    p = Protocol(endpoint=f"http://{host['address']}:{host['port']}/wsman", transport="ntlm", username=inventory["user"],
                 password=inventory["password"], message_encryption="always")
    shell = p.open_shell(codepage=65001, env_vars={"PATCHWHY_1": script[:32766]})
    try:
        command_id = p.run_command(shell, command)
        stdout, _, _ = p.get_command_output(shell, command_id)
        p.cleanup_command(shell, command_id)
    finally:
        p.close_shell(shell)
    return stdout.rstrip().endswith(b"END_ab12")


started = time.monotonic()
with ThreadPoolExecutor(64) as pool:
    found = list(pool.map(has_document, inventory["hosts"][:count]))
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"documents": sum(found), "cpuSeconds": used.ru_utime + used.ru_stime, "wallSeconds": time.monotonic() - started,
                  "rssMb": used.ru_maxrss / 1024}))
