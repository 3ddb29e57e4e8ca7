/** A described Windows, and what its tools print of it: the other side of src/collect/cmd, written apart from it. */
import { encoded, type Language } from './languages.ts';

/** Keys without their root's long name; values by name, as reg.exe prints type and data. */
type Registry = Readonly<Record<string, Readonly<Record<string, readonly [string, string]>>>>;

interface ServiceState {
  readonly state: number;
  readonly start: number;
  readonly exitCode?: number;
}

export interface Windows {
  readonly registry: Registry;
  /** Keys that are there and may not be read. */
  readonly closed?: readonly string[];
  readonly services: Readonly<Record<string, ServiceState>>;
  readonly freeBytes: number;
  readonly sizeBytes: number;
  /** Newest first, by log; logs that are not named do not exist. */
  readonly events: Readonly<Record<string, readonly string[]>>;
  readonly logsOff?: readonly string[];
  readonly packages: readonly (readonly [name: string, state: string])[];
  readonly processes: readonly string[];
  readonly pendingXml?: boolean;
  /** Exit codes that commands end with instead of an answer, by the beginning of the command. */
  readonly failing?: Readonly<Record<string, number>>;
}

export interface Printed {
  readonly text: string;
  readonly exitCode: number;
}

export const NOW = '2026-11-21T06:30:00Z';

/** An event of the newest days, as `wevtutil /f:xml` prints it. */
export function eventXml(
  provider: string,
  id: number,
  fields: Readonly<Record<string, string>> = {},
  { time = '2026-11-20T03:12:44.1234567Z', level = 2 }: { time?: string; level?: number } = {},
): string {
  const data = Object.entries(fields).map(
    ([name, value]) => `<Data Name='${name}'>${value}</Data>`,
  );
  return (
    `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>` +
    `<Provider Name='${provider}' Guid='{945a8954-c147-4acd-923f-40c45405a658}'/><EventID>${id}</EventID>` +
    `<Level>${level}</Level><TimeCreated SystemTime='${time}'/><Computer>WS-1</Computer></System>` +
    `<EventData>${data.join('')}</EventData></Event>`
  );
}

export const CLIENT = 'Microsoft-Windows-WindowsUpdateClient';
const CBS = String.raw`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing`;
const UPDATE = String.raw`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate`;
const CONTROL = String.raw`HKLM\SYSTEM\CurrentControlSet\Control`;
const sz = (text: string): readonly [string, string] => ['REG_SZ', text];
const dword = (number: number): readonly [string, string] => [
  'REG_DWORD',
  `0x${number.toString(16)}`,
];

const REGISTRY: Registry = {
  [String.raw`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion`]: {
    ProductName: sz('Windows 10 Pro'),
    CurrentBuildNumber: sz('19045'),
    UBR: dword(3803),
    EditionID: sz('Professional'),
    InstallationType: sz('Client'),
  },
  [`${CONTROL}\\ProductOptions`]: { ProductType: sz('WinNT') },
  [`${CONTROL}\\Session Manager`]: { ProtectionMode: dword(1) },
  [`${CONTROL}\\Session Manager\\Environment`]: { PROCESSOR_ARCHITECTURE: sz('AMD64') },
  [CBS]: { Version: sz('10.0.19041.3803') },
  [`${CBS}\\Packages`]: {},
  [UPDATE]: { SusClientId: sz('11111111-2222-3333-4444-555555555555') },
  [`${UPDATE}\\Auto Update`]: { IsOOBEInProgress: dword(0) },
  [`${CONTROL}\\ComputerName\\ActiveComputerName`]: { ComputerName: sz('WS-1') },
  [`${CONTROL}\\ComputerName\\ComputerName`]: { ComputerName: sz('WS-1') },
  [String.raw`HKLM\SYSTEM\CurrentControlSet\Services\Netlogon`]: { Start: dword(2) },
  [String.raw`HKLM\SOFTWARE\Policies\Microsoft\Windows\Appx`]: {},
  [String.raw`HKLM\SOFTWARE\Microsoft\PolicyManager\current\device\Experience`]: {},
  [String.raw`HKLM\SOFTWARE\Microsoft\WindowsUpdate\UX\Settings`]: { UxOption: dword(0) },
  [String.raw`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Installer\Folders`]: {},
  [String.raw`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings`]: {
    EnableHttp1_1: dword(1),
  },
  [String.raw`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings\Connections`]: {
    WinHttpSettings: ['REG_BINARY', '1800000000000000010000000000000000000000'],
  },
  [`${CONTROL}\\SecurityProviders\\SCHANNEL\\Protocols\\SSL 2.0\\Client`]: {
    DisabledByDefault: dword(1),
  },
  [String.raw`HKLM\HARDWARE\DESCRIPTION\System\BIOS`]: {
    SystemManufacturer: sz('Dell Inc.'),
    SystemProductName: sz('OptiPlex 3060'),
  },
  [CONTROL]: { PEFirmwareType: dword(2) },
  [`${CONTROL}\\SecureBoot\\State`]: { UEFISecureBootEnabled: dword(1) },
  [String.raw`HKU\S-1-5-19\Environment`]: {},
};

