/**
 * What lies behind a failed contact: likely reasons, the likeliest first, and the command to type. Decides by stage
 * and code alone, and must never know how contact was made. Reasons follow Microsoft's documents on WinRM, HTTP.sys,
 * Kerberos and OpenSSH, and published cases.
 */
import type { ContactFailure } from '../core/evidence.ts';

export type ContactFacts = Pick<
  ContactFailure['contact'],
  'stage' | 'code' | 'during' | 'transport'
>;

export interface Advice {
  /** Likeliest first. */
  readonly reasons: readonly string[];
  /** Commands for the host, in an elevated PowerShell. */
  readonly there?: readonly string[];
  /** Commands for this machine, as Linux has them. `HOST` and `PORT` stand for those of the host, `JUMP` for what ssh takes to reach its jump host. */
  readonly here?: readonly string[];
}

interface Row extends Advice {
  readonly stage: ContactFacts['stage'];
  /** Codes it is for; absent: every other code of the stage. */
  readonly codes?: readonly string[];
  /** Only over this. */
  readonly over?: 'ssh' | 'winrm';
}

const WINRM_STATE = [
  'winrm enumerate winrm/config/listener',
  'Get-Service WinRM',
  'Get-NetConnectionProfile',
];
const QUICKCONFIG = ['winrm quickconfig'];
const SHELLS = [
  'Get-WSManInstance -ResourceURI shell -Enumerate | Format-Table ShellId, Owner, ClientIP, ShellRunTime',
];
const LOGON_EVENTS = [
  "Get-WinEvent -MaxEvents 5 -FilterHashtable @{ LogName = 'Security'; Id = 4625 } | Format-List TimeCreated, Message",
];
const WINRM_LOG = ['Get-WinEvent -MaxEvents 20 -LogName Microsoft-Windows-WinRM/Operational'];
const CERTIFICATE = [
  'winrm enumerate winrm/config/listener',
  'Get-ChildItem Cert:\\LocalMachine\\My | Format-Table Subject, NotAfter, Thumbprint',
];
const SPNS = ['setspn -Q HTTP/HOST', 'setspn -Q WSMAN/HOST', 'setspn -X'];
const SSHD = ['Get-Service sshd', 'Get-NetFirewallRule -Name *OpenSSH-Server*'];

