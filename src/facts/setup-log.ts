/**
 * Logs of feature updates (setupact.log, setuperr.log) and what SetupDiag made of them. All of it is English on every
 * Windows. Rules by name, and phases and operations by number: Microsoft, "SetupDiag", "Upgrade error codes".
 */
import type { Line } from './log-lines.ts';
import { about, linesOf, lineShape } from './log-lines.ts';
import type { Installations } from './open-failures.ts';
import { troubleSince } from './open-failures.ts';
import type { Reading } from './reading.ts';
import { resultCode } from './result-code.ts';
import type { Fact } from './shape.ts';
import { unknown } from './shape.ts';

export const setupShape = {
  lines: [lineShape],
  extendCode: 'string',
  /** downlevel, safe-os, first-boot, second-boot or uninstall: how far the upgrade came */
  phase: 'string',
  operation: 'string',
  /** The rule of SetupDiag that matched. */
  diagnosed: 'string',
} as const;

/** What SetupDiag's rules are about; the first pattern that fits a rule's name. */
const RULE_ABOUT: readonly (readonly [string, RegExp])[] = [
  ['boot', /^InsufficientSystemPartition/],
  ['space', /^DiskSpace/],
  ['blocking', /Hardblock|^CompatBlocked|^PlugInComplianceBlock/],
  ['migration', /^FindMig|^MigrationAborted|^UserProfile/],
  ['mount', /^WimMountDriver|^PreReleaseWimMount|^WimMountFailure/],
  ['image', /^WimApplyExtract|^UpdateAgentExpander/],
  ['installer', /^AdvancedInstaller/],
  ['servicing', /^OptionalComponent|^DISMAddPackage/],
  ['rollback', /^DeviceInstallHang|^BootFailure|^FindDebugInfo|^FindRollback|^DebugSetup/],
];

const SETUP_ABOUT: readonly (readonly [string, RegExp])[] = [
  [
    'migration',
    /while gathering(?:\/applying)? object:? (?:File, )?(.+?)\. |Abandoning (?:apply|gather) due to error for object:? (.+)|Gather framework failed|Apply framework failed|migration plug-?in/i,
  ],
  [
    'blocking',
    /Blocking(?:Application|Driver|Migration)?\s*[:=]\s*(.+)|HardBlock|BlockMigration|BlockingType/i,
  ],
  ['space', /0x80070070|disk space|FreeSpace|InsufficientSpace/i],
  ['mount', /wimmount/i],
  ['crash', /Crash 0x[0-9a-f]{8} detected/i],
  ['rollback', /roll(?:ing|ed)? ?back|SafeOS|FIRST_BOOT|SECOND_BOOT|0xC1900101/i],
];

/** `<ProfileName>X</ProfileName>`, `"ProfileName":"X"`, `Matching Profile found: X - GUID`. */
const PROFILE = /ProfileName\W{1,4}(\w+)|Matching Profile found: (\w+)/i;

/** `0xC1900101 - 0x30018`; older tools leave the 0x of the first one out. */
const EXTEND_CODE = /(?:0x)?[0-9a-f]{8}\s*-\s*(0x[0-9a-f]{5})\b/i;

const PHASES = ['', 'downlevel', 'safe-os', 'first-boot', 'second-boot', 'uninstall'];

// The operations that say something of the cause; the others are steps on the way.
const OPERATIONS: ReadonlyMap<number, string> = new Map([
  [0x04, 'install-recovery-environment'],
  [0x07, 'install-drivers'],
  [0x08, 'prepare-safe-os'],
  [0x09, 'prepare-rollback'],
  [0x0c, 'apply-image'],
  [0x0d, 'migrate-data'],
  [0x10, 'add-driver'],
  [0x17, 'boot'],
  [0x18, 'sysprep'],
  [0x1a, 'begin-first-boot'],
  [0x1e, 'pre-oobe'],
]);

export function setupFact(reading: Reading, { open }: Installations): Fact<typeof setupShape> {
  const { logs } = reading.evidence;
  if (logs?.setup === undefined || !open.known) return unknown(setupShape);
  const lines = linesOf(logs, 'setup', troubleSince({ open })).map(ofSetup);
  const extendCode = firstOf(lines, EXTEND_CODE);
  const number = Number.parseInt(extendCode.slice(2), 16);
  return {
    known: true,
    from: lines[0]?.from ?? '/logs/setup',
    lines,
    extendCode,
    phase: PHASES[number >> 16] ?? '',
    operation: OPERATIONS.get(number & 0xff) ?? '',
    diagnosed: firstOf(lines, PROFILE),
  };
}

function ofSetup(line: Line): Line {
  const rule = groupOf(PROFILE.exec(line.text));
  const kind = RULE_ABOUT.find(([, pattern]) => pattern.test(rule))?.[0];
  if (rule !== '') return { ...line, about: kind ?? 'other', names: rule };
  return { ...about(line, SETUP_ABOUT), code: line.code || innerCode(line.text) };
}

/** `Error: 80040005`, without its 0x. */
function innerCode(text: string): string {
  return resultCode(/\b(80[0-9a-f]{6}|c190[0-9a-f]{4})\b/i.exec(text)?.[0]);
}

function firstOf(lines: readonly Line[], pattern: RegExp): string {
  return lines.map(({ text }) => groupOf(pattern.exec(text))).find((group) => group !== '') ?? '';
}

function groupOf(match: RegExpExecArray | null): string {
  return match?.slice(1).find(Boolean) ?? '';
}
