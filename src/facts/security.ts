/** Security products, and whether a log line or event names one of them beside a refusal. */
import { linesOf } from './log-lines.ts';
import type { Installations } from './open-failures.ts';
import { troubleSince } from './open-failures.ts';
import type { Reading } from './reading.ts';
import type { Fact } from './shape.ts';
import { unknown } from './shape.ts';

const namedShape = { product: 'string', text: 'string', code: 'string' } as const;
export const securityShape = {
  products: 'double',
  filters: 'double',
  appControl: 'bool',
  folderAccess: 'bool',
  named: [namedShape],
} as const;

// Words that stand in many products' names and so name none.
const COMMON = new Set([
  'windows',
  'microsoft',
  'defender',
  'security',
  'endpoint',
  'antivirus',
  'total',
  'internet',
  'server',
  'agent',
  'protection',
]);

// Scanners that are known by their process, whatever the product list says.
const SCANNERS =
  /\b(MsMpEng|SophosFileScanner|SavService|ccSvcHst|mfetp|mcshield|avp|ekrn|bdservicehost|SentinelAgent|CSFalconService|cyserver|coreServiceShell|ntrtscan|fshoster32|WRSA)\b/i;

const STEM = 4;
const PROGRAMS = /[\w-]+(?=\.(?:exe|sys)\b)/g;

const REFUSALS =
  /0x80070020|0x80070005|0x800700E1|sharing violation|access (?:is )?denied|in use|blocked|quarantin/i;

export function securityFact(
  reading: Reading,
  { open }: Installations,
): Fact<typeof securityShape> {
  const { security, logs } = reading.evidence;
  if (security === undefined && logs === undefined) return unknown(securityShape);
  const words = new Set(
    [...(security?.products ?? []).map(({ name }) => name), ...(security?.filterDrivers ?? [])]
      .flatMap((name) => name.split(/[^\p{L}\d]+/u))
      .map((word) => word.toLowerCase())
      .filter((word) => word.length >= 4 && !COMMON.has(word)),
  );
  // A vendor's processes and drivers begin alike: mfehcs.exe beside the filter mfehidk.
  const stems = new Set(
    (security?.filterDrivers ?? [])
      .filter((name) => name.length >= STEM)
      .map((name) => name.slice(0, STEM).toLowerCase()),
  );
  const since = open.known ? troubleSince({ open }) : Number.POSITIVE_INFINITY;
  const lines = (['cbs', 'dism', 'msi', 'thirdParty', 'setup'] as const).flatMap((log) =>
    linesOf(logs ?? {}, log, since),
  );
  const named = lines.flatMap(({ text, from, code }) => {
    if (!REFUSALS.test(text)) return [];
    const lower = text.toLowerCase();
    const product =
      SCANNERS.exec(text)?.[0] ??
      [...words].find((word) => lower.includes(word)) ??
      (lower.match(PROGRAMS) ?? []).find((name) => stems.has(name.slice(0, STEM)));
    return product === undefined ? [] : [{ from, product, text, code }];
  });
  return {
    known: true,
    from: named[0]?.from ?? (security === undefined ? '/logs' : '/security'),
    products: security?.products?.length ?? 0,
    filters: security?.filterDrivers?.length ?? 0,
    appControl: security?.appControlEnforced === true,
    folderAccess: security?.controlledFolderAccess === true,
    named,
  };
}
