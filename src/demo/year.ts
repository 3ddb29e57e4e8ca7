/**
 * A year of the demo fleet: its documents of November 2026 carried back month by month, and who was ill when told by a
 * story. The same bytes every time: nothing here is drawn by chance.
 */
import { createHash } from 'node:crypto';
import { startOfCycle, type Cycle } from '../history/cycle.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A document of the fleet: evidence, or that nobody was reached. */
export type DemoDocument = {
  readonly host: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly os?: {
    readonly build: number;
    readonly ubr?: number;
    readonly locale?: string;
    readonly productType?: string;
  };
} & { readonly [key: string]: Json };

export interface DemoMonth {
  readonly cycle: Cycle;
  /** Milliseconds since 1970: eight days after the second Tuesday, in the morning. */
  readonly startedAt: number;
  readonly documents: readonly DemoDocument[];
}

export interface DemoChange {
  readonly at: number;
  readonly text: string;
  readonly hosts: string;
}

export const MONTHS = 12;
const NEWEST: Cycle = '2026-11';
const DAY_MS = 86_400_000;
const RUN_AT_MS = 8 * DAY_MS + 6.5 * 3_600_000;

/** Months are counted back from November: 8 is March, 4 is July. */
const WSUS_ILL_FROM = 8;
const BAD_PATCH = 4;
const SERVICES_OFF_SINCE = 2;

/** What somebody noted down in that year. */
export const CHANGES: readonly DemoChange[] = [
  {
    at: Date.parse('2026-03-30T16:00:00Z'),
    text: 'WSUS of Milano cleaned up and its database indexed again',
    hosts: 'site:milano',
  },
  {
    at: Date.parse('2026-09-02T07:00:00Z'),
    text: 'new image on the tills of München',
    hosts: 'muc-kasse-*',
  },
];

/** @param fleet documents of November; @param isWell whether its host has no cause in November */
export function demoYear(
  fleet: readonly DemoDocument[],
  isWell: (host: string) => boolean,
): readonly DemoMonth[] {
  const cast = new Cast(fleet, isWell);
  return Array.from({ length: MONTHS }, (_, at) => monthOf(cast, MONTHS - 1 - at));
}

function monthOf(cast: Cast, back: number): DemoMonth {
  const cycle = cycleBack(back);
  const documents = cast.fleet.map((own) => {
    const isIll = cast.isIll(own, back);
    const document = carriedBack(isIll ? own : cast.wellDocument(own), back);
    if (!isIll && isHitByBadPatch(document, back)) return failingOf(document, back);
    return withoutMissed(
      document,
      (month) => cast.isIll(own, month) || wasHit(document, month),
      back,
    );
  });
  return { cycle, startedAt: startOfCycle(cycle) + RUN_AT_MS, documents };
}

function cycleBack(back: number): Cycle {
  const [year = 0, month = 0] = NEWEST.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1 - back, 1)).toISOString().slice(0, 7);
}

/** Who plays whom: each host as it is in November, and one in order that is most like it. */
class Cast {
  readonly fleet: readonly DemoDocument[];
  readonly #isWell: (host: string) => boolean;
  readonly #well: readonly DemoDocument[];

  constructor(fleet: readonly DemoDocument[], isWell: (host: string) => boolean) {
    this.fleet = fleet;
    this.#isWell = isWell;
    this.#well = fleet.filter(({ host, os }) => os !== undefined && isWell(host));
  }

  /** Whether it shows in that month what it shows in November. */
  isIll(own: DemoDocument, back: number): boolean {
    const { host } = own;
    if (this.#isWell(host)) return false;
    if (back === 0) return true;
    // Without one that is like it, it stays as it is.
    if (this.#twinOf(own) === undefined) return true;
    const { site = '' } = own.labels;
    // The update server of Milano was overloaded until it was cleaned up, and is so again.
    if (site === 'milano') return back >= WSUS_ILL_FROM && back < MONTHS - 1;
    // Disks fill up one after another.
    if (isDiskFull(own)) return back <= chosen(host, 6);
    if (host.startsWith('muc-kasse')) return back <= SERVICES_OFF_SINCE;
    if (own.os === undefined) return chosen(`${host} ${back}`, 3) === 0;
    // What nobody mends stays; what a restart settles comes and goes.
    return chosen(host, 2) === 0 || chosen(`${host} ${back}`, 3) === 0;
  }

  /** A host in order, under the name of this one. */
  wellDocument(own: DemoDocument): DemoDocument {
    const twin = this.#isWell(own.host) ? own : (this.#twinOf(own) ?? own);
    const update = twin['windowsUpdate'];
    const other = own['windowsUpdate'];
    const server = isObject(other) ? other['wsusServer'] : undefined;
    return {
      ...twin,
      host: own.host,
      labels: own.labels,
      ...(isObject(update) && {
        windowsUpdate: {
          ...update,
          ...(server !== undefined && { wsusServer: server }),
          susClientId: idOf(own.host),
        },
      }),
    };
  }

  #twinOf({ host, os, labels }: DemoDocument): DemoDocument | undefined {
    const alike = this.#well.filter((twin) =>
      os === undefined
        ? twin.labels['site'] === labels['site'] && twin.labels['group'] === labels['group']
        : twin.os?.build === os.build &&
          twin.os.locale === os.locale &&
          twin.os.productType === os.productType,
    );
    return alike[chosen(host, alike.length)];
  }
}

function isDiskFull({ volumes }: DemoDocument): boolean {
  const list = Array.isArray(volumes) ? (volumes as readonly Json[]) : [];
  return list.some(
    (volume) =>
      isObject(volume) && volume['role'] === 'system' && Number(volume['freeBytes']) < 5e9,
  );
}

