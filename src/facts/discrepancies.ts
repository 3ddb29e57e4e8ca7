/**
 * Where sources of one host do not agree: history, events, servicing, the lists of what is installed, the running build
 * and the management agent. Each has its blind spots (contracts: evidence, traps); the verdict goes by the later of
 * two in `says`, and the reader is told.
 */
import type { Discrepancy, DiscrepancyId } from '../core/verdict.ts';
import type { Attempt } from './attempts.ts';
import type { Facts } from './declared.ts';
import type { InstallationHistory, Settled } from './open-failures.ts';
import { inMinutes } from './reading.ts';
import { SUCCESS } from './result-code.ts';
import type { Update } from './updates.ts';
import { SAME_ATTEMPT } from './updates.ts';

/** A host that disagrees with itself everywhere is told so by the first few. */
const MOST = 20;

const SETTLED_BY = {
  list: 'failed-but-listed',
  build: 'failed-but-running',
  package: 'failed-but-packaged',
  search: 'failed-but-not-offered',
} as const satisfies Record<Exclude<Settled['settlement']['by'], 'later'>, DiscrepancyId>;

export function discrepanciesOf(
  { installs, updates, settled, staged }: InstallationHistory,
  { history, deployments }: Pick<Facts, 'history' | 'deployments'>,
): readonly Discrepancy[] {
  return [
    ...lostHistory(history),
    ...ofStaged(staged),
    ...settled.flatMap(ofSettled),
    ...ofUndone(installs.installed),
    ...updates.flatMap(ofOneAttempt),
    ...ofAgent(installs, deployments),
  ].slice(0, MOST);
}

function lostHistory(history: Facts['history']): Discrepancy[] {
  if (!history.lost) return [];
  const { witness, witnessed, entries, oldest, from, fromField } = history;
  const since = entries === 0 ? '' : inMinutes(oldest.getTime());
  return [
    {
      id: entries === 0 ? 'history-empty' : 'history-short',
      values: [witness, inMinutes(witnessed.getTime()), since].filter((value) => value !== ''),
      pointers: [from, fromField?.['witness'] ?? from],
    },
  ];
}

function ofStaged(staged: InstallationHistory['staged']): Discrepancy[] {
  if (staged === undefined) return [];
  return [{ id: 'running-but-staged', values: [staged.name], pointers: ['/os/ubr', staged.from] }];
}

function ofSettled({ failure, settlement, update }: Settled): Discrepancy[] {
  if (settlement.by === 'later') return [];
  const { code, at, from } = failure;
  return [
    {
      id: SETTLED_BY[settlement.by],
      values: [nameOf(update), inMinutes(at), code === '' ? '-' : code, settlement.says],
      pointers: [from, settlement.from],
    },
  ];
}

function ofUndone({ undone }: Facts['installed']): Discrepancy[] {
  return undone.map(({ name, at, build, running, from }) => ({
    id: 'installed-but-not-running',
    values: [name, inMinutes(at.getTime()), build, running],
    pointers: [from, '/os/ubr'],
  }));
}

/** What two sources say of the newest attempt at one update: that it failed or not, or with which code. */
function ofOneAttempt(update: Update): Discrepancy[] {
  // Agents tell of runs of their own.
  const attempts = update.attempts.filter(({ source }) => source !== 'agent');
  const newest = attempts.at(-1)?.at ?? 0;
  const told = attempts.filter(({ at }) => newest - at <= SAME_ATTEMPT);
  const failed = told.findLast(({ outcome }) => outcome === 'failed');
  const succeeded = told.findLast(
    ({ outcome, source }) => outcome !== 'failed' && source !== failed?.source,
  );
  const name = nameOf(update);
  if (failed !== undefined && succeeded !== undefined) {
    const [believed, other] = succeeded.at > failed.at ? [succeeded, failed] : [failed, succeeded];
    return [
      {
        id: believed === failed ? 'failed-against-success' : 'success-against-failed',
        values: [name, inMinutes(believed.at), believed.source, other.source],
        pointers: [other.from, believed.from],
      },
    ];
  }
  return ofCodes(name, told);
}

function ofCodes(name: string, told: readonly Attempt[]): Discrepancy[] {
  const coded = told.filter(({ outcome, code }) => outcome === 'failed' && code !== '');
  const plain = coded.findLast(({ source }) => source === 'history' || source === 'event');
  const closer = coded.findLast(({ source }) => source === 'servicing' || source === 'msi');
  if (plain === undefined || closer === undefined || plain.code === closer.code) return [];
  return [
    {
      id: 'codes-differ',
      values: [name, plain.source, plain.code, closer.source, closer.code],
      pointers: [plain.from, closer.from],
    },
  ];
}

/** The agent's own detection against what the host says. */
function ofAgent(
  { open, installed }: InstallationHistory['installs'],
  { rows }: Facts['deployments'],
): Discrepancy[] {
  return rows.flatMap(({ name, kb, detection, isInstalled, from, fromField }): Discrepancy[] => {
    const at = fromField?.['detection'] ?? from;
    if (detection === 'notPatched' && isInstalled) {
      return [{ id: 'agent-misses-installed', values: [name], pointers: [at, installed.from] }];
    }
    const failure = open.installs.find((one) => one.kb === kb && kb !== '');
    if (detection !== 'patched' || failure === undefined || SUCCESS.has(failure.code)) return [];
    const values = [name, inMinutes(failure.at.getTime()), failure.code];
    return [{ id: 'agent-claims-failed', values, pointers: [at, failure.from] }];
  });
}

function nameOf({ key, attempts }: Update): string {
  const kb = attempts.find((one) => one.kb !== '')?.kb;
  return kb ?? (attempts.find((one) => one.title !== '')?.title || key);
}
