/** What happened later, and whether it says that a failure is settled. */
import type { Pointer } from '../core/verdict.ts';
import type { Attempt } from './attempts.ts';
import type { Reading } from './reading.ts';
import { DAY, field, inMinutes, timeOf } from './reading.ts';
import type { Family } from './update-family.ts';
import { rollupRevision } from './packages.ts';
import { kbIn, seriesOf } from './update-family.ts';
import type { Revisions, Update } from './updates.ts';

/** An attempt at an update of a series, such as the monthly rollups of one version. */
interface Tried {
  readonly key: string;
  readonly series: string;
  readonly family: Family;
  readonly at: number;
}

/** An entry of the hotfix list. */
interface Listed {
  readonly at: number;
  readonly from: Pointer;
}

/** The cumulative update that the servicing stack has in place; `at` is 0 when nothing tells. */
interface Rollup extends Listed {
  readonly name: string;
}

export interface Context {
  readonly reading: Reading;
  readonly lastBoot: number;
  /** Time of the newest search that succeeded. */
  readonly lastGoodScan: number;
  readonly offered: ReadonlySet<string> | undefined;
  readonly installedKbs: ReadonlyMap<string, Listed>;
  /** Attempts at other updates, failed ones too. */
  readonly attempted: readonly Tried[];
  readonly successes: readonly Tried[];
  readonly recoveryFailures: readonly number[];
  readonly msiFailures: readonly number[];
  /** Restarts and shutdowns that servicing did not ask for itself, and power cuts. */
  readonly shutdowns: readonly number[];
  readonly revisions: Revisions;
  readonly rollupInstalled: Rollup;
  /** The cumulative update of the running build, where the servicing stack has not put it in place. */
  readonly staged: Rollup | undefined;
}

export function contextOf(
  reading: Reading,
  updates: readonly Update[],
  revisions: Revisions,
): Context {
  const { evidence } = reading;
  const update = evidence.windowsUpdate;
  const scanned =
    update?.scan?.result?.startsWith('succeeded') === true ? timeOf(update.scan.at) : 0;
  return {
    reading,
    lastBoot: reading.lastBoot,
    lastGoodScan: Math.max(reading.past(timeOf(update?.lastScanSuccess)), reading.past(scanned)),
    offered: offeredKeys(reading),
    installedKbs: new Map(
      (evidence.hotfixes ?? []).map(({ kb, installedOn }, position) => [
        kb.toUpperCase(),
        { at: timeOf(installedOn) || Infinity, from: `/hotfixes/${position}/kb` },
      ]),
    ),
    attempted: updates.flatMap((update) => triedIn(update, true)),
    successes: updates.flatMap((update) => triedIn(update, false)),
    recoveryFailures: reading.events('winreagent', 4502).map(({ at }) => at),
    revisions,
    rollupInstalled: rollupIn(reading),
    staged: stagedIn(reading),
    shutdowns: shutdownsIn(reading),
    msiFailures: reading.events('msiinstaller', 1023, 11_708).map(({ at }) => at),
  };
}

/** Servicing and Windows Update restart hosts too, when they are done or have given up. */
const OWN_RESTARTS =
  /(?:TrustedInstaller|TiWorker|MoUsoCoreWorker|MusNotification\w*|usoclient|svchost)\.exe/i;

function shutdownsIn(reading: Reading): readonly number[] {
  const ordered = reading
    .events('user32', 1074)
    .filter(({ event }) => !OWN_RESTARTS.test(field(event, 'param1')));
  const cut = [...reading.events('eventlog', 6008), ...reading.events('kernel-power', 41)];
  return [...ordered, ...cut].map(({ at }) => at);
}

function rollupIn({ evidence, past }: Reading): Rollup {
  const installed = (evidence.packages ?? []).flatMap(({ name, state, installedAt }, position) =>
    name.startsWith('Package_for_RollupFix') && state === 'installed'
      ? [{ name, at: past(timeOf(installedAt)), from: `/packages/${position}/state` }]
      : [],
  );
  return installed.toSorted((a, b) => b.at - a.at)[0] ?? { name: '', at: 0, from: '' };
}

/**
 * The registry may claim a build whose cumulative update the servicing stack holds as staged only: the kernel is the old
 * one then, and the list of installed updates is as wrong (learn.microsoft.com/answers 5867515).
 */
function stagedIn({ evidence, past }: Reading): Rollup | undefined {
  const running = evidence.os?.ubr;
  const position = (evidence.packages ?? []).findIndex(
    ({ name, state }) => rollupRevision(name) === running && state === 'staged',
  );
  const found = evidence.packages?.[position];
  if (running === undefined || found === undefined) return undefined;
  const at = past(timeOf(found.installedAt));
  return { name: found.name, at, from: `/packages/${position}/state` };
}

function triedIn({ key, family, attempts }: Update, isFailed: boolean): readonly Tried[] {
  return attempts
    .filter(({ outcome }) => (outcome === 'failed') === isFailed)
    .map(({ title, at }) => ({ key, series: seriesOf(title), family, at }));
}