const ROWS: readonly Row[] = [
  {
    stage: 'relay',
    codes: ['PERMISSION_DENIED', 'AUTH_UNAVAILABLE'],
    reasons: [
      'the jump host refuses our key or password',
      'the jump host has another user, or takes another way to sign in',
      'the key is not among the authorized_keys of that user',
    ],
    here: ['ssh -v JUMP', 'ssh-add -l'],
  },
  {
    stage: 'relay',
    codes: ['HOST_KEY_UNKNOWN', 'HOST_KEY_CHANGED', 'HOST_KEY_REVOKED'],
    reasons: [
      'the jump host was never connected to from here: its key is in no known_hosts',
      'the jump host was set up anew, or another machine has its address now',
      'somebody stands in between',
    ],
    here: ['ssh JUMP'],
  },
  {
    stage: 'relay',
    codes: ['ENOTFOUND', 'EAI_AGAIN'],
    reasons: [
      'the name of the jump host is misspelt, or unknown to the DNS that this machine asks',
      'a VPN that resolves it is down',
    ],
    here: ['patchwhy doctor', 'ssh -v JUMP'],
  },
  {
    stage: 'relay',
    codes: ['FORWARDING_FORBIDDEN', 'NO_CHANNEL'],
    reasons: [
      'the sshd of the jump host forbids forwarding (AllowTcpForwarding, PermitOpen, or no-port-forwarding at the key)',
      'it opens no more channels: fewer, by channels: in the inventory',
    ],
    here: ['ssh -v -W HOST:PORT JUMP'],
  },
  {
    stage: 'relay',
    reasons: [
      'the jump host is down or restarting, or its sshd does not answer',
      'a firewall or a VPN on the way to it',
      'its sshd listens on another port',
    ],
    here: ['ssh -v JUMP', 'ssh -v -W HOST:PORT JUMP'],
  },
  {
    stage: 'dns',
    codes: ['ENOTFOUND'],
    reasons: [
      'the name is misspelt, or lacks its DNS suffix',
      'the host left the domain, or its record was scavenged',
      'this machine asks other DNS servers than the hosts do (VPN, split DNS)',
    ],
    here: ['patchwhy doctor', 'nslookup HOST'],
  },
  {
    stage: 'dns',
    reasons: [
      'no DNS server answered',
      'a firewall or a VPN drops DNS',
      'the resolver of this machine is misconfigured',
    ],
    here: ['patchwhy doctor', 'cat /etc/resolv.conf'],
  },
  {
    stage: 'tcp',
    codes: ['ECONNREFUSED'],
    over: 'ssh',
    reasons: ['sshd is not installed or not running there', 'sshd listens on another port'],
    there: SSHD,
    here: ['nc -vz HOST PORT'],
  },
  {
    stage: 'tcp',
    codes: ['ECONNREFUSED'],
    reasons: [
      'WinRM is not set up there: a client Windows has no listener until "winrm quickconfig" was run',
      'the listener uses the other port (5985 HTTP, 5986 HTTPS)',
      'a policy gives the listener an empty IPv4Filter, so that it listens nowhere',
      'the address belongs to another machine by now (stale DNS)',
    ],
    there: [...QUICKCONFIG, ...WINRM_STATE],
    here: ['nc -vz HOST PORT'],
  },
  {
    stage: 'tcp',
    codes: ['ETIMEDOUT'],
    over: 'ssh',
    reasons: [
      'the host is off, asleep or away from this network',
      'a firewall drops port 22 (rule OpenSSH-Server-In-TCP, private profile only)',
      'the way there leads through a VPN or a jump host',
    ],
    there: SSHD,
    here: ['ping HOST', 'nc -vz HOST PORT'],
  },
  {
    stage: 'tcp',
    codes: ['ETIMEDOUT'],
    reasons: [
      'the host is off, asleep or away from this network',
      'a firewall drops the port: rule WINRM-HTTP-In-TCP, which on the public profile lets in its own subnet only',
      'the way there leads through a VPN or a jump host (via: in the inventory)',
    ],
    there: [
      'Get-NetFirewallRule -Name WINRM-HTTP-In-TCP* | Format-Table Name, Enabled, Profile',
      'Get-NetConnectionProfile',
    ],
    here: ['ping HOST', 'nc -vz HOST PORT'],
  },
  {
    stage: 'tcp',
    codes: ['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'EADDRNOTAVAIL'],
    reasons: [
      'the VPN or the network of this machine is down',
      'the host is off',
      'no route to its network',
    ],
    here: ['ip route get HOST'],
  },
  {
    stage: 'tcp',
    codes: ['ECONNRESET'],
    reasons: [
      'a firewall or an intrusion filter ends the connection',
      'another kind of service listens on this port',
      'the HTTPS listener has no certificate any more: HTTP.sys then closes at once',
    ],
    there: [...CERTIFICATE, `netsh http show sslcert`],
  },
  { stage: 'tcp', reasons: ['the connection could not be made'], here: ['nc -vz HOST PORT'] },
  {
    stage: 'tls',
    codes: ['CERT_HAS_EXPIRED'],
    reasons: ['the certificate of the listener has expired', 'the clock of this machine is wrong'],
    there: CERTIFICATE,
    here: [
      'openssl s_client -connect HOST:PORT </dev/null | openssl x509 -noout -subject -issuer -dates',
    ],
  },
  {
    stage: 'tls',
    codes: ['CERT_NOT_YET_VALID'],
    reasons: ['a clock is wrong: that of this machine, or that of the authority'],
    here: ['date', 'timedatectl'],
  },
  {
    stage: 'tls',
    codes: [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
    reasons: [
      'the certificate is self-signed, or comes from an authority this machine does not know: give winrm.ca',
      'compare its SHA-256 on the host, then pin it: winrm.fingerprint',
      'a device in between shows its own certificate',
    ],
    there: CERTIFICATE,
    here: ['openssl s_client -connect HOST:PORT -showcerts </dev/null'],
  },
  {
    stage: 'tls',
    codes: ['ERR_TLS_CERT_ALTNAME_INVALID'],
    reasons: [
      'the inventory has an address or a short name, the certificate the full one: use that, or winrm.server_name',
      'the address belongs to another machine by now (stale DNS)',
    ],
    there: CERTIFICATE,
  },
  {
    stage: 'tls',
    codes: ['CERT_CHANGED', 'FINGERPRINT_MISMATCH'],
    reasons: [
      'the certificate was renewed: compare its SHA-256 on the host, then change winrm.fingerprint',
      'the host was installed anew, or another one took its address',
      'somebody in between shows another certificate',
    ],
    there: CERTIFICATE,
  },
  {
    stage: 'tls',
    codes: ['HOST_KEY_UNKNOWN'],
    reasons: [
      'this host was never met before: compare the fingerprint on the host, then add the key to known_hosts',
    ],
    there: ['ssh-keygen -lf $env:ProgramData\\ssh\\ssh_host_ed25519_key.pub'],
    here: ['ssh-keyscan -p PORT HOST'],
  },
  {
    stage: 'tls',
    codes: ['HOST_KEY_CHANGED', 'HOST_KEY_REVOKED'],
    reasons: [
      'the host was installed anew, or another one took its address',
      'somebody in between shows another key',
    ],
    there: ['ssh-keygen -lf $env:ProgramData\\ssh\\ssh_host_ed25519_key.pub'],
    here: ['ssh-keygen -R HOST   (only after comparing the fingerprint on the host)'],
  },
  {
    stage: 'tls',
    reasons: [
      'this port does not speak TLS (5986 is HTTPS, 5985 is not)',
      'the listener has no certificate: winrm quickconfig -transport:https',
      'the host offers TLS 1.0 or 1.1 only (Windows 7 and Server 2008 R2 as they came)',
    ],
    there: [...CERTIFICATE, `netsh http show sslcert`],
    here: ['openssl s_client -connect HOST:PORT </dev/null'],
  },
  {
    stage: 'http',
    codes: ['400'],
    reasons: [
      'the Kerberos token is larger than HTTP.sys takes: the account is in very many groups (MaxFieldLength, MaxRequestBytes)',
      'a device in between spliced the connection',
    ],
    there: ['Get-ItemProperty HKLM:\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters'],
  },
  {
    stage: 'http',
    codes: ['403'],
    reasons: [
      'a proxy or a web filter stands before the host',
      'an address rule of the listener refuses us',
    ],
    there: ['netsh http show urlacl', 'winrm get winrm/config/service'],
  },
  {
    stage: 'http',
    codes: ['404', '0x80338113'],
    reasons: ['another web server owns this port', 'the URLPrefix of the listener is not wsman'],
    there: WINRM_STATE,
  },
  {
    stage: 'http',
    codes: ['407', '502', '504'],
    reasons: ['the address leads to a proxy, not to the host'],
    here: ['nslookup HOST'],
  },
  {
    stage: 'http',
    codes: ['413', '0x80338111'],
    reasons: ['MaxEnvelopeSizekb of the host is below 150'],
    there: ['winrm set winrm/config \'@{MaxEnvelopeSizekb="500"}\''],
  },
  {
    stage: 'http',
    codes: ['503', '0x80338112'],
    reasons: [
      'the WinRM service is stopped, or still starting after a restart (delayed start)',
      'another program reserved the port in HTTP.sys',
    ],
    there: ['Start-Service WinRM', 'netsh http show urlacl'],
  },
  {
    stage: 'http',
    codes: ['500', '0x80338170'],
    reasons: ['the WinRM service or a plug-in of it failed'],
    there: WINRM_LOG,
  },
  {
    stage: 'http',
    codes: [
      'BAD_REPLY',
      'CUT_OFF',
      'ECONNRESET',
      'EPIPE',
      'ECONNABORTED',
      'ETIMEDOUT',
      '0x803380F9',
    ],
    reasons: [
      'the host is restarting, or its WinRM service is',
      'a device in between changes or cuts connections',
      'several tools share the connection quota of the host',
    ],
    there: WINRM_LOG,
  },
  {
    stage: 'http',
    reasons: [
      'something else than WinRM listens on this port: a web server, a portal, a proxy',
      'the address belongs to another machine by now (stale DNS)',
    ],
    there: WINRM_STATE,
  },
  {
    stage: 'auth',
    codes: ['0x80090324', 'KRB_AP_ERR_SKEW'],
    reasons: [
      'clocks differ by more than five minutes: of the host, the domain controller, or this machine',
    ],
    there: ['w32tm /query /status', 'w32tm /resync'],
    here: ['date -u'],
  },
  {
    stage: 'auth',
    codes: ['0x80090303', 'KDC_ERR_S_PRINCIPAL_UNKNOWN', '0x8033810B', '0x803380E4'],
    reasons: [
      'the inventory has an address, an alias or a short name: Kerberos wants the full name',
      'the host has no HTTP/ or WSMAN/ service principal in the directory',
      'the realm of the host is not the one this machine thinks (domain_realm in krb5.conf; ksetup on Windows)',
    ],
    there: SPNS,
    here: ['kvno HTTP/HOST'],
  },
  {
    stage: 'auth',
    codes: ['0x80090322'],
    reasons: [
      'two accounts claim the same service principal',
      'the address belongs to another machine by now (stale DNS)',
    ],
    there: SPNS,
  },
  {
    stage: 'auth',
    codes: ['0x80090311', 'KRB5_KDC_UNREACH', 'KDC_UNREACHABLE'],
    reasons: [
      'no domain controller answers from here (port 88)',
      'DNS lacks the SRV records, or krb5.conf names the wrong KDC',
    ],
    here: ['nslookup -type=srv _kerberos._tcp.DOMAIN', 'KRB5_TRACE=/dev/stderr kinit USER'],
  },
  {
    stage: 'auth',
    codes: ['0x8009030E', '0x8033809D', 'NO_TICKET', 'TICKET_EXPIRED'],
    reasons: [
      'there is no valid Kerberos ticket: get one',
      'the ticket lies in another cache (KRB5CCNAME)',
    ],
    here: ['klist', 'kinit USER@REALM'],
  },
  {
    stage: 'auth',
    codes: ['KDC_ERR_C_PRINCIPAL_UNKNOWN', '0x80090300'],
    reasons: ['the user or the realm is misspelt; realms are in capitals: user@ACME.EXAMPLE'],
    here: ['kinit USER@REALM'],
  },
  {
    stage: 'auth',
    codes: ['KDC_ERR_ETYPE_NOSUPP'],
    reasons: ['the account has no AES keys and RC4 is switched off: set its password anew'],
  },
  {
    stage: 'auth',
    codes: ['AUTH_UNAVAILABLE'],
    over: 'ssh',
    reasons: [
      'the host does not take what we have: it wants a key and we have a password, or the other way round',
    ],
    there: ['Select-String -Path $env:ProgramData\\ssh\\sshd_config -Pattern Authentication'],
  },
  {
    stage: 'auth',
    codes: ['AUTH_UNAVAILABLE'],
    reasons: [
      'the way to sign in is switched off there: see what it offers above',
      'this machine lacks what the way needs: a ticket, the module "kerberos", TLS for Basic',
    ],
    there: ['winrm get winrm/config/service/auth'],
  },
  {
    stage: 'auth',
    over: 'ssh',
    reasons: [
      'the key is not in authorized_keys; for administrators it is ProgramData\\ssh\\administrators_authorized_keys, which only SYSTEM and Administrators may access',
      'the password is wrong, or the account is locked, disabled or expired',
      'AllowUsers or AllowGroups in sshd_config leaves the account out',
    ],
    there: [
      'Get-Acl $env:ProgramData\\ssh\\administrators_authorized_keys | Format-List',
      'Get-WinEvent -MaxEvents 20 -LogName OpenSSH/Operational',
    ],
    here: ['ssh -v -p PORT USER@HOST'],
  },
  {
    stage: 'auth',
    reasons: [
      'the password is wrong, or the account is locked, disabled, expired or may not log on from the network',
      'a local account that is not the built-in Administrator is filtered by UAC (LocalAccountTokenFilterPolicy)',
      'a policy restricts NTLM, or the account is in Protected Users: use Kerberos',
      'CbtHardeningLevel is Strict and something in between ends TLS',
    ],
    there: LOGON_EVENTS,
  },
  {
    stage: 'shell',
    codes: ['0x80070005', '0x80338104', '0x80338105', '0x80338106'],
    reasons: [
      'the account is neither in Administrators nor allowed by the RootSDDL of WinRM; Remote Management Users may use endpoints, not shells',
      'a local account is filtered by UAC (LocalAccountTokenFilterPolicy)',
      'without administrator rights a JEA endpoint does it: patchwhy collector jea',
    ],
    there: [
      'winrm configSDDL default',
      'Get-LocalGroupMember Administrators',
      'Get-PSSessionConfiguration | Format-List Name, Permission',
    ],
  },
  {
    stage: 'shell',
    codes: ['0x803381AC', '0x803381DD', '0x803381E3'],
    reasons: [
      'a policy switched remote shells off (AllowRemoteShellAccess)',
      'Disable-PSRemoting was run there',
    ],
    there: ['winrm get winrm/config/winrs', 'Enable-PSRemoting'],
  },
  {
    stage: 'shell',
    codes: [
      '0x803381A5',
      '0x803381E4',
      '0x803381A6',
      '0x803381E7',
      '0x803381E8',
      '0x803381E9',
      '0x803381AB',
      '0x803381E5',
    ],
    reasons: [
      'other tools left shells open under this account',
      'the quota is small: MaxShellsPerUser, MaxConcurrentUsers',
    ],
    there: [...SHELLS, `winrm get winrm/config/winrs`],
  },
  {
    stage: 'shell',
    codes: ['0x803381A7', '0x803381A8'],
    reasons: ['the host slows this account down: fewer --forks, or later'],
    there: WINRM_LOG,
  },
  {
    stage: 'shell',
    codes: ['0x803381EA', '0x80070008', '0x8007000E', '0x800705AF'],
    reasons: ['the host is out of memory or handles'],
    there: [
      'Get-Process | Sort-Object WS -Descending | Select-Object -First 10 Name, WS, Handles',
      'Get-CimInstance Win32_OperatingSystem | Format-List FreePhysicalMemory, FreeVirtualMemory',
    ],
  },
  {
    stage: 'shell',
    codes: ['0x80338000', '0x8033803B', '0x80338190', '0x803381C6'],
    reasons: [
      'the endpoint of that name is not registered there',
      'its plug-in is broken: register it anew',
    ],
    there: ['Get-PSSessionConfiguration', 'winrm quickconfig'],
  },
  {
    stage: 'shell',
    codes: ['0x803381DF'],
    reasons: ['the RunAs account of the endpoint has a wrong password'],
    there: ['Get-PSSessionConfiguration | Format-List Name, RunAsUser'],
  },
  {
    stage: 'shell',
    codes: ['0x8033805B', '0x800703E3', '0x800703FA', '0x8033816E'],
    reasons: ['the WinRM service was restarted, or the shell timed out: try again'],
    there: WINRM_LOG,
  },
  { stage: 'shell', reasons: ['the host could not open a shell'], there: WINRM_LOG },
  {
    stage: 'collector',
    codes: ['UNSUPPORTED_OS'],
    reasons: ['this is no Windows: nothing to diagnose here'],
  },
  {
    stage: 'collector',
    codes: ['BLOCKED'],
    reasons: [
      'the virus scanner refused the script: allow it by its hash (patchwhy collector show --sha256)',
    ],
    there: [
      "Get-WinEvent -MaxEvents 10 -FilterHashtable @{ LogName = 'Microsoft-Windows-Windows Defender/Operational'; Id = 1116, 1117 }",
    ],
  },
  {
    stage: 'collector',
    codes: ['CONSTRAINED', '0x800704EC'],
    reasons: [
      'AppLocker or App Control bars PowerShell for this account: --method cmd reads what it can without',
    ],
    there: ['Get-AppLockerPolicy -Effective -Xml', '$ExecutionContext.SessionState.LanguageMode'],
  },
  {
    stage: 'collector',
    codes: ['NO_POWERSHELL', '0x80070002'],
    reasons: [
      'powershell.exe is not where every Windows has it: --method cmd reads what it can without',
    ],
    there: ['where.exe powershell', 'sfc /verifyonly'],
  },
  {
    stage: 'collector',
    codes: ['0x8007000E'],
    reasons: [
      'the memory limit of shells is small (MaxMemoryPerShellMB)',
      'the host is out of memory',
    ],
    there: ['winrm get winrm/config/winrs'],
  },
  {
    stage: 'collector',
    codes: ['-1073741502', '-1073741510', '3221225794'],
    reasons: [
      'the desktop heap of the host is used up: restart it',
      'something there ended PowerShell',
    ],
    there: [
      "Get-WinEvent -MaxEvents 10 -FilterHashtable @{ LogName = 'System'; ProviderName = 'Win32k' }",
    ],
  },
  {
    stage: 'collector',
    codes: ['NOISE', 'CUT_OFF', 'BAD_REPLY', 'NO_OUTPUT', 'UNKNOWN_SCHEMA', 'BAD_SCRIPT'],
    reasons: [
      'something on the host writes into the output of PowerShell: an AutoRun of cmd.exe, a profile, a security agent',
      'PowerShell was ended in the middle',
      'the host has PowerShell 2.0 only: install WMF 5.1',
    ],
    there: ["Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Command Processor'", '$PSVersionTable'],
  },
  { stage: 'collector', reasons: ['PowerShell ended before it was done'], there: WINRM_LOG },
];

const TIMEOUTS: Readonly<Record<NonNullable<ContactFacts['during']>, Advice>> = {
  tls: {
    reasons: ['the port is open and nothing speaks TLS behind it', 'the host is overloaded'],
    here: ['openssl s_client -connect HOST:PORT </dev/null'],
  },
  http: {
    reasons: ['the host is overloaded or hangs', 'another kind of service listens on this port'],
    there: WINRM_STATE,
  },
  auth: {
    reasons: [
      'the host cannot reach its domain controller, and waits for it',
      'the host is overloaded',
    ],
    there: ['nltest /sc_query:DOMAIN'],
  },
  shell: {
    reasons: [
      'the host is overloaded: processes start slowly',
      'WMI or the WinRM service hangs: restart it',
    ],
    there: ['Restart-Service WinRM', 'Get-Counter "\\Processor(_Total)\\% Processor Time"'],
  },
  collector: {
    reasons: [
      'WMI hangs',
      'servicing (TiWorker, DISM) keeps the host busy',
      'the limit is short: timeouts.collect',
    ],
    there: [
      'Get-Process TiWorker, TrustedInstaller, WmiPrvSE -ErrorAction SilentlyContinue',
      'winmgmt /verifyrepository',
    ],
  },
};

/** What to think and do about a failed contact; every stage has an answer for codes nobody has met. */
export function adviceFor({ stage, code, during, transport }: ContactFacts): Advice {
  if (stage === 'timeout') return TIMEOUTS[during ?? 'http'];
  const wire = transport === 'ssh' ? 'ssh' : 'winrm';
  const rows = ROWS.filter((row) => row.stage === stage && (row.over ?? wire) === wire);
  const row =
    rows.find(({ codes }) => codes?.includes(code) === true) ??
    rows.find(({ codes }) => codes === undefined);
  const { reasons = ['nothing is known of this'], there, here } = row ?? {};
  return { reasons, ...(there !== undefined && { there }), ...(here !== undefined && { here }) };
}
