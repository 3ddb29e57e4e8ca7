/** Updates that are offered, and downloads that fail. */
import type { Reading } from './reading.ts';
import { DAY, field, LOGS, placeIn, timeOf } from './reading.ts';
import { hostOf } from './network.ts';
import { resultCode } from './result-code.ts';
import type { Fact } from './shape.ts';
import { NEVER, unknown } from './shape.ts';
import { familyOf, kbIn } from './update-family.ts';

const offerShape = {
  name: 'string',
  kb: 'string',
  family: 'string',
  ageDays: 'double',
  downloaded: 'bool',
  wantsUser: 'bool',
} as const;

/** Wanted updates only: no drivers, no definitions, nothing hidden. */
export const offeredShape = {
  updates: [offerShape],
  count: 'double',
  oldestDays: 'double',
} as const;

export function offeredFact(reading: Reading): Fact<typeof offeredShape> {
  const applicable = reading.evidence.windowsUpdate?.applicable;
  if (applicable === undefined || !reading.has('windowsUpdate', 'applicable'))
    return unknown(offeredShape);
  const updates = applicable
    .map((offer, position) => {
      const kb = offer.kb ?? kbIn(offer.title);
      const released = timeOf(offer.releasedAt);
      return {
        from: `/windowsUpdate/applicable/${position}`,
        name: kb || offer.title,
        kb,
        family:
          offer.type === 'driver'
            ? 'driver'
            : familyOf({ kb, title: offer.title, code: '', isFromWindows: true }),
        ageDays: released === 0 ? 0 : (reading.now - released) / DAY,
        downloaded: offer.downloaded === true,
        wantsUser: offer.canRequestUserInput === true,
        hidden: offer.hidden === true,
      };
    })
    .filter(({ family, hidden }) => !hidden && family !== 'driver' && family !== 'definition')
    .map(({ hidden: _, ...offer }) => offer);
  return {
    known: true,
    from: '/windowsUpdate/applicable',
    updates,
    count: updates.length,
    oldestDays: Math.max(0, ...updates.map(({ ageDays }) => ageDays)),
  };
}

const downloadShape = {
  name: 'string',
  kb: 'string',
  code: 'string',
  host: 'string',
  at: 'time',
  first: 'time',
  tries: 'double',
} as const;

export const downloadsShape = { failing: [downloadShape] } as const;

interface Trouble {
  readonly key: string;
  readonly name: string;
  readonly code: string;
  readonly at: number;
  readonly count: number;
  readonly from: string;
}

const SAME_DOWNLOAD = 10 * 60_000;

/** Downloads that failed and did not succeed since: event 31, with the address BITS names beside it. */
export function downloadsFact(reading: Reading): Fact<typeof downloadsShape> {
  const troubles = reading.events('windowsupdateclient', 31).map((read): Trouble => {
    const { event, at } = read;
    const title = field(event, 'updateTitle');
    const id = field(event, 'updateGuid').replace(/[{}]/g, '').toLowerCase();
    return {
      key: kbIn(title) || id || title,
      name: kbIn(title) || title || id,
      code: resultCode(field(event, 'errorCode')),
      at,
      count: event.count ?? 1,
      from: placeIn(read, 'errorCode'),
    };
  });
  if (troubles.length === 0 && !reading.hears(LOGS.updates)) return unknown(downloadsShape);
  const newest = new Map(troubles.map((trouble) => [trouble.key, trouble]));
  const failing = [...newest.values()]
    .filter(({ key, name, at }) => !isSettled(reading, key, name, at))
    .map((trouble) => {
      const same = troubles.filter(({ key }) => key === trouble.key);
      return {
        from: trouble.from,
        name: trouble.name,
        kb: kbIn(trouble.name),
        code: trouble.code,
        host: bitsHost(reading, trouble.at),
        at: new Date(trouble.at),
        // The collector folds equal events into the newest: of those the first is not told.
        first: same[0]?.count === 1 ? new Date(same[0].at) : NEVER,
        tries: same.reduce((sum, { count }) => sum + count, 0),
      };
    })
    .toSorted((a, b) => b.at.getTime() - a.at.getTime());
  return { known: true, from: failing[0]?.from ?? '/events', failing };
}

function isSettled(reading: Reading, key: string, name: string, at: number): boolean {
  if (familyOf({ kb: kbIn(name), title: name, code: '', isFromWindows: true }) === 'definition')
    return true;
  const later = reading.events('windowsupdateclient', 19, 41).some((event) => {
    const text =
      `${field(event.event, 'updateTitle')} ${field(event.event, 'updateGuid')}`.toLowerCase();
    return event.at > at && text.includes(key.toLowerCase());
  });
  const installed = reading.evidence.windowsUpdate?.history?.some(
    (entry) => entry.kb === key && entry.result === 'succeeded' && timeOf(entry.time) > at,
  );
  return (
    later || installed === true || reading.evidence.hotfixes?.some(({ kb }) => kb === key) === true
  );
}

function bitsHost(reading: Reading, at: number): string {
  const beside = reading
    .events('bits-client', 61)
    .findLast((event) => Math.abs(event.at - at) <= SAME_DOWNLOAD);
  return beside === undefined ? '' : hostOf(field(beside.event, 'url'));
}
