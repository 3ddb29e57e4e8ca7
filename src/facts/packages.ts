/** Packages of the servicing stack: what is installed by KB, and how far the newest cumulative update got. */
import type { Reading } from './reading.ts';
import { timeOf } from './reading.ts';
import { resultCode } from './result-code.ts';
import type { Fact } from './shape.ts';
import { unknown } from './shape.ts';

export const hotfixesShape = { all: [{ kb: 'string' }] } as const;

export function hotfixesFact({ evidence }: Reading): Fact<typeof hotfixesShape> {
  const { hotfixes } = evidence;
  if (hotfixes === undefined) return unknown(hotfixesShape);
  return {
    known: true,
    from: '/hotfixes',
    all: hotfixes.map(({ kb }, position) => ({ from: `/hotfixes/${position}`, kb })),
  };
}

export const rollupShape = {
  name: 'string',
  state: 'string',
  lastError: 'string',
  ubr: 'double',
  /** The running build is older than the package. */
  isAhead: 'bool',
  /** Put there before the last start, which should have finished it. */
  isOlderThanStart: 'bool',
} as const;

// Package_for_RollupFix~31bf3856ad364e35~amd64~~19041.4291.1.6
const ROLLUP = /^Package_for_RollupFix~.*~(\d+)\.(\d+)\.\d+\.\d+$/i;

/** The revision that a cumulative package brings; undefined for any other package. */
export function rollupRevision(name: string): number | undefined {
  const revision = ROLLUP.exec(name)?.[2];
  return revision === undefined ? undefined : Number(revision);
}

export function rollupFact({ evidence, past }: Reading): Fact<typeof rollupShape> {
  const { packages, os } = evidence;
  const lastBoot = past(timeOf(os?.lastBoot));
  const rollups = (packages ?? []).flatMap((one, position) => {
    const ubr = rollupRevision(one.name);
    return ubr === undefined ? [] : [{ ...one, ubr, from: `/packages/${position}` }];
  });
  const newest = rollups.toSorted((a, b) => b.ubr - a.ubr)[0];
  if (newest === undefined || os?.ubr === undefined) return unknown(rollupShape);
  return {
    known: true,
    from: newest.from,
    name: newest.name,
    state: newest.state,
    lastError: resultCode(newest.lastError),
    ubr: newest.ubr,
    isAhead: newest.ubr > os.ubr,
    isOlderThanStart: timeOf(newest.installedAt) < lastBoot,
  };
}

export const secureBootShape = { isOff: 'bool', refused: 'double', warned: 'double' } as const;

/** Writes of the Secure Boot variables that the firmware refused (1795), or that were put off (1032, 1796). */
export function secureBootFact(reading: Reading, since: number): Fact<typeof secureBootShape> {
  const isOn = reading.evidence.platform?.secureBoot ?? undefined;
  const events = reading.events('tpm-wmi', 1032, 1795, 1796).filter(({ at }) => at >= since);
  if (isOn === undefined && events.length === 0) return unknown(secureBootShape);
  const refused = events.filter(({ event }) => event.id === 1795);
  return {
    known: true,
    from: refused.at(-1)?.from ?? events.at(-1)?.from ?? '/platform/secureBoot',
    isOff: isOn === false,
    refused: refused.length,
    warned: events.length - refused.length,
  };
}