const SERVICES =
  'wuauserv bits TrustedInstaller msiserver CryptSvc UsoSvc MpsSvc wlidsvc dosvc WaaSMedicSvc RpcSs AppReadiness Schedule EventLog W32Time'.split(
    ' ',
  );

const INSTALLED = eventXml(
  CLIENT,
  19,
  { updateTitle: '2026-11 Cumulative Update (KB5068001)', updateGuid: '{aa}' },
  { time: '2026-11-12T02:00:00.0000000Z', level: 4 },
);
const SEARCHED = eventXml(
  CLIENT,
  26,
  { updateCount: '0', serviceGuid: '{bb}' },
  { time: '2026-11-20T22:00:00.0000000Z', level: 4 },
);

/** A Windows 10 without a fault. */
export const HEALTHY: Windows = {
  registry: REGISTRY,
  services: Object.fromEntries(SERVICES.map((name) => [name, { state: 4, start: 3 }])),
  freeBytes: 81_288_490_188,
  sizeBytes: 127_392_542_720,
  events: {
    System: [INSTALLED],
    Setup: [],
    Application: [],
    [`${CLIENT}/Operational`]: [SEARCHED],
    'Microsoft-Windows-Bits-Client/Operational': [],
    'Microsoft-Windows-AppLocker/MSI and Script': [],
    'Microsoft-Windows-AppLocker/EXE and DLL': [],
    'Microsoft-Windows-CodeIntegrity/Operational': [],
    'Microsoft-Windows-Windows Defender/Operational': [],
  },
  packages: [
    ['Microsoft-Windows-Foundation-Package~31bf3856ad364e35~amd64~~10.0.19041.1', 'Installed'],
    ['Package_for_RollupFix~31bf3856ad364e35~amd64~~19041.3803.1.8', 'Installed'],
    ['Package_for_RollupFix~31bf3856ad364e35~amd64~~19041.3570.1.5', 'Superseded'],
  ],
  processes: ['System Idle Process', 'svchost.exe', 'TiWorker.exe'],
};

/** The same host with other things in its registry. */
export function withKeys(windows: Windows, keys: Registry): Windows {
  return { ...windows, registry: { ...windows.registry, ...keys } };
}

/** What a command prints on stdout, and its exit code. */
export function runTool(windows: Windows, language: Language, command: string): Printed {
  const failing = Object.entries(windows.failing ?? {}).find(([start]) =>
    command.startsWith(start),
  );
  if (failing !== undefined) return { text: '', exitCode: failing[1] };
  const tool = TOOLS.find(([pattern]) => pattern.test(command));
  if (tool === undefined) return { text: '', exitCode: 9009 };
  const [pattern, print] = tool;
  const [, ...words] = pattern.exec(command) ?? [];
  return print(windows, language, words);
}

type Tool = (windows: Windows, language: Language, words: readonly string[]) => Printed;

