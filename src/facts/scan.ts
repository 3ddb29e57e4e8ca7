/** The search for updates: does it fail now, since when, with which code. */
import type { Installations } from './open-failures.ts';
import type { Reading, ReadEvent } from './reading.ts';
import { countOf, DAY, field, inMinutes, timeOf } from './reading.ts';
import { resultCode } from './result-code.ts';
import type { Fact } from './shape.ts';
import { NEVER, unknown } from './shape.ts';

export const scanShape = {
  failing: 'bool',
  code: 'string',
  source: 'string',
  /** The first failure since the last good search; 1970 where folded events do not tell it. */
  since: 'time',
  newest: 'time',
  /** Since when it fails, in words that claim no more than is known. */
  span: 'string',
  lastGood: 'time',
  /** A search succeeded within a week before the look, and none failed since. */
  isGood: 'bool',
  tries: 'double',
  minutes: 'double',
} as const;

export function scanFact(
  reading: Reading,
  { installed }: Pick<Installations, 'installed'>,
): Fact<typeof scanShape> {
  const { evidence, now } = reading;
  const update = evidence.windowsUpdate;
  const own = ownScan(reading);
  const failures = reading.events('windowsupdateclient', 25);
  const successes = reading.events('windowsupdateclient', 26);
  if (
    update?.lastScanSuccess === undefined &&
    own === undefined &&
    failures.length + successes.length === 0
  ) {
    return unknown(scanShape);
  }
  const told = reading.past(timeOf(update?.lastScanSuccess));
  const lastGood = Math.max(
    told,
    reading.past(successes.at(-1)?.at ?? 0),
    own?.isGood === true ? own.at : 0,
  );
  // Where nobody told of a good search, an update that came by one later is as good.
  const served = told === 0 ? newestServed(installed) : 0;
  const open = failures.filter(({ at }) => at > Math.max(lastGood, served));
  const lastEvent = open.at(-1);
  const isOwnOpen = own !== undefined && !own.isGood && own.at > lastGood;
  const failing = isOwnOpen || lastEvent !== undefined;
  const first = isOwnOpen && lastEvent === undefined ? own.at : firstOf(open);
  const newest = Math.max(lastEvent?.at ?? 0, isOwnOpen ? own.at : 0);
  const eventCode = lastEvent === undefined ? '' : resultCode(field(lastEvent.event, 'errorCode'));
  const codeFrom =
    isOwnOpen && own.code !== ''
      ? '/windowsUpdate/scan/hresult'
      : (lastEvent?.from ?? '/windowsUpdate');
  const goodFrom =
    told === lastGood && told > 0 ? '/windowsUpdate/lastScanSuccess' : '/windowsUpdate';
  return {
    known: true,
    from: failing ? codeFrom : update === undefined ? (successes.at(-1)?.from ?? '') : goodFrom,
    fromField: {
      code: codeFrom,
      since: open[0]?.from ?? codeFrom,
      lastGood: update === undefined ? (successes.at(-1)?.from ?? codeFrom) : goodFrom,
    },
    failing,
    code: isOwnOpen && own.code !== '' ? own.code : eventCode,
    source: update?.source ?? '',
    since: new Date(first),
    newest: new Date(newest),
    span: failing ? spanInWords(first, lastGood, newest) : '',
    lastGood: lastGood === 0 ? NEVER : new Date(lastGood),
    isGood: !failing && lastGood > 0 && now - lastGood <= 7 * DAY,
    tries: countOf(open) + (isOwnOpen ? 1 : 0),
    minutes: (update?.scan?.durationMs ?? 0) / 60_000,
  };
}

/** An update of Windows itself; Store apps come by another service. */
function newestServed({ updates }: Installations['installed']): number {
  return updates.find(({ name }) => name.startsWith('KB'))?.at.getTime() ?? 0;
}

/** The collector folds equal events into the newest one: of those the first is not told. */
function firstOf([oldest]: readonly ReadEvent[]): number {
  return oldest === undefined || (oldest.event.count ?? 1) > 1 ? 0 : oldest.at;
}

function spanInWords(first: number, lastGood: number, newest: number): string {
  if (first > 0) return `since ${inMinutes(first)}`;
  if (lastGood > 0) return `since some time after ${inMinutes(lastGood)}`;
  return `(last at ${inMinutes(newest)})`;
}

interface OwnScan {
  readonly at: number;
  readonly isGood: boolean;
  readonly code: string;
}

/** The search this look ran itself. Refused to our network log-on, it says nothing of the host's own searches. */
function ownScan({ evidence, now, past }: Reading): OwnScan | undefined {
  const scan = evidence.windowsUpdate?.scan;
  if (scan?.result === undefined) return undefined;
  const code = resultCode(scan.hresult);
  const isRefused =
    evidence.errors?.some(({ section }) => section === 'windowsUpdate.scan') === true;
  if (code === '0x80070005' && isRefused) return undefined;
  // Cut off by our own time limit: the host has not said anything yet.
  if (code === '' && (scan.result === 'timedOut' || scan.result === 'aborted')) return undefined;
  const isGood = scan.result === 'succeeded' || scan.result === 'succeededWithErrors';
  // An offline search reads a cache: its success proves no contact with a server.
  if (isGood && scan.mode !== 'online') return undefined;
  return { at: past(timeOf(scan.at)) || now, isGood, code };
}
