/** Lines of logs, each with its code and what it is about. CBS.log is English on every Windows. */
import type { Evidence } from '../core/look.ts';
import type { Reading } from './reading.ts';
import { timeOf } from './reading.ts';
import { resultCode } from './result-code.ts';
import type { Fact, Item } from './shape.ts';
import { unknown } from './shape.ts';
import type { Installations } from './open-failures.ts';
import { troubleSince } from './open-failures.ts';

export const lineShape = {
  text: 'string',
  code: 'string',
  about: 'string',
  names: 'string',
} as const;
export const cbsShape = { lines: [lineShape] } as const;
export const updateLogShape = {
  serverFault: 'bool',
  parameterFault: 'bool',
  limits: 'double',
} as const;

export type Line = Item<typeof lineShape>;
type Logs = NonNullable<Evidence['logs']>;

/** Failures that servicing logs on healthy hosts all the time (knowledge, traps). */
const HARMLESS = [
  /setting restore point/i,
  /Failed to move .*CbsTemp/i,
  /0x800F0805|0x800F080D/i,
  // Damage that a repair has mended.
  /\(Fixed\)/,
];

/** What a line of CBS.log is about; the first that fits. The group is what it names. */
const CBS_ABOUT: readonly (readonly [string, RegExp])[] = [
  ['stack', /requires Servicing Stack v?([\d.]+)/i],
  ['boot', /\b(BfSvc|BFSVC)\b|system reserved partition|ServicingBootFiles|servicing boot files/i],
  ['hang', /possible hang was detected|hang (was )?detected/i],
  ['driver', /\b(Doqe|Doqi|Shtd|DriverUpdateInstallUpdates)\b|driver operation/i],
  [
    'queue',
    /Failed execution of queue item Installer: (.+?)(?: \(| with|$)|Installer name: '([^']+)'|\(F\).*installer|\(F\).*Failed in StartService for \[\d+\]"([^"]+)|\(F\).*(?:RegisterTask failed|CMIADAPTER|CntrtextUnload)|CntrtextUnload\w*\(\) returns (?:0x)?(?!0+\b)/i,
  ],
  [
    'held',
    /(?:in use by|held by|opened by|locked by)(?: process)? "?([\w .-]+?\.(?:exe|sys|dll))/i,
  ],
  ['esu', /\bESU\b|Extended Security Update/i],
  ['rollback', /roll(?:ing|ed)? ?back|moved back to state/i],
  ['prerequisite', /(?:requires|prerequisite|needs|depends on)\b.*?(KB\d{6,7})|checkpoint/i],
  [
    'store',
    /manifest|payload|MUM Missing|Failed to find file: (?:amd64|x86|wow64|msil|arm64)_|STORE_CORRUPTION|COMPONENT_STORE_CORRUPT|ASSEMBLY_MISSING|Failed to pin deployment|Failed to resolve package|CSI Payload|cannot be found in the store|INVALID_DATA.*(?:CCatalog|AddCatalog)/i,
  ],
  ['denied', /ACCESS_DENIED|access (?:is )?denied|0x80070005/i],
  ['result', /Failed to process single phase execution|Setting original failure status/i],
];

export function cbsFact(reading: Reading, { open }: Installations): Fact<typeof cbsShape> {
  const { logs } = reading.evidence;
  if (logs === undefined || !open.known) return unknown(cbsShape);
  // An empty DISM log is no answer where CBS.log could not be read.
  if (logs.cbs === undefined && (logs.dism ?? []).length === 0) return unknown(cbsShape);
  const since = troubleSince({ open });
  const lines = [...linesOf(logs, 'cbs', since), ...linesOf(logs, 'dism', since)]
    .filter(({ text }) => !HARMLESS.some((pattern) => pattern.test(text)))
    .map((line) => about(line, CBS_ABOUT));
  return { known: true, from: lines[0]?.from ?? '/logs', lines };
}

/** What Windows Update's own log says of a WSUS server's answers. */
export function updateLogFact({ evidence }: Reading): Fact<typeof updateLogShape> {
  const lines = evidence.logs?.windowsUpdate;
  if (lines === undefined) return unknown(updateLogShape);
  const first = (pattern: RegExp): number => lines.findIndex(({ text }) => pattern.test(text));
  const fault = first(/InternalServerError/i);
  const parameter = first(/InvalidParameters/i);
  const limit = first(
    /maxInstalledPrerequisites|OtherCachedUpdateIDs|max(?:imum)? server round ?trips/i,
  );
  const speaking = [fault, parameter, limit].find((position) => position >= 0);
  return {
    known: true,
    from: speaking === undefined ? '/logs/windowsUpdate' : `/logs/windowsUpdate/${speaking}/text`,
    serverFault: fault >= 0,
    parameterFault: parameter >= 0,
    limits: limit >= 0 ? 1 : 0,
  };
}

/** Lines of one log not older than `since`; newest first. With nothing failing nothing is asked of logs. */
export function linesOf(logs: Logs, log: keyof Logs, since: number): Line[] {
  if (since === Number.POSITIVE_INFINITY) return [];
  return (logs[log] ?? [])
    .map((line, position) => ({ line, position }))
    .filter(({ line }) => line.time === undefined || timeOf(line.time) >= since)
    .map(({ line, position }) => ({
      from: `/logs/${log}/${position}/text`,
      text: line.text,
      code: codeIn(line.text),
      about: '',
      names: line.file ?? '',
    }))
    .toReversed();
}

export function codeIn(text: string): string {
  const hex = /0x[0-9a-f]{8}\b/i.exec(text)?.[0];
  if (hex !== undefined) return resultCode(hex);
  if (/ERROR_DISK_FULL/.test(text)) return '0x80070070';
  return resultCode(/\b(?:error|status|code)[ :=]+(-?\d{3,10})\b/i.exec(text)?.[1]);
}

export function about(line: Line, kinds: readonly (readonly [string, RegExp])[]): Line {
  for (const [kind, pattern] of kinds) {
    const match = pattern.exec(line.text);
    if (match !== null)
      return { ...line, about: kind, names: match.slice(1).find(Boolean) ?? line.names };
  }
  return { ...line, about: 'other' };
}