const TOOLS: readonly (readonly [RegExp, Tool])[] = [
  [/^chcp\.com$/, (_, { chcp }) => well(chcp)],
  [/^echo %SystemDrive%$/, () => well('C: ')],
  [/^echo (%PROCESSOR_ARCHITEW6432%)$/, (_, __, [name = '']) => well(name)],
  [/^reg\.exe query "([^"]+)"$/, printKey],
  [/^sc\.exe queryex (\w+)$/, printStatus],
  [/^sc\.exe qc (\w+)$/, printSetup],
  [/^fsutil\.exe volume diskfree %SystemDrive%$/, printRoom],
  [/^dir \/b \/a "%SystemRoot%\\WinSxS\\Manifest\?"$/, () => well('Manifests')],
  [
    /^dir \/b \/a "%SystemRoot%\\WinSxS\\pending\.xml"$/,
    ({ pendingXml }) => (pendingXml ? well('pending.xml') : { text: '', exitCode: 1 }),
  ],
  [/^wevtutil\.exe gl "([^"]+)" \/f:xml$/, printLog],
  [/^wevtutil\.exe qe "([^"]+)"(?: \/q:"([^"]+)")? \/c:(\d+) \/rd:true \/f:xml$/, printEvents],
  [/^tasklist\.exe \/fo csv \/nh$/, printTasks],
  [/^dism\.exe \/online \/english \/get-packages$/, printPackages],
];

function well(...lines: readonly string[]): Printed {
  return { text: `${lines.join('\r\n')}\r\n`, exitCode: 0 };
}

function printKey(
  { registry, closed = [] }: Windows,
  language: Language,
  [path = '']: readonly string[],
): Printed {
  const isBelow = (one: string): boolean => one.startsWith(`${path}\\`);
  const values = registry[path];
  const children = Object.keys(registry).filter(isBelow);
  // Both end with 1: reg.exe makes no difference.
  if ((values === undefined && children.length === 0) || closed.includes(path))
    return { text: '', exitCode: 1 };
  const long = path.replace(/^HKLM/, 'HKEY_LOCAL_MACHINE').replace(/^HKU/, 'HKEY_USERS');
  const below = new Set(children.map((one) => one.slice(path.length + 1).split('\\', 1)[0] ?? ''));
  const lines = Object.entries(values ?? {}).map(
    ([name, [type, data]]) => `    ${name}    ${type}    ${data}`,
  );
  const standard = `    ${language.defaultValue}    REG_SZ    `;
  return well(
    '',
    ...(lines.length > 0 ? [long, standard, ...lines, ''] : []),
    ...[...below].map((name) => `${long}\\${name}`),
  );
}

function printStatus(
  { services }: Windows,
  language: Language,
  [name = '']: readonly string[],
): Printed {
  const service = services[name];
  if (service === undefined)
    return { text: `${language.failed(1060)}\r\n\r\n...\r\n\r\n`, exitCode: 1060 };
  const [label = '', type, state, exitCode, own, point, hint, pid, flags] = language.status;
  const word = { 1: 'STOPPED', 4: 'RUNNING' }[service.state] ?? 'PENDING';
  const field = (title = '', value = ''): string => `        ${title.padEnd(19)}: ${value}`;
  return well(
    '',
    `${label}: ${name} `,
    field(type, 'f0   ERROR  '),
    field(state, `${service.state}  ${word} `),
    '                                (STOPPABLE, NOT_PAUSABLE, ACCEPTS_PRESHUTDOWN)',
    field(exitCode, `${service.exitCode ?? 0}  (0x${(service.exitCode ?? 0).toString(16)})`),
    field(own, '0  (0x0)'),
    field(point, '0x0'),
    field(hint, '0x0'),
    field(pid, '1234'),
    field(flags, ''),
  );
}

function printSetup(
  { services }: Windows,
  language: Language,
  [name = '']: readonly string[],
): Printed {
  const service = services[name];
  if (service === undefined) return { text: `${language.failed(1060)}\r\n`, exitCode: 1060 };
  const [label = '', type = '', start = '', control = ''] = language.setup;
  const word =
    { 2: 'AUTO_START  (DELAYED)', 3: 'DEMAND_START', 4: 'DISABLED' }[service.start] ?? '';
  return well(
    `[SC] QueryServiceConfig ${language.setupDone}`,
    '',
    `${label}: ${name}`,
    `        ${type.padEnd(19)}: 20  WIN32_SHARE_PROCESS `,
    `        ${start.padEnd(19)}: ${service.start}   ${word}`,
    `        ${control.padEnd(19)}: 1   NORMAL`,
    String.raw`        PATH               : C:\Windows\system32\svchost.exe -k netsvcs -p`,
  );
}

