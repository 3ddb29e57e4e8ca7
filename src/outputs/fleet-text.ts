/** The judgement over the whole fleet in plain sentences: how far a cause reaches, what its hosts share, what to fix. */
import type { Fix, Pattern, SharedTrait } from '../core/fleet.ts';
import { printable } from '../core/printable.ts';
import type { CauseSummary } from './scan-document.ts';
import { type ScanWords, traitText } from './scan-words.ts';

/** What is said of a flagged cause without being asked, a line each. */
export function spreadLines({ hostCount, spread }: CauseSummary, words: ScanWords): string[] {
  const { tried = 0, interval, reach = 'isolated', since, pattern } = spread ?? {};
  if (interval === undefined || pattern === undefined) return [];
  return [
    words.reach(reach, hostCount, tried, [percent(interval.low), percent(interval.high)]),
    ...(since === undefined ? [] : [words.since(since.at, since.hosts, hostCount)]),
    `${words.pattern}: ${tieWords(pattern, words)}`,
    ...pattern.changed.map(({ hosts, of, at, ...trait }) =>
      words.changed(printable(traitText(trait, words)), hosts, of, at),
    ),
  ];
}

function tieWords({ tie, why, shared }: Pattern, words: ScanWords): string {
  const traits = shared.map((trait) => sharedWords(trait, words));
  if (tie === 'random') return words.ties.random;
  if (tie !== 'unknown') return `${words.ties[tie]}; ${traits.join(`; ${words.asWell}: `)}`;
  const reason = why === undefined ? [] : [words.why[why]];
  const some = traits.length === 0 ? [] : [traits.join('; ')];
  return [words.cannotTell, ...reason, ...some].join(': ');
}

function sharedWords(trait: SharedTrait, words: ScanWords): string {
  const { affected, affectedKnown, others, othersKnown, p } = trait;
  return words.shared(
    printable(traitText(trait, words)),
    [affected, affectedKnown],
    [others, othersKnown],
    p.toPrecision(1),
  );
}

/** The first fixes, and how many hosts come back with each. */
export function fixLines(fixes: readonly Fix[], words: ScanWords): string[] {
  const useful = fixes.filter(({ hosts }) => hosts > 0);
  if (useful.length === 0) return [];
  const shown = useful.slice(0, NAMED).map(({ cause, hosts, total, unseen }, at) => {
    const gain = at === 0 ? words.back(hosts) : words.more(hosts, total);
    return `    ${at + 1}. ${cause}: ${gain}${unseen > 0 ? ` ${words.unseen(unseen)}` : ''}`;
  });
  const rest = useful.length - shown.length;
  return [
    `${words.fixes}:`,
    ...shown,
    ...(rest > 0 ? [`    ${words.rest(rest, useful.at(-1)?.total ?? 0)}`] : []),
  ];
}

const NAMED = 5;

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
