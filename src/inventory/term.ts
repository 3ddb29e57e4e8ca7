/** One word of a pattern: the test it stands for, and what to say when it fits nothing. */
import { PatchwhyError } from '../core/error.ts';
import type { Host, Labels } from '../core/host.ts';
import { globTest } from './glob.ts';
import type { LabelKey } from './labels.ts';
import { LABEL_KEYS } from './labels.ts';
import { nearest, suggestion } from './nearest.ts';
import { RANGE_HINT, expandRanges } from './ranges.ts';

/** Long enough for any honest expression; a regex can be made to run for ever. */
const LONGEST_REGEX = 200;

/** `all`, a name or group, `web*`, `srv-[01:04]`, `site:milano`, `tag:pos`, `~regex`. Case does not count. */
export function termTest(term: string): (host: Host) => boolean {
  if (term === 'all' || term === '*') return () => true;
  if (term.startsWith('~')) return regexTest(term);
  const expansion = expandRanges(term);
  if (expansion.kind === 'bad') throw badPattern(term, expansion.reason, RANGE_HINT);
  const { names } = expansion;
  if (names.length > 1) {
    const wanted = new Set(names.map((name) => name.toLowerCase()));
    return ({ id }) => wanted.has(id.toLowerCase());
  }
  const isName = globTest(term);
  const { key, value } = keyAndValue(term);
  const isValue = globTest(value);
  // A name is looked at first in any case: an IPv6 address has colons too.
  return ({ id, labels }) =>
    isName(id) ||
    (key === undefined
      ? valuesOf(labels, 'group').some(isName)
      : valuesOf(labels, key).some(isValue));
}

/** `tag:pos` asks the label `tags`. */
function keyAndValue(term: string): {
  key: LabelKey | undefined;
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

/** Tags and groups are several values in one label. */
function valuesOf(labels: Labels, key: LabelKey): readonly string[] {
  const label = labels[key];
  if (label === undefined) return [];
  return key === 'tags' || key === 'group' ? label.split(',') : [label];
}

/** What somebody meant who wrote a word that fits no host. */
export function hintFor(hosts: readonly Host[], term: string): string {
  const { key, value } = keyAndValue(term);
  if (key !== undefined) return hintForLabel(hosts, key, value);
  const words = hosts.flatMap(({ id, labels }) => [id, ...valuesOf(labels, 'group')]);
  const selectors = LABEL_KEYS.map((word) => `${shownKey(word)}:${value}`);
  return suggestion(
    term,
    new Set([...words, ...(term.includes(':') ? selectors : [])]),
    'patterns are all, a host, a group, site:NAME, tag:NAME, web*, ~REGEX or @FILE',
  );
}

function hintForLabel(hosts: readonly Host[], key: LabelKey, value: string): string {
  const values = new Set(hosts.flatMap(({ labels }) => valuesOf(labels, key)));
  const shown = shownKey(key);
  const near = nearest(value, values);
  if (near !== undefined) return `did you mean ${shown}:${near}?`;
  if (values.size === 0) return `no host has a ${shown}`;
  const some = [...values].slice(0, 10).map((one) => `${shown}:${one}`);
  return `there are ${some.join(', ')}${values.size > some.length ? ', …' : ''}`;
}

function shownKey(key: LabelKey): string {
  return key === 'tags' ? 'tag' : key;
}

export function badPattern(
  pattern: string,
  reason: string,
  hint: string,
  options?: ErrorOptions,
): PatchwhyError {
  return new PatchwhyError(
    'inventory.bad-pattern',
    `pattern ${JSON.stringify(pattern)} ${reason}`,
    hint,
    options,
  );
}
