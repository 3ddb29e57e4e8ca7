"""The least that the work can cost over GSSAPI, for bench/winrm.ts: the rig's bare client (gss-ntlmssp, http.client), the same
six round trips, no XML parser, no checks: `winrm-gss.py FOLDER HOSTS SCRIPT_BYTES`, 64 threads. PATCHWHY_RIG names the rig."""
import base64
import json
import os
import re
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from xml.sax.saxutils import escape

sys.path.insert(0, os.environ["PATCHWHY_RIG"])
from gss_client import RSP, Client, delete, envelope, shell_id  # noqa: E402

folder, count, script_bytes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with open(os.path.join(folder, "inventory.json"), encoding="utf-8") as f:
    inventory = json.load(f)
script = "# patchwhy-collector: evidence/1 nonce=ab12 begin=BEGIN_{nonce} end=END_{nonce}\n"
while len(script) < script_bytes:
    script += "# " + "x" * 77 + "\n"
bootstrap = "$ProgressPreference = 'SilentlyContinue'\nInvoke-Expression $env:PATCHWHY_1"
encoded = base64.b64encode(bootstrap.encode("utf-16-le")).decode()
line = "powershell.exe -NoProfile -NonInteractive -OutputFormat Text -EncodedCommand " + encoded
create = envelope("http://schemas.xmlsoap.org/ws/2004/09/transfer/Create",
                  "<rsp:Shell><rsp:InputStreams>stdin</rsp:InputStreams><rsp:OutputStreams>stdout stderr</rsp:OutputStreams>"
                  f'<rsp:Environment><rsp:Variable Name="PATCHWHY_1">{escape(script[:32766])}</rsp:Variable></rsp:Environment></rsp:Shell>',
                  options={"WINRS_NOPROFILE": "TRUE", "WINRS_CODEPAGE": "65001"})


def has_document(host):
    client = Client(host["address"], host["port"], user=inventory["user"], password=inventory["password"])
    client.authenticate()
    shell = shell_id(client.call(create)[1])
    reply = client.call(envelope(RSP + "/Command", f"<rsp:CommandLine><rsp:Command>{line}</rsp:Command></rsp:CommandLine>", shell,
                                 {"WINRS_CONSOLEMODE_STDIN": "TRUE", "WINRS_SKIP_CMD_SHELL": "FALSE"}))[1]
    command = re.search(rb"CommandId>([^<]+)<", reply).group(1).decode()
    receive = f'<rsp:Receive><rsp:DesiredStream CommandId="{command}">stdout stderr</rsp:DesiredStream></rsp:Receive>'
    stdout, done = b"", False
    while not done:
        reply = client.call(envelope(RSP + "/Receive", receive, shell))[1]
        stdout += b"".join(base64.b64decode(text) for text in re.findall(rb'Name="stdout"[^>]*>([^<]+)<', reply))
        done = b"CommandState/Done" in reply
    client.call(delete(shell))
    client.http.close()
    return stdout.rstrip().endswith(b"END_ab12")


started = time.monotonic()
with ThreadPoolExecutor(64) as pool:
    found = list(pool.map(has_document, inventory["hosts"][:count]))
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"documents": sum(found), "cpuSeconds": used.ru_utime + used.ru_stime, "wallSeconds": time.monotonic() - started,
                  "rssMb": used.ru_maxrss / 1024}))
