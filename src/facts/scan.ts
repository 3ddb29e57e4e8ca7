/** The search for updates: does it fail now, since when, with which code. */
import type { Reading } from './reading.ts';
import { countOf, DAY, field, timeOf } from './reading.ts';
import { resultCode } from './result-code.ts';
import type { Fact } from './shape.ts';
import { NEVER, unknown } from './shape.ts';

export const scanShape = {
  failing: 'bool',
  code: 'string',
  source: 'string',
  since: 'time',
  lastGood: 'time',
  /** A search succeeded within a week before the look, and none failed since. */
  isGood: 'bool',
  tries: 'double',
  minutes: 'double',
} as const;

export function scanFact(reading: Reading): Fact<typeof scanShape> {
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
  const told = timeOf(update?.lastScanSuccess);
  const lastGood = Math.max(told, successes.at(-1)?.at ?? 0, own?.isGood === true ? own.at : 0);
  const open = failures.filter(({ at }) => at > lastGood);
  const lastEvent = open.at(-1);
  const isOwnOpen = own !== undefined && !own.isGood && own.at > lastGood;
  const failing = isOwnOpen || lastEvent !== undefined;
  const first = open[0]?.at ?? (isOwnOpen ? own.at : 0);
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
    since: first === 0 ? NEVER : new Date(first),
    lastGood: lastGood === 0 ? NEVER : new Date(lastGood),
    isGood: !failing && lastGood > 0 && now - lastGood <= 7 * DAY,
    tries: countOf(open) + (isOwnOpen ? 1 : 0),
    minutes: (update?.scan?.durationMs ?? 0) / 60_000,
  };
}

interface OwnScan {
  readonly at: number;
  readonly isGood: boolean;
  readonly code: string;
}

/** The search this look ran itself. Refused to our network log-on, it says nothing of the host's own searches. */
function ownScan({ evidence, now }: Reading): OwnScan | undefined {
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
  return { at: timeOf(scan.at) || now, isGood, code };
}
