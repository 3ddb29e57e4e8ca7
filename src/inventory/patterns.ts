/** Which hosts a pattern means. */
import { PatchwhyError } from '../core/error.ts';
import type { Host } from '../core/host.ts';
import { globTest } from './glob.ts';
import { LABEL_KEYS } from './labels.ts';
import type { ReadFile } from './members.ts';
import { plainList } from './members.ts';
import { suggestion } from './nearest.ts';
import type { Term } from './parse-pattern.ts';
import { parsePattern } from './parse-pattern.ts';

/** Long enough for any honest expression; a regex can be made to run for ever. */
const LONGEST_REGEX = 200;

/**
 * The hosts a pattern means, in the order given. `readFile` is asked for `@file` and, under the name `-`, for stdin.
 * Throws `inventory.no-match` or `inventory.bad-pattern` (exit 2). A part that fits nothing is an error even where
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
    `no host is left by ${quote(pattern)}`,
    'each part fits some hosts, together they fit none',
  );
}

function termHosts(hosts: readonly Host[], term: string, readFile: ReadFile): readonly Host[] {
  if (term.startsWith('@') || term === '-') return listedHosts(hosts, term, readFile);
  const found = hosts.filter(termTest(term));
  if (found.length > 0) return found;
  throw new PatchwhyError(
    'inventory.no-match',
    `no host matches ${quote(term)}`,
    hintFor(hosts, term),
  );
}

function listedHosts(hosts: readonly Host[], term: string, readFile: ReadFile): readonly Host[] {
  const file = term === '-' ? '-' : term.slice(1);
  let text: string;
  try {
    text = readFile(file);
  } catch (cause) {
    throw badPattern(term, 'cannot be read', 'name a text file with one host a line', { cause });
  }
  const lines = plainList(text);
  if (lines.length === 0) throw badPattern(term, 'lists no hosts', 'write one host a line');
  const names = new Map(hosts.map((host) => [host.id.toLowerCase(), host]));
  return lines.flatMap(({ name }) => {
    const host = names.get(name.toLowerCase());
    // A list may hold other patterns, but no further lists: they could name each other.
    return host === undefined
      ? termHosts(hosts, name.replace(/^[@-]/, String.raw`\$&`), readFile)
      : [host];
  });
}

function termTest(term: string): (host: Host) => boolean {
  if (term === 'all' || term === '*') return () => true;
  if (term.startsWith('~')) return regexTest(term);
  const isName = globTest(term);
  const { key, value } = keyAndValue(term);
  if (key === undefined)
    return ({ id, labels }) => isName(id) || groupsOf(labels['group']).some(isName);
  const isValue = globTest(value);
  const isList = key === 'tags' || key === 'group';
  return ({ id, labels }) => {
    const label = labels[key];
    // An IPv6 address has colons too.
    return (
      isName(id) || (isList ? groupsOf(label).some(isValue) : label !== undefined && isValue(label))
    );
  };
}

/** `tag:pos` asks the label `tags`. */
function keyAndValue(term: string): {
  key: (typeof LABEL_KEYS)[number] | undefined;
  value: string;
} {
  const colon = term.indexOf(':');
  const word = colon < 0 ? '' : term.slice(0, colon).toLowerCase();
  const key = LABEL_KEYS.find((known) => known === (word === 'tag' ? 'tags' : word));
  return { key, value: term.slice(colon + 1) };
}

function regexTest(term: string): (host: Host) => boolean {
  if (term.length > LONGEST_REGEX)
    throw badPattern(
      `${term.slice(0, 20)}…`,
      'is too long',
      `a regular expression may have ${LONGEST_REGEX} characters`,
    );
  let expression: RegExp;
  try {
    expression = new RegExp(term.slice(1), 'i');
  } catch (cause) {
    throw badPattern(term, 'is not a regular expression', 'check brackets and backslashes', {
      cause,
    });
  }
  return ({ id }) => expression.test(id);
}

function groupsOf(label: string | undefined): readonly string[] {
  return label === undefined ? [] : label.split(',');
}

function hintFor(hosts: readonly Host[], term: string): string {
  const words = new Set<string>();
  for (const { id, labels } of hosts) {
    words.add(id);
    for (const group of groupsOf(labels['group'])) words.add(group);
    for (const key of LABEL_KEYS) {
      const values = key === 'tags' || key === 'group' ? groupsOf(labels[key]) : [labels[key]];
      const shown = key === 'tags' ? 'tag' : key;
      for (const value of values) if (value !== undefined) words.add(`${shown}:${value}`);
    }
  }
  return suggestion(
    term,
    words,
    'patterns are all, a host, a group, site:NAME, tag:NAME, web*, ~REGEX or @FILE',
  );
}

function badPattern(
  pattern: string,
  reason: string,
  hint: string,
  options?: ErrorOptions,
): PatchwhyError {
  return new PatchwhyError(
    'inventory.bad-pattern',
    `pattern ${quote(pattern)} ${reason}`,
    hint,
    options,
  );
}

function quote(text: string): string {
  return JSON.stringify(text);
}
