/**
 * Which events are asked for, and how `wevtutil` is asked: by log, provider and id, newest first, a bounded number.
 * The log service refuses queries with more than some 22 terms. No `<` and no `>` may stand in a query: it would reach
 * cmd.exe outside quotes (lines.ts). Hence ids in a row are asked for by their level and picked here.
 */

export interface EventQuestion {
  readonly log: string;
  /** How many of the newest are asked for. */
  readonly most: number;
  readonly choices: readonly Choice[];
  /** Equal ones fold into one: within a day only, or over the whole time. */
  readonly folds: 'day' | 'all';
  /** Only events that have one of these as a field. */
  readonly about?: readonly string[];
  /** Only events whose text names one of these. */
  readonly naming?: RegExp;
}

interface Choice {
  readonly providers: readonly string[];
  /** Ids wanted at any level. */
  readonly ids: readonly number[];
  /** Ids in a row, wanted where they are warnings or worse. */
  readonly row?: readonly [first: number, last: number];
}

const CLIENT = 'Microsoft-Windows-WindowsUpdateClient';
const OPERATIONAL = `${CLIENT}/Operational`;

function ask(providers: string, ...ids: readonly number[]): Choice {
  return { providers: providers.split('|'), ids };
}

export const EVENT_QUESTIONS: readonly EventQuestion[] = [
  { log: 'System', most: 150, folds: 'day', choices: [ask(CLIENT, 16, 20, 21, 22, 27)] },
  {
    log: 'Setup',
    most: 150,
    folds: 'day',
    choices: [ask('Microsoft-Windows-Servicing|Microsoft-Windows-WUSA', 2, 3, 4)],
  },
  { log: OPERATIONAL, most: 100, folds: 'all', choices: [ask(CLIENT, 25, 31)] },
  { log: OPERATIONAL, most: 20, folds: 'all', choices: [ask(CLIENT, 26, 41)] },
  { log: 'System', most: 300, folds: 'day', choices: [ask(CLIENT, 19)] },
  { log: 'System', most: 20, folds: 'day', choices: [ask(CLIENT, 43, 44)] },
  {
    log: 'System',
    most: 60,
    folds: 'all',
    choices: [ask('Service Control Manager', 7000, 7001, 7009, 7023, 7024, 7031, 7034)],
  },
  {
    log: 'System',
    most: 20,
    folds: 'all',
    about: ['wuauserv', 'UsoSvc', 'msiserver', 'CryptSvc', 'MpsSvc', 'wlidsvc'],
    choices: [ask('Service Control Manager', 7040)],
  },
  {
    log: 'System',
    most: 60,
    folds: 'all',
    choices: [
      ask('disk|Disk', 7, 11, 51, 153),
      { providers: ['Ntfs', 'Microsoft-Windows-Ntfs'], ids: [55], row: [98, 98] },
      ask('storahci|stornvme', 129),
    ],
  },
  {
    log: 'System',
    most: 40,
    folds: 'day',
    choices: [
      ask('Microsoft-Windows-Kernel-Power', 41, 42),
      ask('Microsoft-Windows-Kernel-Boot', 27),
      ask('Microsoft-Windows-Kernel-General', 12),
      ask('EventLog', 6005, 6008),
      ask('User32', 1074),
    ],
  },
  {
    log: 'System',
    most: 40,
    folds: 'all',
    choices: [
      ask('Microsoft-Windows-Time-Service', 36, 47, 50),
      ask('Microsoft-Windows-TPM-WMI', 1032, 1795, 1796, 1801),
      ask('Microsoft-Windows-WinREAgent', 4501, 4502),
    ],
  },
  {
    log: 'System',
    most: 30,
    folds: 'all',
    choices: [
      ask('srv|Srv', 2013),
      ask('Microsoft-Windows-DNS-Client', 1014),
      ask('Schannel', 36_871, 36_874, 36_887),
      ask('Microsoft-Windows-Eventlog', 104),
      ask('Microsoft-Windows-Resource-Exhaustion-Detector', 2004),
    ],
  },
  {
    log: 'Application',
    most: 60,
    folds: 'all',
    choices: [{ providers: ['MsiInstaller'], ids: [1022, 1023], row: [11_706, 11_729] }],
  },
  {
    log: 'Application',
    most: 60,
    folds: 'all',
    naming: /wuaueng|datastore|catroot2|catalog/i,
    choices: [{ providers: ['ESENT'], ids: [], row: [413, 490] }],
  },
  {
    log: 'Application',
    most: 60,
    folds: 'all',
    naming: /wuaueng|wuauserv|usosvc|usocore|TiWorker/i,
    choices: [ask('Application Error', 1000)],
  },
  {
    log: 'Microsoft-Windows-Bits-Client/Operational',
    most: 40,
    folds: 'all',
    choices: [ask('Microsoft-Windows-Bits-Client', 61)],
  },
  {
    log: 'Microsoft-Windows-AppLocker/MSI and Script',
    most: 10,
    folds: 'all',
    choices: [ask('Microsoft-Windows-AppLocker', 8007)],
  },
  {
    log: 'Microsoft-Windows-AppLocker/EXE and DLL',
    most: 10,
    folds: 'all',
    choices: [ask('Microsoft-Windows-AppLocker', 8004)],
  },
  {
    log: 'Microsoft-Windows-CodeIntegrity/Operational',
    most: 10,
    folds: 'all',
    choices: [ask('Microsoft-Windows-CodeIntegrity', 3077)],
  },
  {
    log: 'Microsoft-Windows-Windows Defender/Operational',
    most: 10,
    folds: 'all',
    choices: [ask('Microsoft-Windows-Windows Defender', 1116, 1117, 1121, 1123)],
  },
];

/** The logs, each once, in the order of their questions. */
export const EVENT_LOGS: readonly string[] = [...new Set(EVENT_QUESTIONS.map(({ log }) => log))];

/** Whether the log is on: the XML of its settings, where `enabled` is no translated word. */
export function logCommand(log: string): string {
  return `wevtutil.exe gl "${log}" /f:xml`;
}

/** The newest event of a log, whatever it is: a log without one is empty or was wiped. */
export function newestCommand(log: string): string {
  return `wevtutil.exe qe "${log}" /c:1 /rd:true /f:xml`;
}

export function eventCommand({ log, most, choices, about = [] }: EventQuestion): string {
  const terms = choices.map(({ providers, ids, row }) => {
    const names = providers.map((name) => `@Name='${name}'`).join(' or ');
    const levels = row === undefined ? [] : ['Level=1', 'Level=2', 'Level=3'];
    const tests = [...ids.map((id) => `EventID=${id}`), ...levels].join(' or ');
    return `(Provider[${names}] and (${tests}))`;
  });
  const fields = about.map((value) => `Data='${value}'`).join(' or ');
  const query = `*[System[${terms.join(' or ')}]]${fields && ` and *[EventData[${fields}]]`}`;
  return `wevtutil.exe qe "${log}" /q:"${query}" /c:${most} /rd:true /f:xml`;
}

/** Whether an event is one that the question asks for. */
export function isWanted(
  { choices }: EventQuestion,
  { provider, id, level = 4 }: { provider: string; id: number; level?: number },
): boolean {
  return choices.some(({ providers, ids, row: [first, last] = [0, -1] }) => {
    if (!providers.includes(provider)) return false;
    return ids.includes(id) || (id >= first && id <= last && level <= 3);
  });
}