/** The cumulative update of July rolled back on Windows 11 24H2, until August brought a better one. */
function isHitByBadPatch({ host, os }: DemoDocument, back: number): boolean {
  return back === BAD_PATCH && os?.build === 26100 && chosen(`${host} bad`, 10) < 8;
}

function wasHit(own: DemoDocument, back: number): boolean {
  return isHitByBadPatch(own, back);
}

/**
 * The numbers of a month's updates in the demo: KB59, the last digit of the year and 3, the month; then the product.
 * @param back months before the one that the digits name
 */
function prefixOf(back: number, digits = '911'): string {
  const months = (Number(digits.slice(0, 1)) - 3) * 12 + Number(digits.slice(1)) - 1 - back;
  const year = Math.floor(months / 12) + 3;
  return `KB59${year}${String((((months % 12) + 12) % 12) + 1).padStart(2, '0')}`;
}

/** Its times, titles, KBs and revisions as they were so many months before. */
function carriedBack(document: DemoDocument, back: number): DemoDocument {
  if (back === 0) return document;
  const shift = startOfCycle(NEWEST) - startOfCycle(cycleBack(back));
  const text = JSON.stringify(document)
    .replaceAll(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/g, (time) =>
      new Date(Date.parse(time) - shift).toISOString().replace('.000Z', 'Z'),
    )
    .replaceAll(/(?<="installedOn":")\d{4}-\d{2}-\d{2}(?=")/g, (day) =>
      new Date(Date.parse(day) - shift).toISOString().slice(0, 10),
    )
    .replaceAll(/(?<=")(20\d{2})-(\d{2})(?= )/g, (_, year: string, month: string) =>
      new Date(Date.UTC(Number(year), Number(month) - 1 - back, 1)).toISOString().slice(0, 7),
    )
    .replaceAll(
      /KB59(\d{3})(\d{2})/g,
      (_, digits: string, product: string) => `${prefixOf(back, digits)}${product}`,
    )
    .replaceAll(/\b(1[0-9]{4}|2[0-9]{4})\.(\d{4,5})\b/g, (_, build: string, revision: string) => {
      return `${build}.${Number(revision) - back * stepOf(Number(build))}`;
    })
    .replaceAll(
      /"build":(\d+),"ubr":(\d+)/g,
      (_, build: string, revision: string) =>
        `"build":${build},"ubr":${Number(revision) - back * stepOf(Number(build))}`,
    );
  return JSON.parse(text) as DemoDocument;
}

/** Revisions from month to month in the demo fleet. */
const STEPS: ReadonlyMap<number, number> = new Map([
  [17_763, 127],
  [19_044, 122],
  [19_045, 122],
  [20_348, 138],
  [26_100, 163],
  [26_200, 163],
]);

function stepOf(build: number): number {
  return STEPS.get(build) ?? 120;
}

/** What went well in that month failed instead, and nothing on the host says why. */
function failingOf(document: DemoDocument, back: number): DemoDocument {
  const month = prefixOf(back);
  const isMeant = (value: Json): boolean =>
    JSON.stringify(value).includes(month) && !/\.NET/.test(JSON.stringify(value));
  const { windowsUpdate, events, hotfixes, packages, os } = document;
  const update = isObject(windowsUpdate) ? windowsUpdate : {};
  const without = (list: Json | undefined): readonly Json[] =>
    listOf(list).filter((value) => !isMeant(value));
  return {
    ...document,
    ...(os !== undefined && { os: { ...os, ...previous(os) } }),
    hotfixes: without(hotfixes),
    ...(packages !== undefined && { packages: without(packages) }),
    windowsUpdate: {
      ...update,
      history: listOf(update['history']).map((entry) =>
        isMeant(entry) && isObject(entry)
          ? { ...entry, result: 'failed', hresult: BAD_CODE }
          : entry,
      ),
    },
    events: listOf(events).map((event) =>
      isMeant(event) && isObject(event) && event['id'] === 19
        ? {
            ...event,
            id: 20,
            level: 2,
            data: { ...(isObject(event['data']) ? event['data'] : {}), errorCode: BAD_CODE },
          }
        : event,
    ),
  };
}

const BAD_CODE = '0x8000FFFF';

function previous(os: DemoDocument['os']): { readonly ubr?: number } {
  return os?.ubr === undefined ? {} : { ubr: os.ubr - stepOf(os.build) };
}

/** Updates of months in which the host was ill never came: the next cumulative one held them. */
function withoutMissed(
  document: DemoDocument,
  isMissed: (back: number) => boolean,
  back: number,
): DemoDocument {
  const missed = [1, 2, 3]
    .map((more) => back + more)
    .filter((month) => month < MONTHS && isMissed(month))
    .map((month) => prefixOf(month));
  if (missed.length === 0) return document;
  const kept = (list: Json | undefined): readonly Json[] =>
    listOf(list).filter((value) => !missed.some((month) => JSON.stringify(value).includes(month)));
  const { windowsUpdate, events, hotfixes, packages } = document;
  return {
    ...document,
    ...(hotfixes !== undefined && { hotfixes: kept(hotfixes) }),
    ...(packages !== undefined && { packages: kept(packages) }),
    ...(events !== undefined && { events: kept(events) }),
    ...(isObject(windowsUpdate) &&
      windowsUpdate['history'] !== undefined && {
        windowsUpdate: { ...windowsUpdate, history: kept(windowsUpdate['history']) },
      }),
  };
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A number below `count` that is always the same for the same words. */
function chosen(words: string, count: number): number {
  return createHash('sha256').update(words).digest().readUInt32BE() % Math.max(1, count);
}

function idOf(host: string): string {
  const hex = createHash('sha256').update(host).digest('hex');
  return [8, 12, 16, 20, 32].map((end, at, ends) => hex.slice(ends[at - 1] ?? 0, end)).join('-');
}