function printRoom({ freeBytes, sizeBytes }: Windows, { room, separator }: Language): Printed {
  const grouped = (bytes: number): string =>
    String(bytes)
      .replace(/\B(?=(\d{3})+$)/g, separator)
      .padStart(15);
  const giga = (bytes: number): string => `(${(bytes / 2 ** 30).toFixed(1).padStart(5)} GB)`;
  return well(
    ...[freeBytes, sizeBytes, freeBytes].map(
      (bytes, at) => `${(room[at] ?? '').padEnd(24)}: ${grouped(bytes)} ${giga(bytes)}`,
    ),
  );
}

function printLog(
  { events, logsOff = [] }: Windows,
  _: Language,
  [log = '']: readonly string[],
): Printed {
  if (events[log] === undefined) return { text: '', exitCode: 15_007 };
  const isOn = !logsOff.includes(log);
  return well(
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<channel name="${log}" isolation="System" enabled="${isOn}" xmlns="http://schemas.microsoft.com/win/2004/08/events"><logging><maxSize>1052672</maxSize></logging></channel>`,
  );
}

/** As much of the query language as is asked: providers, each with its ids or levels. */
function printEvents(
  { events }: Windows,
  _: Language,
  [log = '', query, most = '0']: readonly (string | undefined)[],
): Printed {
  const found = events[log];
  if (found === undefined) return { text: '', exitCode: 15_007 };
  const terms = [...(query ?? '').matchAll(/Provider\[([^\]]+)\] and \(([^)]+)\)/g)];
  const fits = (xml: string): boolean => {
    if (query === undefined) return true;
    return terms.some(([, names = '', tests = '']) => {
      const provider = /<Provider Name='([^']+)'/.exec(xml)?.[1] ?? '';
      const id = /<EventID>(\d+)</.exec(xml)?.[1] ?? '';
      const level = /<Level>(\d+)</.exec(xml)?.[1] ?? '';
      const alternatives = tests.split(' or ');
      return (
        names.split(' or ').includes(`@Name='${provider}'`) &&
        (alternatives.includes(`EventID=${id}`) || alternatives.includes(`Level=${level}`))
      );
    });
  };
  return {
    text: found
      .filter(fits)
      .slice(0, Number(most))
      .map((xml) => `${xml}\r\n`)
      .join(''),
    exitCode: 0,
  };
}

function printTasks({ processes }: Windows): Printed {
  return well(...processes.map((name, at) => `"${name}","${4 * at}","Services","0","8.192 K"`));
}

function printPackages({ packages }: Windows): Printed {
  const rows = packages.flatMap(([name, state]) => [
    `Package Identity : ${name}`,
    `State : ${state}`,
    'Release Type : Security Update',
    'Install Time : 1/10/2024 3:12 AM',
    '',
  ]);
  const head = [
    '',
    'Deployment Image Servicing and Management tool',
    'Version: 10.0.19041.3636',
    '',
  ];
  return well(...head, 'Packages listing:', '', ...rows, 'The operation completed successfully.');
}

/** What a whole line of commands with marks prints, in the bytes of the host's code page. */
export function runLine(windows: Windows, language: Language, line: string): Buffer {
  const inner = line.slice(line.indexOf(' "') + 2, -1);
  let exitCode = 0;
  const text = inner.split(' & ').map((command) => {
    const [, mark] = /^echo (PATCHWHY_.*)$/.exec(command) ?? [];
    if (mark !== undefined) return `${mark.replace('!errorlevel!', String(exitCode))} \r\n`;
    const printed = runTool(windows, language, command);
    // What is built into cmd.exe does not always clear the exit code of the command before it.
    if (printed.exitCode !== 0 || !/^(echo|dir) /.test(command)) exitCode = printed.exitCode;
    return printed.text;
  });
  return encoded(text.join(''), language.codePage);
}
