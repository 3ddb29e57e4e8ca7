/** SOAP faults by their number: what they mean and what to do. Text is in the host's language and never judged. */
import { ContactError } from '../../core/contact.ts';
import { quote } from './host-text.ts';
import type { Fault } from './reply.ts';

export const FAULT = {
  timedOut: '0x80338029',
  selectors: '0x8033805B',
  codePage: '0x80338140',
  accessDenied: '0x80070005',
  operationQuota: '0x803381A6',
  commandsPerShell: '0x803381E9',
  keyDeleted: '0x800703FA',
  alreadyExists: '0x800700B7',
} as const;

const QUOTA_OF_SHELLS =
  'the account has all its shells in use (MaxShellsPerUser, usually 30); close left-over shells there, or wait';
const QUOTA_OF_OPERATIONS =
  'the account has all its operations in use (MaxConcurrentOperationsPerUser, 1500); wait, or restart WinRM there';
const QUOTA_OF_USERS =
  'too many accounts have shells there (MaxConcurrentUsers, usually 10); wait, or raise it';
const BUSY = 'the host slows this account down; scan again later with fewer --forks';
const OUR_MISTAKE =
  'the host refuses our request as malformed; please report this with its Windows version';
const RESOURCES = 'the host is out of memory or handles; free some there, or restart it';
const TOO_LARGE =
  'an envelope is larger than the host allows (MaxEnvelopeSizekb); raise it there (500 is usual)';
const NOT_REMOTE =
  'remote shells are switched off there (AllowRemoteShellAccess, Disable-PSRemoting); allow them';

/** By code; the account is named by the caller. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['0x803381A5', QUOTA_OF_SHELLS],
  ['0x803381E4', QUOTA_OF_SHELLS],
  ['0x803381A6', QUOTA_OF_OPERATIONS],
  ['0x803381E7', QUOTA_OF_OPERATIONS],
  ['0x803381E8', QUOTA_OF_OPERATIONS],
  ['0x803381A7', BUSY],
  ['0x803381A8', BUSY],
  ['0x803381AB', QUOTA_OF_USERS],
  ['0x803381E5', QUOTA_OF_USERS],
  ['0x803381E9', 'too many commands in one shell (MaxCommandsPerShell); scan again'],
  ['0x803381EA', RESOURCES],
  ['0x80070008', RESOURCES],
  ['0x8007000E', RESOURCES],
  ['0x803381AC', NOT_REMOTE],
  ['0x803381DD', NOT_REMOTE],
  ['0x803381E3', NOT_REMOTE],
  [
    '0x8033805B',
    'the shell is gone from the host: its service was restarted, or a time-out ended it; scan again',
  ],
  ['0x800703E3', 'the host ended the shell while we waited; scan again'],
  ['0x800703FA', "the account's profile was unloaded under the shell; scan again"],
  ['0x80338140', 'the host refuses every code page; see its console settings'],
  ['0x80070002', 'powershell.exe is not where every Windows has it; repair the host'],
  ['0x80338000', 'the WinRS plugin is missing there; run "winrm quickconfig"'],
  ['0x8033803B', 'the WinRS plugin is missing there; run "winrm quickconfig"'],
  ['0x80338190', 'the WinRS plugin is missing there; run "winrm quickconfig"'],
  ['0x8033816E', 'the WinRM service is stopping; scan again after the restart'],
  ['0x803381DF', "the endpoint's RunAs password is wrong; set it anew there"],
  ['0x80338026', TOO_LARGE],
  ['0x80338047', TOO_LARGE],
  ['0x80338048', TOO_LARGE],
  ['0x8033800F', OUR_MISTAKE],
  ['0x80338039', OUR_MISTAKE],
  ['0x80338041', OUR_MISTAKE],
  ['0x80338043', OUR_MISTAKE],
  ['0x80338081', OUR_MISTAKE],
  ['0x80070057', OUR_MISTAKE],
  [
    '0x80041003',
    'WMI denies access to the account; give it rights on the namespace, or use an administrator',
  ],
]);

/** Told of what the collector wrote: its output is larger than we announced. */
const OF_OUTPUT: ReadonlySet<string> = new Set(['0x80338026', '0x80338048']);

const DENIED: ReadonlySet<string> = new Set([
  FAULT.accessDenied,
  '0x80338104',
  '0x80338105',
  '0x80338106',
]);

/** Codes for the few subcodes that hosts send without a number. */
const BY_SUBCODE: ReadonlyMap<string, string> = new Map([
  ['TimedOut', FAULT.timedOut],
  ['AccessDenied', FAULT.accessDenied],
  ['InvalidSelectors', FAULT.selectors],
]);

/** `0x` and eight digits; a bare Win32 number becomes its HRESULT. Undefined where the host gave nothing to go by. */
export function faultCode({ number, subcode }: Fault): string | undefined {
  if (number === undefined) return BY_SUBCODE.get(subcode);
  const hresult = number < 0x1_00_00 ? 0x80_07_00_00 + number : number;
  return `0x${hresult.toString(16).toUpperCase().padStart(8, '0')}`;
}

/** The problem a fault is for someone signed in as `account`. */
export function faultProblem(fault: Fault, account: string): ContactError {
  const code = faultCode(fault);
  if (code === undefined) {
    const message = `the host answers with a fault without a number: ${quote(fault.text, 80)}`;
    return new ContactError({ stage: 'http', code: '500', message });
  }
  if (code === FAULT.timedOut) {
    const message =
      'the host did not open a shell within 20 s (0x80338029): overloaded, or WMI hangs there';
    return new ContactError({ stage: 'timeout', code: 'LIMIT', during: 'shell', message });
  }
  const message = DENIED.has(code) ? denied(account) : (MEANINGS.get(code) ?? unknown(code, fault));
  return new ContactError({ stage: OF_OUTPUT.has(code) ? 'collector' : 'shell', code, message });
}

function denied(account: string): string {
  return `${quote(account)} signed in but may open no shell: add it to Administrators or Remote Management Users; local accounts: UAC filter`;
}

function unknown(code: string, { text }: Fault): string {
  return `the host refuses with ${code}: ${quote(text, 90)}`;
}
