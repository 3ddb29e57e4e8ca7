/** Every attempt to install something that the document tells of, from whichever source, in one shape. */
import type { Pointer } from '../core/verdict.ts';
import type { Reading, ReadEvent } from './reading.ts';
import { field, placeIn, timeOf } from './reading.ts';
import { resultCode, SUCCESS } from './result-code.ts';
import { kbIn, seriesOf } from './update-family.ts';

/** Which source speaks; a higher number is closer to what went wrong, and its code wins. */
const SPECIFIC = { agent: 0, event: 1, history: 2, msi: 3, servicing: 4 } as const;
export type AttemptSource = keyof typeof SPECIFIC;

export interface Attempt {
  /** KB, else update id, else the title without month and version. */
  readonly key: string;
  readonly kb: string;
  readonly title: string;
  readonly at: number;
  readonly outcome: 'failed' | 'installed' | 'waits';
  readonly code: string;
  readonly count: number;
  readonly source: AttemptSource;
  readonly from: Pointer;
}

export function isMoreSpecific(one: AttemptSource, other: AttemptSource): boolean {
  return SPECIFIC[one] > SPECIFIC[other];
}

const RESTART_NEEDED = new Set(['0x00240005', '0x80070BC2', '0x80070669']);
/** A success code of the run, though this update was left out. */
const SKIPPED_ON_BATTERY = '0x00240009';
// "The installer failed": its own exit code, which Windows Update keeps beside it, says more.
const GENERIC = new Set(['0x80070643', '0x8024200B', '0x80240022', '0x80242FFF']);
/** An express download that goes on in another way: not a failure (knowledge, traps). */
const EXPRESS_RETRY = '0x800F0816';
/** The driver is already there, or a better one: Windows Update reports it as failed once and for all. */
const DRIVER_IS_THERE = '0x80070103';

export function attemptsIn(reading: Reading): readonly Attempt[] {
  return (
    [
      ...fromHistory(reading),
      ...reading.events('windowsupdateclient', 19, 20).map(fromUpdateEvent),
      ...reading.events('wusa', 2, 3, 4).map(fromWusa),
      ...reading.events('servicing', 2, 3, 4).flatMap(fromServicing),
      ...reading.events('msiinstaller', 1022, 1023, 1033, 11_707, 11_708).flatMap(fromMsi),
      ...fromAgents(reading),
    ]
      .filter(({ code }) => code !== DRIVER_IS_THERE)
      // A success from after the look cures nothing; a failure from then is still one.
      .map((one) => (one.outcome === 'failed' ? one : { ...one, at: reading.past(one.at) }))
      .toSorted((a, b) => a.at - b.at)
  );
}

function fromHistory({ evidence }: Reading): Attempt[] {
  return (evidence.windowsUpdate?.history ?? []).flatMap((entry, position) => {
    if (entry.operation !== 'install' || entry.result === 'inProgress') return [];
    const inner = resultCode(entry.unmappedCode);
    const isInner = inner !== '' && GENERIC.has(resultCode(entry.hresult));
    const code = isInner ? inner : resultCode(entry.hresult);
    const failed =
      entry.result === 'failed' || entry.result === 'aborted' || code === SKIPPED_ON_BATTERY;
    const title = entry.title ?? '';
    const from = `/windowsUpdate/history/${position}`;
    return {
      ...named(entry.kb ?? kbIn(title), entry.updateId, title),
      at: timeOf(entry.time),
      outcome: failed ? 'failed' : RESTART_NEEDED.has(code) ? 'waits' : 'installed',
      code,
      count: 1,
      source: 'history',
      from: isInner
        ? `${from}/unmappedCode`
        : entry.hresult === undefined
          ? from
          : `${from}/hresult`,
    } as const;
  });
}

/** One name for the same update, whoever speaks of it: KB, else update id, else the title without month and version. */
export function keyOf(kb: string, updateId: string | undefined, title: string): string {
  const id = updateId?.replace(/[{}]/g, '').toLowerCase() ?? '';
  return kb || id || seriesOf(title) || 'unnamed';
}

function named(
  kb: string,
  updateId: string | undefined,
  title: string,
): Pick<Attempt, 'key' | 'kb' | 'title'> {
  return { key: keyOf(kb, updateId, title), kb, title };
}

