/** `hosts`: names, ranges, maps with settings, and `@file` for a list with one name per line. */
import { RANGE_HINT, expandRanges } from './ranges.ts';
import type { Place, Problems } from './problem.ts';
import type { Reader } from './read.ts';
import { wrong } from './read.ts';
import type { Node } from './yaml-tree.ts';

export interface HostEntry<S> {
  readonly name: string;
  readonly address: string;
  /** What is written at the host itself; absent for a bare name. */
  readonly settings?: S;
  readonly at: number | Place;
}

/** A list that stands in another file: read by whoever may read files. */
export interface ListFile {
  readonly list: string;
  readonly at: number;
}

interface Named {
  readonly name?: string;
  readonly address?: string;
}

export function readHosts<S extends Named>(
  readSettings: Reader<S>,
): Reader<readonly (HostEntry<S> | ListFile)[]> {
  const readOne = (
    node: Node,
    problems: Problems,
    key: string,
  ): readonly (HostEntry<S> | ListFile)[] => {
    const name = nameOf(node);
    if (name?.startsWith('@') === true) return [{ list: name.slice(1), at: node.at }];
    if (name !== undefined) return expanded(name, node.at, problems);
    if (node.kind !== 'mapping') {
      wrong(node, problems, key, 'a list of names and maps');
      return [];
    }
    const settings = readSettings(node, problems, key);
    if (settings?.name !== undefined)
      return described(settings.name, settings, { at: node.at, problems });
    problems.add('no-name', node.at, 'a host has no name', 'write { name: HOST, … }');
    return [];
  };
  return (node, problems, key) => {
    if (node.kind === 'list') return node.items.flatMap((item) => readOne(item, problems, key));
    if (nameOf(node) !== undefined) return readOne(node, problems, key);
    return wrong(node, problems, key, 'a list: a dash before each host');
  };
}

/** The names an entry of a plain list stands for. */
export function expanded(name: string, at: number | Place, problems: Problems): HostEntry<never>[] {
  return addressesOf(name, at, problems).map((one) => ({ name: one, address: one, at }));
}

function described<S extends Named>(
  name: string,
  settings: S,
  { at, problems }: { readonly at: number; readonly problems: Problems },
): HostEntry<S>[] {
  const hasAddress = settings.address !== undefined;
  const names = hasAddress ? namesOf(name, at, problems) : addressesOf(name, at, problems);
  const addresses = hasAddress ? addressesOf(settings.address, at, problems) : names;
  if (addresses.length === names.length) {
    return names.map((one, index) => ({
      name: one,
      address: addresses[index] ?? one,
      settings,
      at,
    }));
  }
  if (names.length > 0 && addresses.length > 0) {
    problems.add(
      'bad-range',
      at,
      `${JSON.stringify(name)} stands for ${names.length} hosts, its address for ${addresses.length}`,
      'give the address the same range, or write the hosts one by one',
    );
  }
  return [];
}

/** A host may well be called `null`: what is written is its name. */
function nameOf(node: Node): string | undefined {
  if (node.kind === 'text' && node.value !== '') return node.value;
  return node.kind === 'nothing' && /^null$/i.test(node.source) ? node.source : undefined;
}

/** What stands in URLs, paths and options, and in no host name: a slip, or worse. */
const NO_ADDRESS = /[\s/\\?@]|^-|[\u200E\u200F\u202A-\u202E\u2066-\u2069]/;

/** Names that are asked of DNS, or addresses; a host with an address of its own may be called anything. */
function addressesOf(text: string, at: number | Place, problems: Problems): readonly string[] {
  const names = namesOf(text, at, problems);
  const wrong = names.find((one) => NO_ADDRESS.test(one));
  if (wrong === undefined) return names;
  problems.add(
    'bad-address',
    at,
    `${JSON.stringify(wrong)} is neither a host name nor an address`,
    'write the name alone, without http://, path, port or blanks; { name: …, address: … } for another label',
  );
  return [];
}

function namesOf(text: string, at: number | Place, problems: Problems): readonly string[] {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  if (/[\u0000-\u001F\u007F]/.test(text) || text.trim() === '' || text.length > 255) {
    problems.add(
      'bad-name',
      at,
      `${JSON.stringify(text.slice(0, 40))} is not a host name`,
      'write one name, without tabs and line breaks',
    );
    return [];
  }
  const expansion = expandRanges(text);
  if (expansion.kind === 'names') return expansion.names;
  problems.add('bad-range', at, `${JSON.stringify(text)} ${expansion.reason}`, RANGE_HINT);
  return [];
}
