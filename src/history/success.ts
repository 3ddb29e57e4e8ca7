/**
 * How often patching went well, by site, unit, place or kind. The unit that is counted is the host, not the attempt: ten
 * failures on one full disk are one trouble. A group is called worse only where chance does not explain it.
 */
import { corrected, leastChance, testsThatCount, tieByChance, wilson } from '../fleet/chance.ts';
import type { Memory, Progress } from './memory.ts';
import { settlementsIn } from './time-to-patch.ts';

export interface GroupSuccess {
  /** Value of the label, or the kind of patch; empty where hosts have none. */
  readonly group: string;
  /** Hosts on which anything was tried. */
  readonly tried: number;
  /** Of these, hosts on which nothing is left that failed, and no later patch has settled. */
  readonly succeeded: number;
  /** 95 % Wilson interval of `succeeded / tried`. */
  readonly interval: { readonly low: number; readonly high: number };
  /** Against all other hosts: Fisher's exact test, corrected by Holm for the number of groups. */
  readonly standing: 'worse' | 'better' | 'as-others' | 'too-few';
}

const ALPHA = 0.05;

/** @param wants which rows count: those of a cycle, of a client … */
export function successBy(
  memory: Memory,
  by: 'family' | { readonly label: string },
  wants: (row: Progress) => boolean = () => true,
): readonly GroupSuccess[] {
  const settledAt = settlementsIn(memory);
  // By group, then host: whether anything is left that failed.
  const groups = new Map<string, Map<number, boolean>>();
  for (const row of memory.progress) {
    const family = memory.patches[row.patch]?.family ?? '';
    if (!row.isTried || family === 'definition' || !wants(row)) continue;
    const group = by === 'family' ? family : (memory.hosts[row.host]?.labels[by.label] ?? '');
    const isOpen = row.lastStatus === 'failed' && settledAt(row) === undefined;
    const hosts = groups.get(group) ?? new Map<number, boolean>();
    groups.set(group, hosts);
    hosts.set(row.host, (hosts.get(row.host) ?? false) || isOpen);
  }
  const counts = [...groups].map(([group, hosts]) => {
    const failed = [...hosts.values()].filter(Boolean).length;
    return { group, tried: hosts.size, failed };
  });
  return judged(counts)
    .map(({ group, tried, failed, standing }) => ({
      group,
      tried,
      succeeded: tried - failed,
      interval: wilson(tried - failed, tried),
      standing,
    }))
    .toSorted(
      (a, b) =>
        a.succeeded / a.tried - b.succeeded / b.tried ||
        b.tried - a.tried ||
        (a.group < b.group ? -1 : 1),
    );
}

interface Count {
  readonly group: string;
  readonly tried: number;
  readonly failed: number;
}

function judged(counts: readonly Count[]) {
  const known = counts.reduce((sum, { tried }) => sum + tried, 0);
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  // Each group is held against the others twice: for failing more often, and for failing less.
  const tests = counts.flatMap(({ tried, failed: bad }) => [
    { both: bad, margins: { known, having: tried, affected: failed } },
    { both: tried - bad, margins: { known, having: tried, affected: known - failed } },
  ]);
  const least = tests.map(({ margins }) => leastChance(margins));
  const chances = corrected(
    tests.map(({ both, margins }) => tieByChance(both, margins)),
    testsThatCount(least, ALPHA),
  );
  return counts.map((count, at) => {
    const [worse = 1, better = 1] = chances.slice(2 * at, 2 * at + 2);
    const isAble = [least[2 * at], least[2 * at + 1]].some((chance) => (chance ?? 1) <= ALPHA);
    const standing: GroupSuccess['standing'] =
      worse < ALPHA ? 'worse' : better < ALPHA ? 'better' : isAble ? 'as-others' : 'too-few';
    return { ...count, standing };
  });
}
