/** Which hosts a pattern means. */
import { PatchwhyError } from '../core/error.ts';
import type { Host } from '../core/host.ts';
import type { ReadFile } from './members.ts';
import { plainList } from './members.ts';
import { parsePattern } from './parse-pattern.ts';
import type { Term } from './parse-pattern.ts';
import { badPattern, hintFor, termTest } from './term.ts';

/**
 * The hosts a pattern means, in the order given. `readFile` is asked for `@file` and, under the name `-`, for stdin.
 * Throws `inventory.no-match`, `inventory.bad-pattern` (exit 2), and what `readFile` throws. A part that fits nothing is an error even where
 * others fit: a slip in `!sql01` would contact the very host that was to be left alone.
 */
export function selectHosts(
  hosts: readonly Host[],
  pattern: string,
  readFile: ReadFile,
): readonly Host[] {
  // A name may hold any character, also those of the pattern language.
  const named = hosts.filter(({ id }) => id === pattern);
  if (named.length > 0) return named;
  const { any, all, none } = parsePattern(pattern);
  if (any.length + all.length + none.length === 0)
    throw badPattern(pattern, 'is empty', 'write all, a host, a group or key:value');
  // Every term is looked at, also where an earlier one has decided: each must fit something.
  const fitsAll = (terms: readonly Term[]): ((host: Host) => boolean) => {
    const parts = terms.map(({ text, isExcluded }) => ({
      isExcluded,
      found: new Set(termHosts(hosts, text, readFile)),
    }));
    return (host) => parts.every(({ isExcluded, found }) => found.has(host) !== isExcluded);
  };
  const alternatives = any.map(fitsAll);
  const isWithin = fitsAll(all);
  const isOutside = fitsAll(none.map(({ text }) => ({ text, isExcluded: true })));
  const chosen = hosts.filter(
    (host) =>
      (any.length === 0 || alternatives.some((fits) => fits(host))) &&
      isWithin(host) &&
      isOutside(host),
  );
  if (chosen.length > 0) return chosen;
  throw new PatchwhyError(
    'inventory.no-match',
    `no host is left by ${JSON.stringify(pattern)}`,
    'each part fits some hosts, together they fit none',
  );
}

function termHosts(hosts: readonly Host[], term: string, readFile: ReadFile): readonly Host[] {
  if (term.startsWith('@') || term === '-') return listedHosts(hosts, term, readFile);
  return matchedHosts(hosts, term);
}

function matchedHosts(hosts: readonly Host[], term: string, where = ''): readonly Host[] {
  const found = hosts.filter(termTest(term));
  if (found.length > 0) return found;
  throw new PatchwhyError(
    'inventory.no-match',
    `${where}no host matches ${JSON.stringify(term)}`,
    hintFor(hosts, term),
  );
}

function listedHosts(hosts: readonly Host[], term: string, readFile: ReadFile): readonly Host[] {
  const file = term === '-' ? '-' : term.slice(1);
  const lines = plainList(readFile(file));
  if (lines.length === 0) throw badPattern(term, 'lists no hosts', 'write one host a line');
  const names = new Map(hosts.map((host) => [host.id.toLowerCase(), host]));
  return lines.flatMap(({ name, line }) => {
    const host = names.get(name.toLowerCase());
    // A list may hold other patterns, but no further lists: they could name each other.
    return host === undefined ? matchedHosts(hosts, name, `${file}:${line}: `) : [host];
  });
}
