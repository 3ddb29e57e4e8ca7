/** Vendor installers: what their logs say they want, what holds Windows Installer, what is blocked. */
import type { Evidence } from '../core/look.ts';
import { codeIn, linesOf, lineShape } from './log-lines.ts';
import type { Installations } from './open-failures.ts';
import { troubleSince } from './open-failures.ts';
import type { Reading } from './reading.ts';
import { countOf, HOUR, timeOf } from './reading.ts';
import type { Fact, Item } from './shape.ts';
import { NEVER, unknown } from './shape.ts';
import { kbIn } from './update-family.ts';

const wantShape = {
  /** dotnet, vcredist or update */
  kind: 'string',
  name: 'string',
  /** Somebody looked for it, and it is not there. */
  missing: 'bool',
  present: 'bool',
  text: 'string',
} as const;

export const installerLogShape = {
  lines: [lineShape],
  wants: [wantShape],
  actionFailed: 'double',
} as const;

type Want = Item<typeof wantShape>;
type Runtimes = NonNullable<Evidence['runtimes']>;

export function installerLogFact(
  reading: Reading,
  { open }: Installations,
): Fact<typeof installerLogShape> {
  const { logs, runtimes } = reading.evidence;
  if (
    logs === undefined ||
    !open.known ||
    (logs.msi === undefined && logs.thirdParty === undefined)
  ) {
    return unknown(installerLogShape);
  }
  const since = troubleSince({ open });
  const lines = [...linesOf(logs, 'msi', since), ...linesOf(logs, 'thirdParty', since)].map(
    (line) => ({
      ...line,
      about: aboutInstaller(line.text),
    }),
  );
  const wants = lines.flatMap(({ text, from }) => [
    ...dotnetWants(text, from, runtimes),
    ...vcWants(text, from, runtimes),
    ...updateWants(text, from, reading.evidence),
  ]);
  return {
    known: true,
    from: lines[0]?.from ?? '/logs',
    lines,
    wants,
    actionFailed: lines.filter(({ about }) => about === 'action').length,
  };
}

/** "Return value 3" ends the action that failed; verbose logs are written in the language of Windows. */
const ACTION_FAILED =
  /(?:Return value|Rückgabewert|Valore restituito|Valeur renvoyée|Valor devuelto|戻り値)[ :]*3\b|returned actual error code 1603/i;

function aboutInstaller(text: string): string {
  if (ACTION_FAILED.test(text)) return 'action';
  if (
    /SOURCEMGMT|Couldn'?t find local patch|source is (?:not available|absent|missing)|\b17(?:06|14)\b/i.test(
      text,
    )
  )
    return 'source';
  if (/in use|sharing violation|0x80070020/i.test(text)) return 'inUse';
  return codeIn(text) === '' ? 'other' : 'code';
}

const DOTNET =
  /(?:Microsoft )?\.NET(?: Core)? ?(Framework|Desktop|Windows Desktop|ASP\.NET Core)?(?: Runtime)? ?(?:version )?v?(\d+(?:\.\d+)*)/i;
const WANTING =
  /require|need|must|missing|not (?:found|installed)|prerequisite|install(?:ed)? first|richied|necessari|benötigt|erforderlich|requis|nécessi|requiere|necesita|必要|見つかりません|or (?:later|higher|newer)/i;

function dotnetWants(text: string, from: string, runtimes: Runtimes | undefined): Want[] {
  const match = DOTNET.exec(text);
  if (match === null || !WANTING.test(text)) return [];
  const [, flavour = '', version = ''] = match;
  const isFramework = /framework/i.test(flavour) || Number.parseFloat(version) < 5;
  const has = isFramework
    ? hasFramework(version, runtimes)
    : hasRuntime(version, flavour, runtimes);
  const name = `.NET ${isFramework ? 'Framework ' : ''}${version}`;
  return [{ from, kind: 'dotnet', name, missing: has === false, present: has === true, text }];
}

// Release numbers of the registry by version (Microsoft, "How to: Determine which .NET Framework versions are installed").
const FRAMEWORKS: readonly (readonly [string, number])[] = [
  ['4.8.1', 533_320],
  ['4.8', 528_040],
  ['4.7.2', 461_808],
  ['4.7.1', 461_308],
  ['4.7', 460_798],
  ['4.6.2', 394_802],
  ['4.6.1', 394_254],
  ['4.6', 393_295],
  ['4.5.2', 379_893],
];

function hasFramework(version: string, runtimes: Runtimes | undefined): boolean | undefined {
  const wanted = FRAMEWORKS.find(([name]) => version.startsWith(name))?.[1];
  if (runtimes?.dotnetFrameworkRelease === undefined || wanted === undefined) return undefined;
  return (runtimes.dotnetFrameworkRelease ?? 0) >= wanted;
}

function hasRuntime(
  version: string,
  flavour: string,
  runtimes: Runtimes | undefined,
): boolean | undefined {
  if (runtimes?.dotnet === undefined) return undefined;
  const kind = /desktop/i.test(flavour)
    ? 'WindowsDesktop'
    : /asp/i.test(flavour)
      ? 'AspNetCore'
      : '';
  const wanted = Number.parseInt(version, 10);
  return runtimes.dotnet.some((runtime) => {
    const major = Number.parseInt(/\s(\d+)\./.exec(runtime)?.[1] ?? '0', 10);
    return runtime.includes(kind) && major >= wanted;
  });
}

