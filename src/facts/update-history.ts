/** The history of Windows Update: how far it goes back, and whether it was lost. */
import type { Pointer } from '../core/verdict.ts';
import type { Reading } from './reading.ts';
import { DAY, field, timeOf } from './reading.ts';
import type { Fact } from './shape.ts';
import { NEVER, unknown } from './shape.ts';
import { familyOf, kbIn } from './update-family.ts';

export const historyShape = {
  /** Of updates of Windows; definitions, drivers and apps come and go. */
  entries: 'double',
  /** The oldest entry; 1970 where there is none. */
  oldest: 'time',
  /** Reset, or left behind by an upgrade: something else tells of an installation that it does not know. */
  lost: 'bool',
  /** Lost, and no event tells of installations either: what failed before is not known. */
  blind: 'bool',
  /** What tells of an installation from before. */
  witness: 'string',
  witnessed: 'time',
} as const;

/** A search brings at most so many entries; a list this long may have been cut off at its old end. */
const MAY_BE_CUT = 20;

/**
 * Renaming SoftwareDistribution empties the history, and so does an upgrade (Microsoft, "Additional resources for
 * Windows Update"). An image that was never updated has none, but then nothing else tells of installations either.
 */
export function historyFact(reading: Reading): Fact<typeof historyShape> {
  const history = reading.evidence.windowsUpdate?.history;
  if (history === undefined || !reading.has('windowsUpdate', 'history'))
    return unknown(historyShape);
  // Definitions fill a renewed store within a day.
  const own = history.filter(({ kb, title = '' }) => isOfWindows(kb ?? kbIn(title), title));
  const oldest = Math.min(...own.map(({ time }) => timeOf(time)).filter((time) => time > 0));
  const events = eventWitnesses(reading);
  const witness =
    history.length >= MAY_BE_CUT
      ? undefined
      : own.length === 0
        ? (events[0] ?? listWitness(reading))
        : events.find(({ at }) => at < oldest - DAY);
  return {
    known: true,
    from: '/windowsUpdate/history',
    ...(witness && { fromField: { witness: witness.from, witnessed: witness.from } }),
    entries: own.length,
    oldest: Number.isFinite(oldest) ? new Date(oldest) : NEVER,
    lost: witness !== undefined,
    blind: witness !== undefined && events.length === 0,
    witness: witness?.name ?? '',
    witnessed: witness === undefined ? NEVER : new Date(witness.at),
  };
}

interface Witness {
  readonly name: string;
  readonly at: number;
  readonly from: Pointer;
}

/** Events of Windows Update about updates of Windows, newest first. */
function eventWitnesses(reading: Reading): readonly Witness[] {
  return reading
    .events('windowsupdateclient', 19, 20)
    .map(({ event, at, from }) => ({ title: field(event, 'updateTitle'), at, from }))
    .filter(({ title, at }) => at > 0 && reading.past(at) > 0 && isOfWindows(kbIn(title), title))
    .map(({ title, at, from }) => ({ name: kbIn(title) || title, at, from }))
    .toReversed();
}

/** The newest of what the lists of installed updates know, which outlive the history. */
function listWitness({ evidence, past }: Reading): Witness | undefined {
  const hotfixes = (evidence.hotfixes ?? []).map(({ kb, installedOn }, position) => ({
    name: kb,
    at: past(timeOf(installedOn)),
    from: `/hotfixes/${position}`,
  }));
  const last = {
    name: 'an update',
    at: past(timeOf(evidence.windowsUpdate?.lastInstallSuccess)),
    from: '/windowsUpdate/lastInstallSuccess',
  };
  return [...hotfixes.filter(({ name }) => isOfWindows(name, name)), last]
    .filter(({ at }) => at > 0)
    .toSorted((a, b) => b.at - a.at)[0];
}

function isOfWindows(kb: string, title: string): boolean {
  const family = familyOf({ kb, title, code: '', isFromWindows: true });
  return family !== 'definition' && family !== 'driver';
}