function fromUpdateEvent(read: ReadEvent): Attempt {
  const { event, at, from } = read;
  const title = field(event, 'updateTitle');
  const failed = event.id === 20;
  return {
    ...named(kbIn(title), field(event, 'updateGuid'), title),
    at,
    outcome: failed ? 'failed' : 'installed',
    code: failed ? resultCode(field(event, 'errorCode')) : '',
    count: event.count ?? 1,
    source: 'event',
    from: failed ? placeIn(read, 'errorCode') : from,
  };
}

/** A package that somebody ran by hand, or a script did: Windows Update knows nothing of it. */
function fromWusa(read: ReadEvent): Attempt {
  const { event, at, from } = read;
  const title = field(event, 'UpdateTitle');
  const code = resultCode(field(event, 'ErrorCode'));
  return {
    ...named(kbIn(title), undefined, title),
    at,
    outcome: event.id === 3 ? 'failed' : event.id === 4 ? 'waits' : 'installed',
    code: event.id === 3 ? code : '',
    count: event.count ?? 1,
    source: 'event',
    from: event.id === 3 ? placeIn(read, 'ErrorCode') : from,
  };
}

function fromServicing(read: ReadEvent): Attempt[] {
  const { event, at, from } = read;
  const code = resultCode(field(event, 'ErrorCode'));
  const name = field(event, 'PackageIdentifier');
  const wanted = Number(field(event, 'IntendedPackageState'));
  // Only "installed" (5112) and failures speak of an installation; what staging achieves is a step on the way.
  if (event.id === 3 && code === EXPRESS_RETRY) return [];
  if (event.id !== 3 && wanted !== 5112) return [];
  return [
    {
      ...named(kbIn(name), undefined, name),
      at,
      outcome: event.id === 3 ? 'failed' : event.id === 4 ? 'waits' : 'installed',
      code: event.id === 3 ? code : '',
      count: event.count ?? 1,
      source: 'servicing',
      from: event.id === 3 ? placeIn(read, 'ErrorCode') : from,
    },
  ];
}

const MSI_INSTALLED = new Set([1022, 11_707]);
// Nothing to remove (1605), a newer version is there (1638), called off by the user (1602): no failure of a patch.
const HARMLESS_STEPS = new Set(['0x80070645', '0x80070666', '0x80070642']);

function fromMsi(read: ReadEvent): Attempt[] {
  const { event, at } = read;
  const product = msiProduct(field(event, 'param1', 'Product', 'ProductName'));
  if (product === '') return [];
  const status = event.id === 1033 ? field(event, 'param4', 'param3') : field(event, 'param3');
  const code = event.id === 1033 || event.id === 1023 ? resultCode(status) : '';
  if (HARMLESS_STEPS.has(code)) return [];
  const installed = MSI_INSTALLED.has(event.id) || (event.id === 1033 && SUCCESS.has(code));
  return [
    {
      ...named(kbIn(product), undefined, product),
      at,
      outcome: installed ? 'installed' : 'failed',
      code: installed ? '' : code || '0x80070643',
      count: event.count ?? 1,
      source: 'msi',
      from: placeIn(read, 'param1'),
    },
  ];
}

/** "Product: NAME -- Installation failed." in any language, or the bare name. */
function msiProduct(text: string): string {
  return /^[^:：]*[:：]\s*(.+?)\s+--\s/.exec(text)?.[1] ?? text;
}

const DECIDED_AGAINST = new Set(['notApproved', 'declined', 'ignored', 'inactive']);

function fromAgents({ evidence }: Reading): Attempt[] {
  return (evidence.agents ?? []).flatMap(({ deployments }, agent) =>
    (deployments ?? []).flatMap((row, position): Attempt[] => {
      const at = timeOf(row.deployedAt);
      if (at === 0 || row.exitCode === undefined || row.exitCode === null) return [];
      const code = resultCode(row.exitCode);
      const failed = !SUCCESS.has(code);
      if (failed && (row.detection === 'patched' || DECIDED_AGAINST.has(row.approval ?? '')))
        return [];
      const title = row.title ?? '';
      return [
        {
          ...named(row.kb ?? kbIn(title), undefined, title),
          at,
          outcome: failed ? 'failed' : RESTART_NEEDED.has(code) ? 'waits' : 'installed',
          code: failed ? code : '',
          count: failed ? (row.attempts ?? 1) : 1,
          source: 'agent',
          from: `/agents/${agent}/deployments/${position}/exitCode`,
        },
      ];
    }),
  );
}