const VC = /VCRUNTIME\d+|MSVC[PR]\d+|Visual C\+\+|vcredist|VC_?redist|Microsoft\.VC\d+\.CRT/i;
const ABSENT =
  /missing|not (?:found|installed|present)|require|need|must|could not be (?:found|located)|0x800736B1|0xC0000135|manca|fehlt|見つかりません/i;

function vcWants(text: string, from: string, runtimes: Runtimes | undefined): Want[] {
  const match = VC.exec(text);
  if (match === null || !ABSENT.test(text)) return [];
  const has =
    runtimes?.vcRedist === undefined ? undefined : runtimes.vcRedist.some(isNamedFor(text));
  return [
    { from, kind: 'vcredist', name: match[0], missing: has === false, present: has === true, text },
  ];
}

/** The architecture that the text names must be there; any will do where it names none. The 14.x family is one. */
function isNamedFor(text: string): (one: { name?: string; version: string }) => boolean {
  const architecture = /\b(x64|amd64|64-bit)\b/i.test(text)
    ? 'x64'
    : /\b(x86|32-bit)\b/i.test(text)
      ? 'x86'
      : '';
  const is14 = /VCRUNTIME140|MSVCP140|20(15|17|19|22)/i.test(text);
  return ({ name, version }) =>
    (architecture === '' || name === undefined || name.toLowerCase().includes(architecture)) &&
    (!is14 || version.startsWith('14.'));
}

function updateWants(text: string, from: string, evidence: Evidence): Want[] {
  const kb = kbIn(text);
  if (kb === '' || !WANTING.test(text) || evidence.hotfixes === undefined) return [];
  const present = evidence.hotfixes.some((hotfix) => hotfix.kb === kb);
  return [{ from, kind: 'update', name: kb, missing: !present, present, text }];
}

const processShape = {
  name: 'string',
  hours: 'double',
  parent: 'string',
  commandLine: 'string',
} as const;
export const busyShape = {
  /** Windows Installer itself says that an installation is in progress. */
  inProgress: 'bool',
  holder: 'string',
  /** Installers and servicing at work for more than an hour. */
  long: [processShape],
  hours: 'double',
} as const;

const INSTALLERS = /^(msiexec|tiworker|wusa|dism|setup|setuphost|trustedinstaller)(\.exe)?$/i;

export function busyFact(reading: Reading): Fact<typeof busyShape> {
  const { installer, processes } = reading.evidence;
  if (installer === undefined && processes === undefined) return unknown(busyShape);
  const long = (processes ?? [])
    .map((process, position) => ({ process, position }))
    .filter(({ process }) => INSTALLERS.test(process.name) && process.startedAt !== undefined)
    .map(({ process, position }) => ({
      from: `/processes/${position}`,
      name: process.name,
      hours: (reading.now - timeOf(process.startedAt)) / HOUR,
      parent: process.parent ?? '',
      commandLine: process.commandLine ?? process.name,
    }))
    .filter(({ hours }) => hours > 1)
    .toSorted((a, b) => b.hours - a.hours);
  return {
    known: true,
    from: installer === undefined ? (long[0]?.from ?? '/processes') : '/installer',
    inProgress: installer?.inProgress === true,
    holder: installer?.holder ?? long[0]?.commandLine ?? '',
    long,
    hours: long[0]?.hours ?? 0,
  };
}

const blockShape = { by: 'string', what: 'string', at: 'time' } as const;
export const blocksShape = {
  control: [blockShape],
  protection: [blockShape],
  restarts: 'double',
} as const;

/** Blocks that application control or Defender logged within an hour of a failure. Audit-only events are none. */
export function blocksFact(reading: Reading, { open }: Installations): Fact<typeof blocksShape> {
  if (!reading.has('events') || !open.known) return unknown(blocksShape);
  const isNear = (at: number): boolean =>
    open.installs.some(
      (failure) => at >= failure.first.getTime() - HOUR && at <= failure.at.getTime() + HOUR,
    );
  const control = [
    ...reading.events('applocker', 8004, 8007),
    ...reading.events('codeintegrity', 3077),
    ...reading.events('code integrity', 3077),
  ].filter(({ at }) => isNear(at));
  const protection = reading
    .events('windows defender', 1116, 1117, 1121, 1123)
    .filter(({ at }) => isNear(at));
  const restarts = reading.events('restartmanager', 10_006, 10_010).filter(({ at }) => isNear(at));
  const describe = (list: typeof control): Fact<typeof blocksShape>['control'] =>
    list.map(({ event, at, from }) => ({
      from,
      by: `${event.provider.replace(/^Microsoft-Windows-/, '')} ${event.id}`,
      what: String(
        Object.values(event.data ?? {}).find(
          (value) => typeof value === 'string' && value.includes('\\'),
        ) ?? '',
      ),
      at: at === 0 ? NEVER : new Date(at),
    }));
  return {
    known: true,
    from: control[0]?.from ?? protection[0]?.from ?? '/events',
    control: describe(control).toReversed(),
    protection: describe(protection).toReversed(),
    restarts: countOf(restarts),
  };
}
