/** The stores that updates live on: Windows Update's database, the signature catalogue's, the component store. */
import type { Reading } from './reading.ts';
import { countOf, LOGS } from './reading.ts';
import type { Installations } from './open-failures.ts';
import { troubleSince } from './open-failures.ts';
import type { Fact } from './shape.ts';
import { unknown } from './shape.ts';
import type { scanShape } from './scan.ts';

export const storeShape = {
  fullErrors: 'double',
  damage: 'double',
  damageCode: 'string',
  ioErrors: 'double',
  /** Locked, or no rights: somebody else holds it. */
  heldErrors: 'double',
  catalogErrors: 'double',
} as const;

const FULL = new Set(['-529', '-1808']);
const IO = new Set(['-1018', '-1021', '-1022']);
const HELD = new Set(['-1032', '-1809', '-1907']);
// Recovery, log and page checks that failed: the database itself is at fault, whatever the code (knowledge/causes.yaml).
const DAMAGE_EVENTS = [412, 447, 454, 455, 465, 467, 474] as const;
// Files that could not be made, read, written or opened: the code says whether the disk is full, faulty or held.
const FILE_EVENTS = [413, 477, 481, 482, 490] as const;

const DAMAGE_IDS: ReadonlySet<number> = new Set(DAMAGE_EVENTS);

export function storeFact(
  reading: Reading,
  scan: Fact<typeof scanShape>,
  installs: Installations,
): Fact<typeof storeShape> {
  const all = reading.events('esent', ...DAMAGE_EVENTS, ...FILE_EVENTS).map((error) => ({
    ...error,
    text: Object.values(error.event.data ?? {}).join(' '),
  }));
  // A good search proves the database of Windows Update, and says nothing of the signature catalogue.
  const texts = all.filter(({ at }) => at > scan.lastGood.getTime());
  const catalog = all.filter(
    ({ at, text }) => at >= troubleSince(installs) && /catdb|catroot2|Catalog Database/i.test(text),
  );
  if (texts.length + catalog.length === 0 && !reading.hears(LOGS.application))
    return unknown(storeShape);
  const own = texts.filter(({ text }) =>
    /wuaueng|SoftwareDistribution|SUS20ClientDataStore/i.test(text),
  );
  const codeOf = ({ text }: { readonly text: string }): string =>
    /(?<![\d-])-\d{3,4}\b/.exec(text)?.[0] ?? '';
  const full = own.filter((error) => FULL.has(codeOf(error)));
  const io = own.filter((error) => IO.has(codeOf(error)));
  const held = own.filter((error) => HELD.has(codeOf(error)));
  const damage = own.filter(
    (error) => DAMAGE_IDS.has(error.event.id) && ![...full, ...io, ...held].includes(error),
  );
  const speaks = full.at(-1) ?? damage.at(-1) ?? io.at(-1) ?? held.at(-1) ?? catalog.at(-1);
  const last = damage.at(-1);
  return {
    known: true,
    from: speaks?.from ?? '/events',
    ...(last && { fromField: { damage: last.from, damageCode: last.from } }),
    fullErrors: countOf(full),
    damage: countOf(damage),
    damageCode: last === undefined ? '' : codeOf(last),
    ioErrors: countOf(io),
    heldErrors: countOf(held),
    catalogErrors: countOf(catalog),
  };
}

export const componentsShape = { health: 'string' } as const;

export function componentsFact({ evidence }: Reading): Fact<typeof componentsShape> {
  const health = evidence.componentStore?.health;
  if (health === undefined || health === 'unknown') return unknown(componentsShape);
  return { known: true, from: '/componentStore/health', health };
}
