/**
 * Readers: small functions that turn a node of the tree into a value, or note what is wrong with it.
 * A table of them (format.ts) is the inventory's schema: what it names is accepted, all else is a problem.
 */
import { unreachable } from '../core/error.ts';
import { suggestion } from './nearest.ts';
import type { Problems } from './problem.ts';
import type { Entry, Mapping, Node } from './yaml-tree.ts';

/** `key` is the word before the colon, for the message. `undefined` means that the problem has been noted. */
export type Reader<T> = (node: Node, problems: Problems, key: string) => T | undefined;

/** A name that must be defined elsewhere in the file, and where it was used. */
export interface Reference {
  readonly name: string;
  readonly at: number;
}

export type Fields = Readonly<Record<string, Reader<unknown>>>;
export type Values<F extends Fields> = {
  readonly [K in keyof F]?: Exclude<ReturnType<F[K]>, undefined>;
};

/** Notes that a value is not what its key wants. */
export function wrong(node: Node, problems: Problems, key: string, wanted: string): undefined {
  const message = `${JSON.stringify(key)} must be ${wanted}, not ${show(node)}`;
  return problems.add('wrong-value', node.at, message, EXAMPLE_HINT);
}

export const EXAMPLE_HINT = 'inventory.example.yaml shows every key in use';

function show(node: Node): string {
  switch (node.kind) {
    case 'text':
      return JSON.stringify(node.value.length > 40 ? `${node.value.slice(0, 40)}…` : node.value);
    case 'list':
      return 'a list';
    case 'mapping':
      return 'a map';
    case 'nothing':
      return 'nothing';
    default:
      return unreachable(node);
  }
}

export const text: Reader<string> = (node, problems, key) =>
  node.kind === 'text' && node.value !== '' ? node.value : wrong(node, problems, key, 'text');

export const reference: Reader<Reference> = (node, problems, key) => {
  const name = text(node, problems, key);
  return name === undefined ? undefined : { name, at: node.at };
};

/** One of a few words. */
export function choice<const W extends string>(...words: readonly W[]): Reader<W> {
  return (node, problems, key) => {
    const written = node.kind === 'text' ? node.value : '';
    const found = words.find((word) => word === written);
    if (found !== undefined) return found;
    const message = `${JSON.stringify(key)} must be ${oneOf(words)}, not ${show(node)}`;
    return problems.add('wrong-value', node.at, message, suggestion(written, words, EXAMPLE_HINT));
  };
}

function oneOf(words: readonly string[]): string {
  return words.length === 1
    ? (words[0] ?? '')
    : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** A whole number within bounds. */
export function wholeNumber(least: number, most: number): Reader<number> {
  return (node, problems, key) =>
    numberIn(node, least, most) ??
    wrong(node, problems, key, `a whole number from ${least} to ${most}`);
}

function numberIn(node: Node, least: number, most: number): number | undefined {
  const value = node.kind === 'text' && /^\d{1,9}$/.test(node.value) ? Number(node.value) : -1;
  return value >= least && value <= most ? value : undefined;
}

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const LONGEST_MS = 24 * UNITS.h;

/** `500ms`, `10s`, `4m`, `1h`: milliseconds, at most a day. */
export const duration: Reader<number> = (node, problems, key) => {
  const match =
    node.kind === 'text' ? /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(node.value) : null;
  const unit = match?.[2];
  const ms =
    unit === 'ms' || unit === 's' || unit === 'm' || unit === 'h'
      ? Math.round(Number(match?.[1]) * UNITS[unit])
      : 0;
  return ms >= 1 && ms <= LONGEST_MS
    ? ms
    : wrong(node, problems, key, 'a time such as 500ms, 10s or 4m');
};

/** A list, or one value for a list of one. */
export function oneOrMore<T>(read: Reader<T>): Reader<readonly T[]> {
  return (node, problems, key) =>
    (node.kind === 'list' ? node.items : [node])
      .map((item) => read(item, problems, key))
      .filter((value) => value !== undefined);
}

/** `auto`, or a TCP port. */
export const port: Reader<number | 'auto'> = (node, problems, key) => {
  if (node.kind === 'text' && node.value === 'auto') return 'auto';
  const value = numberIn(node, 1, 65_535);
  return value ?? wrong(node, problems, key, 'a port from 1 to 65535, or auto');
};

/** Accepted because a later part reads it: only whether it is a map, a list or text is looked at. */
export function later(...kinds: readonly Node['kind'][]): Reader<true> {
  const names = { mapping: 'a map', list: 'a list', text: 'text', nothing: 'nothing' } as const;
  return (node, problems, key) =>
    kinds.includes(node.kind) ||
    wrong(node, problems, key, oneOf(kinds.map((kind) => names[kind])));
}

/** A map whose keys are names that the user chooses. */
export function named<T>(read: Reader<T>): Reader<ReadonlyMap<string, T>> {
  return (node, problems, key) => {
    if (node.kind !== 'mapping') return wrong(node, problems, key, 'a map of names');
    const values = new Map<string, T>();
    for (const { key: name, value } of node.entries.values()) {
      const read_ = read(value.kind === 'nothing' ? emptyMap(value.at) : value, problems, name);
      if (read_ !== undefined) values.set(name, read_);
    }
    return values;
  };
}

function emptyMap(at: number): Mapping {
  return { kind: 'mapping', entries: new Map(), at };
}

/** A map with fixed keys; `what` is how a message calls it: `a host`. A key without a value counts as absent. */
export function record<F extends Fields>(what: string, fields: F): Reader<Values<F>> {
  return (node, problems, key) => {
    if (node.kind !== 'mapping') return wrong(node, problems, key, 'a map of settings');
    const values: Record<string, unknown> = {};
    for (const entry of node.entries.values()) {
      const read = Object.hasOwn(fields, entry.key) ? fields[entry.key] : undefined;
      if (read === undefined) unknownKey(entry, problems, what, Object.keys(fields));
      else if (entry.value.kind !== 'nothing') {
        values[entry.key] = read(entry.value, problems, entry.key);
      }
    }
    // Each value was read by the reader of its key, which is what the type says.
    return values as Values<F>;
  };
}

function unknownKey(
  { key, keyAt }: Entry,
  problems: Problems,
  what: string,
  keys: readonly string[],
): void {
  const special = SPECIAL_HINTS.find(([pattern]) => pattern.test(key))?.[1];
  problems.add(
    'unknown-key',
    keyAt,
    `${JSON.stringify(key)} is not a key of ${what}`,
    special ?? suggestion(key, keys, `its keys are ${keys.join(', ')}`),
  );
}

const SPECIAL_HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /^<<$/,
    'merge keys are not part of YAML 1.2: put what hosts share into defaults, a site or a group',
  ],
  [/pass|secret/i, 'passwords stand under credentials, as references'],
  [/^children$/, 'groups do not nest: a host can be listed in several groups'],
];