function offeredKeys(reading: Reading): ReadonlySet<string> | undefined {
  const { applicable: offered, scan } = reading.evidence.windowsUpdate ?? {};
  if (offered === undefined || !reading.has('windowsUpdate', 'applicable')) return undefined;
  // Only a search finds out that something is wanted no more; a list of unknown origin may be a part.
  const isSearched =
    scan?.mode === 'offline' || (scan?.mode === 'online' && scan.result === 'succeeded');
  if (!isSearched) return undefined;
  const keys = offered
    .filter(({ hidden }) => hidden !== true)
    .flatMap(({ kb, updateId, title }) => [
      kb ?? kbIn(title),
      updateId?.toLowerCase() ?? '',
      seriesOf(title),
    ]);
  return new Set(keys.filter((key) => key !== ''));
}

// "Does not apply": what a replaced update says when somebody deploys it again, so the running build settles nothing.
const REPLACED = new Set(['0x80240017', '0x800F081E', '0x800F081B', '0x00240006']);

/** What says that a failure is settled; `later`: what the same source tells of a time after it. */
export type Settlement =
  | { readonly by: 'later' }
  | {
      /** Another source, which does not agree that it failed. */
      readonly by: 'list' | 'build' | 'package' | 'search';
      readonly says: string;
      readonly from: Pointer;
    };

const LATER: Settlement = { by: 'later' };

/** The first thing that settles the failure; undefined while it is open. */
export function settlementOf(
  { key, family, attempts }: Update,
  newest: Attempt,
  context: Context,
): Settlement | undefined {
  const { reading, rollupInstalled } = context;
  const { build, ubr: running } = reading.evidence.os ?? {};
  const series = seriesOf(newest.title);
  const replaces = (later: Tried): boolean =>
    later.at > newest.at && later.series === series && series !== '' && later.family === family;
  if (context.successes.some(replaces)) return LATER;
  // The next month of a series holds all of this one: what it fails with is what counts.
  if (context.attempted.some((later) => later.key !== key && replaces(later))) return LATER;
  if (isOfOlderVersion(newest.title, build)) return LATER;
  const isUpgraded = context.successes.some(
    (success) => success.family === 'feature' && success.at > newest.at,
  );
  if (isUpgraded && family !== 'vendor') return LATER;
  const isDenied = family === 'cumulative' && context.staged !== undefined;
  const listed = isDenied ? undefined : context.installedKbs.get(newest.kb);
  // Hotfix dates carry no time of day.
  if (listed !== undefined && listed.at + DAY > newest.at)
    return { by: 'list', says: newest.kb, from: listed.from };
  // A cumulative update counts as installed once the running build has reached it, whatever history says.
  const revision = context.revisions.get(newest.kb);
  const isReached = revision !== undefined && running !== undefined && running >= revision;
  if (isReached && !isDenied && !REPLACED.has(newest.code))
    return { by: 'build', says: `${build}.${running}`, from: '/os/ubr' };
  if (family === 'cumulative' && rollupInstalled.at > newest.at)
    return { by: 'package', says: rollupInstalled.name, from: rollupInstalled.from };
  if (newest.source === 'agent' || newest.source === 'msi') return undefined;
  if (context.offered !== undefined && context.lastGoodScan > newest.at) {
    const names = [key, newest.kb, ...attempts.map((one) => one.key), series];
    if (!names.some((name) => context.offered?.has(name) === true)) {
      const says = inMinutes(context.lastGoodScan);
      return { by: 'search', says, from: '/windowsUpdate/applicable' };
    }
  }
  return isLeftBehind(newest, family, context) ? LATER : undefined;
}

// No language translates the names of versions.
const VERSIONS: ReadonlyMap<string, number> = new Map([
  ['10 21H2', 19_044],
  ['10 22H2', 19_045],
  ['11 21H2', 22_000],
  ['11 22H2', 22_621],
  ['11 23H2', 22_631],
  ['11 24H2', 26_100],
  ['11 25H2', 26_200],
  ['11 26H2', 26_300],
]);

/** An update for a version of Windows that this host has left behind. */
function isOfOlderVersion(title: string, build: number | undefined): boolean {
  const [, product, version] = /Windows (10|11)\b.*?\b(\d\dH\d)\b/i.exec(title) ?? [];
  const wanted = VERSIONS.get(`${product} ${version?.toUpperCase()}`);
  return wanted !== undefined && build !== undefined && build > wanted;
}

/**
 * Windows retries what it offers: an attempt that nothing followed for a month, while others went well, is past. A
 * feature upgrade may wait for a quarter.
 */
function isLeftBehind(
  newest: Attempt,
  family: Family,
  { lastGoodScan, successes }: Context,
): boolean {
  return (
    lastGoodScan - newest.at > (family === 'feature' ? 90 : 30) * DAY &&
    successes.some(({ at }) => at > newest.at)
  );
}
