/** The judgement over the whole fleet in plain sentences: how far a cause reaches, what its hosts share, what to fix. */
import type { Fix, Pattern, SharedTrait, Trait, WhyUnknown } from '../core/fleet.ts';
import { printable } from '../core/printable.ts';
import type { CauseSummary } from './scan-document.ts';

/** What is said of a flagged cause without being asked, a line each. */
export function spreadLines({ hostCount, spread }: CauseSummary): string[] {
  const { tried = 0, interval, reach, since, pattern } = spread ?? {};
  if (interval === undefined || pattern === undefined) return [];
  const range = `${percent(interval.low)} to ${percent(interval.high)} with 95 % confidence`;
  return [
    `reach: ${reach}, ${hostCount} of ${tried} hosts that could have it (${range})`,
    ...(since === undefined
      ? []
      : [`since: ${since.at} (${since.hosts} of ${hostCount} hosts tell since when)`]),
    tieLine(pattern),
    ...pattern.changed.map(
      ({ hosts, of, at, ...trait }) =>
        `changed: ${nameOf(trait)} went on within the week before, on ${hosts} of ${of} hosts, first ${at}`,
    ),
  ];
}

const WHY: Readonly<Record<WhyUnknown, string>> = {
  'too-few': 'too few hosts',
  'no-others': 'every host that could have it has it',
  'nothing-differs': 'nothing that is known differs between hosts',
  partial: 'something is shared, but it explains less than half of the hosts',
};

function tieLine({ tie, why, shared }: Pattern): string {
  const traits = shared.map(traitWords).join('; or, on the same hosts: ');
  if (tie === 'random') return 'pattern: random; whatever its hosts share, others have as often';
  if (tie !== 'unknown') return `pattern: ${tie}; ${traits}`;
  const some = shared.map(traitWords).join('; ');
  return `pattern: cannot tell: ${why === undefined ? '' : WHY[why]}${some === '' ? '' : `: ${some}`}`;
}

function traitWords({
  affected,
  affectedKnown,
  others,
  othersKnown,
  p,
  ...trait
}: SharedTrait): string {
  return `${nameOf(trait)} on ${affected} of ${affectedKnown}, on ${others} of ${othersKnown} others (p ${p.toPrecision(1)})`;
}

function nameOf({ kind, value }: Trait): string {
  return printable(`${kind} ${value}`);
}

/** The first fixes, and how many hosts come back with each. */
export function fixLines(fixes: readonly Fix[]): string[] {
  const useful = fixes.filter(({ hosts }) => hosts > 0);
  if (useful.length === 0) return [];
  const shown = useful.slice(0, NAMED).map(({ cause, hosts, total, unseen }, at) => {
    const more = at === 0 ? `${plural(hosts)} back` : `${hosts} more, ${total} in all`;
    return `    ${at + 1}. ${cause}: ${more}${unseen > 0 ? ` (${unseen} to be looked at again)` : ''}`;
  });
  const rest = useful.length - shown.length;
  return [
    'fix in this order:',
    ...shown,
    ...(rest > 0 ? [`    and ${rest} more, ${useful.at(-1)?.total} hosts in all`] : []),
  ];
}

const NAMED = 5;

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function plural(hosts: number): string {
  return hosts === 1 ? '1 host' : `${hosts} hosts`;
}
