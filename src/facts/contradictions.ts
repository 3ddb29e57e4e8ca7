/** What happened later, and whether it says that a failure is settled. */
import type { Attempt } from './attempts.ts';
import type { Reading } from './reading.ts';
import { DAY, timeOf } from './reading.ts';
import type { Family } from './update-family.ts';
import { kbIn, seriesOf } from './update-family.ts';
import type { Revisions, Update } from './updates.ts';

export interface Context {
  readonly reading: Reading;
  readonly lastBoot: number;
  /** Time of the newest search that succeeded. */
  readonly lastGoodScan: number;
  readonly offered: ReadonlySet<string> | undefined;
  readonly installedKbs: ReadonlyMap<string, number>;
  readonly successes: readonly {
    readonly series: string;
    readonly family: Family;
    readonly at: number;
  }[];
  readonly recoveryFailures: readonly number[];
  readonly msiFailures: readonly number[];
  readonly revisions: Revisions;
  /** When the newest cumulative update was put in place for good; 0 when nothing tells. */
  readonly rollupInstalled: number;
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
    lastGoodScan: Math.max(timeOf(update?.lastScanSuccess), scanned),
    offered: offeredKeys(reading),
    installedKbs: new Map(
      (evidence.hotfixes ?? []).map(({ kb, installedOn }) => [
        kb.toUpperCase(),
        timeOf(installedOn) || Infinity,
      ]),
    ),
    successes: updates.flatMap(({ family, attempts }) =>
      attempts
        .filter(({ outcome }) => outcome !== 'failed')
        .map(({ title, at }) => ({ series: seriesOf(title), family, at })),
    ),
    recoveryFailures: reading.events('winreagent', 4502).map(({ at }) => at),
    revisions,
    rollupInstalled: Math.max(
      0,
      ...(evidence.packages ?? [])
        .filter(
          ({ name, state }) => name.startsWith('Package_for_RollupFix') && state === 'installed',
        )
        .map(({ installedAt }) => timeOf(installedAt)),
    ),
    msiFailures: reading.events('msiinstaller', 1023, 11_708).map(({ at }) => at),
  };
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

/** Anything later that says the failure is settled. */
export function isContradicted(
  { key, family, attempts }: Update,
  newest: Attempt,
  context: Context,
): boolean {
  const installedOn = context.installedKbs.get(newest.kb);
  // Hotfix dates carry no time of day.
  if (installedOn !== undefined && installedOn + DAY > newest.at) return true;
  // A cumulative update counts as installed once the running build has reached it, whatever history says.
  const revision = context.revisions.get(newest.kb);
  const running = context.reading.evidence.os?.ubr;
  if (revision !== undefined && running !== undefined && running >= revision) return true;
  if (family === 'cumulative' && context.rollupInstalled > newest.at) return true;
  const series = seriesOf(newest.title);
  const isReplaced = context.successes.some(
    (success) => success.at > newest.at && success.series === series && series !== '',
  );
  if (isReplaced) return true;
  if (newest.source === 'agent' || newest.source === 'msi') return false;
  if (context.offered !== undefined && context.lastGoodScan > newest.at) {
    const names = [key, newest.kb, ...attempts.map((one) => one.key), series];
    if (!names.some((name) => context.offered?.has(name) === true)) return true;
  }
  return isLeftBehind(newest, family, context);
}

/** Windows retries what it offers: an attempt that nothing followed for a month, while others went well, is past. */
function isLeftBehind(
  newest: Attempt,
  family: Family,
  { lastGoodScan, successes }: Context,
): boolean {
  return (
    family !== 'feature' &&
    lastGoodScan - newest.at > 30 * DAY &&
    successes.some(({ at }) => at > newest.at)
  );
}
