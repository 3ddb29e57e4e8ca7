/** What a filter that is being typed can go on with: fields, and the values that the run's hosts have. Pure. */
import { filterFields, valuesOf } from './filter.ts';
import type { HostState } from './host-state.ts';

export interface Completions {
  /** The part of the text that a choice replaces, in UTF-16 units. */
  readonly from: number;
  readonly to: number;
  /** Likeliest first. `hosts` that have it; undefined for the name of a field. */
  readonly choices: readonly { readonly text: string; readonly hosts?: number }[];
}

const MOST = 8;
/** The word before the cursor, after a blank or a sign of the language. */
const LAST_WORD = /(?:^|[\s()|!])([^\s()|!"]*)$/;

/** @param at the cursor's place in `text` */
export function completionsOf(
  text: string,
  at: number,
  hosts: Iterable<HostState>,
  labels: Iterable<string>,
): Completions {
  const word = LAST_WORD.exec(text.slice(0, at))?.[1] ?? '';
  const [, field, typed = ''] = /^(\w+):(.*)$/.exec(word) ?? [];
  const fields = filterFields(labels);
  if (field === undefined) {
    const low = word.toLowerCase();
    const fitting = fields.filter((each) => each.startsWith(low)).slice(0, MOST);
    return {
      from: at - word.length,
      to: at,
      choices: fitting.map((each) => ({ text: `${each}:` })),
    };
  }
  const counted = fields.includes(field.toLowerCase()) ? valuesIn(hosts, field.toLowerCase()) : [];
  const low = typed.toLowerCase();
  const choices = [...counted]
    .filter(([value]) => value.toLowerCase().startsWith(low))
    .toSorted(([a, ofA], [b, ofB]) => ofB - ofA || (a < b ? -1 : 1))
    .slice(0, MOST)
    .map(([value, count]) => ({ text: asTyped(value), hosts: count }));
  return { from: at - typed.length, to: at, choices };
}

/** What somebody may have meant whose last `field:value` fits no host: the value that begins most like it. */
export function meantBy(
  text: string,
  hosts: Iterable<HostState>,
  labels: Iterable<string>,
): string | undefined {
  const [, field = '', typed = ''] = /(\w+):"?([^\s"|)]+)[^:]*$/.exec(text) ?? [];
  if (!filterFields(labels).includes(field.toLowerCase())) return undefined;
  const low = typed.toLowerCase();
  const values = [...valuesIn(hosts, field.toLowerCase()).keys()];
  const [best] = values
    .map((value) => ({ value, alike: alikeness(value.toLowerCase(), low) }))
    .filter(
      ({ alike, value }) => alike >= LEAST_ALIKE && alike < Math.max(low.length, value.length),
    )
    .toSorted((a, b) => b.alike - a.alike);
  return best && `${field}:${asTyped(best.value)}`;
}

/** Letters at the start; fewer than these say nothing. */
const LEAST_ALIKE = 2;

function alikeness(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}

function valuesIn(hosts: Iterable<HostState>, field: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const host of hosts) {
    for (const value of new Set(valuesOf(field, host)))
      counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

/** In quotes where it would not stay one word. */
function asTyped(value: string): string {
  return /[\s()|"!~*]/.test(value) ? `"${value.replaceAll('"', '')}"` : value;
}
