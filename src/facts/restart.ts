/** Restarts: is one due, since when, and did the wish for one outlive the starts that should have granted it. */
import type { Reading } from './reading.ts';
import { field, inMinutes, timeOf } from './reading.ts';
import type { Fact } from './shape.ts';
import { NEVER, unknown } from './shape.ts';
import type { Installations } from './open-failures.ts';

export const restartShape = {
  /** A key that only servicing or Windows Update sets, or an update that waits. Never a file rename alone. */
  due: 'bool',
  /** The wish is older than the starts that should have granted it. */
  stuck: 'bool',
  since: 'time',
  /** Since when, in words that claim no more than is known. */
  span: 'string',
  lastBoot: 'time',
  /** Full starts since the wish. */
  starts: 'double',
  keys: 'string',
  pendingXml: 'bool',
  /** Other signs of a wish, each of them weak. */
  others: 'string',
  renamesOnly: 'bool',
} as const;

export function restartFact(
  reading: Reading,
  { waiting, open }: Installations,
): Fact<typeof restartShape> {
  const { evidence } = reading;
  const reboot = evidence.reboot;
  const { lastBoot } = reading;
  const askedEvents = reading
    .events('windowsupdateclient', 21, 22)
    .filter(({ at }) => lastBoot > 0 && at > lastBoot);
  const keys = [
    ...(reboot?.cbs === true ? (['cbs'] as const) : []),
    ...(reboot?.windowsUpdate === true ? (['windowsUpdate'] as const) : []),
  ];
  const since = pendingSince(reading, { waiting, open });
  const starts = since === 0 ? 0 : startsAfter(reading, since, lastBoot);
  const pendingPackage = hasPackageOlderThan(reading, lastBoot);
  const needed = reboot?.pendingXml === true || pendingPackage ? 1 : 2;
  const stuck = (keys.length > 0 || reboot?.pendingXml === true) && since > 0 && starts >= needed;
  const isAsked = askedEvents.length > 0 || (waiting.known && waiting.updates.length > 0);
  const isDenied =
    evidence.reboot === undefined ? isToldByHistory(reading, waiting.known) : areKeysRead(reading);
  if (keys.length === 0 && !isAsked && !isDenied) return unknown(restartShape);
  const renames = (reboot?.pendingFileRename?.length ?? 0) > 0;
  const others = OTHERS.filter(([name]) => reboot?.[name] === true).map(([, words]) => words);
  const key = keys[0];
  return {
    known: true,
    from:
      key === undefined
        ? (askedEvents.at(-1)?.from ?? waiting.updates[0]?.from ?? '/reboot')
        : `/reboot/${key}`,
    due: keys.length > 0 || isAsked,
    stuck,
    since: since === 0 ? NEVER : new Date(since),
    span: stuck ? `since ${inMinutes(since)}` : spanInWords(reading, waiting, since),
    lastBoot: lastBoot === 0 ? NEVER : new Date(lastBoot),
    starts,
    keys: keys.map((name) => (name === 'cbs' ? 'servicing' : 'Windows Update')).join(' and '),
    pendingXml: reboot?.pendingXml === true,
    others: others.join(', '),
    renamesOnly: renames && keys.length === 0 && others.length === 0,
  };
}

/** Both keys were read: only then does their absence deny the wish. */
function areKeysRead(reading: Reading): boolean {
  const { cbs, windowsUpdate } = reading.evidence.reboot ?? {};
  return (
    cbs !== undefined &&
    windowsUpdate !== undefined &&
    reading.has('reboot', 'cbs') &&
    reading.has('reboot', 'windowsUpdate')
  );
}

/** Nobody asked for the keys, but every installation is known, and whether a start followed. */
function isToldByHistory({ lastBoot, unread }: Reading, isKnown: boolean): boolean {
  const isRefused = unread.some(({ section }) => /^reboot\b/.test(section));
  return isKnown && lastBoot > 0 && !isRefused;
}

/** When the restart was first wanted, as far as anything tells. */
function pendingSince(
  reading: Reading,
  { waiting }: Pick<Installations, 'waiting' | 'open'>,
): number {
  const events = reading.events('windowsupdateclient', 21, 22).at(-1)?.at ?? 0;
  const servicing = reading.events('servicing', 4).at(-1)?.at ?? 0;
  const packages = (reading.evidence.packages ?? [])
    .filter(({ state }) => state === 'installPending' || state === 'uninstallPending')
    .map(({ installedAt }) => timeOf(installedAt));
  return Math.max(events, servicing, waiting.newest.getTime(), ...packages);
}

/** The first wish after the last start; the collector folds equal events into the newest, which is no first. */
function spanInWords(
  reading: Reading,
  { updates }: Installations['waiting'],
  newest: number,
): string {
  const asked = [
    ...reading.events('windowsupdateclient', 21, 22),
    ...reading.events('servicing', 4),
  ].map(({ event, at }) => ({ at, isFirst: (event.count ?? 1) === 1 }));
  const waited = updates.map(({ at }) => ({ at: at.getTime(), isFirst: true }));
  const [first] = [...asked, ...waited]
    .filter(({ at }) => at > reading.lastBoot)
    .toSorted((a, b) => a.at - b.at);
  if (first === undefined)
    return newest > 0 ? `since ${inMinutes(newest)}` : 'since the last start or later';
  return `since ${first.isFirst ? '' : 'some time before '}${inMinutes(first.at)}`;
}

function hasPackageOlderThan(reading: Reading, lastBoot: number): boolean {
  return (reading.evidence.packages ?? []).some(
    ({ state, installedAt }) =>
      state === 'installPending' && timeOf(installedAt) > 0 && timeOf(installedAt) < lastBoot,
  );
}

const OTHERS = [
  ['packagesPending', 'packages pending'],
  ['pendingXml', 'pending.xml'],
  ['configMgr', 'Configuration Manager'],
  ['computerRename', 'a new computer name'],
  ['domainJoin', 'a domain join'],
] as const;

const SAME_START = 15 * 60_000;

/** Full starts after a moment. A start out of Fast Startup (boot type 1) is none: sessions went on. */
function startsAfter(reading: Reading, since: number, lastBoot: number): number {
  const told = [
    ...reading.events('eventlog', 6005),
    ...reading.events('kernel-general', 12),
    ...reading.events('kernel-boot', 27).filter(({ event }) => field(event, 'BootType') === '0'),
  ].map(({ at }) => at);
  const times = [...told, lastBoot].filter((at) => at > since).toSorted((a, b) => a - b);
  return times.filter(
    (at, position) => position === 0 || at - (times[position - 1] ?? 0) > SAME_START,
  ).length;
}
