/**
 * YAML text to a plain tree in which every scalar is the text that was written: no number, date or boolean is
 * made of it, so `08`, `1e3`, `no` and `22H2` stay what they are. Knows nothing of inventories or rules.
 */
import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { ErrorCode, Node as YamlNode, YAMLMap, YAMLSeq } from 'yaml';
import { Problems } from './problem.ts';

export interface Text {
  readonly kind: 'text';
  readonly value: string;
  readonly at: number;
}
/** Nothing written, `~` or `null`. */
export interface Nothing {
  readonly kind: 'nothing';
  readonly source: string;
  readonly at: number;
}
export interface List {
  readonly kind: 'list';
  readonly items: readonly Node[];
  readonly at: number;
}
export interface Entry {
  readonly key: string;
  readonly keyAt: number;
  readonly value: Node;
}
export interface Mapping {
  readonly kind: 'mapping';
  readonly entries: ReadonlyMap<string, Entry>;
  readonly at: number;
}
export type Node = Text | Nothing | List | Mapping;

/** Some 100,000 hosts; a bigger file is a mistake or an attack. */
const MOST_CHARACTERS = 8_000_000;
/** Nodes that aliases may add in all: "billion laughs" needs far more, 5,000 hosts with an alias each far less. */
const MOST_ALIASED_NODES = 100_000;
const DEEPEST = 32;
/** Errors after the first few are usually echoes of them. */
const MOST_YAML_ERRORS = 5;

/**
 * Reads one YAML 1.2 document. Aliases are resolved; tags, duplicate keys and keys that are not text are problems.
 * `area` is the first word of the problems' codes. No tree comes back when the text is not YAML; problems of another kind leave a tree that can be checked further.
 */
export function readTree(
  text: string,
  file: string,
  area?: string,
): { tree: Node | undefined; problems: Problems } {
  const lines = new LineCounter();
  const problems = new Problems(file, (offset) => lines.linePos(offset), area);
  if (text.length > MOST_CHARACTERS) {
    problems.add('too-large', 0, `the file is larger than ${MOST_CHARACTERS / 1e6} MB`, 'split it');
    return { tree: undefined, problems };
  }
  // Keys are compared in `mapping` below: the library compares every key with every other.
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  for (const { code, pos } of document.errors.slice(0, MOST_YAML_ERRORS)) {
    problems.add('yaml', pos[0], ...YAML_ERRORS[code]);
  }
  if (problems.any) return { tree: undefined, problems };
  return { tree: new TreeMaker(problems).node(document.contents, 0), problems };
}

class TreeMaker {
  readonly #problems: Problems;
  readonly #anchors = new Map<string, { readonly node: Node; readonly size: number }>();
  #size = 0;
  #aliased = 0;

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  node(from: YamlNode | null, depth: number): Node {
    const at = from?.range?.[0] ?? 0;
    const nothing: Nothing = { kind: 'nothing', source: '', at };
    if (from === null) return nothing;
    if (isAlias(from)) return this.#alias(from.source, at) ?? nothing;
    // The name of a tag or an anchor is not repeated: `password: !x` may be a password.
    if (from.tag !== undefined) {
      this.#problems.add(
        'tag',
        at,
        'tags are not allowed',
        'text that starts with "!" needs quotes',
      );
    }
    if (depth > DEEPEST) {
      this.#problems.add(
        'too-deep',
        at,
        'this is nested too deeply',
        'check the brackets and the indentation',
      );
      return nothing;
    }
    const sizeBefore = this.#size;
    this.#size += 1;
    const node = this.#content(from, at, depth);
    // Set when the node is whole: an alias inside its own anchor finds nothing, so there are no circles.
    if ('anchor' in from && typeof from.anchor === 'string') {
      this.#anchors.set(from.anchor, { node, size: this.#size - sizeBefore });
    }
    return node;
  }

  #content(from: YamlNode, at: number, depth: number): Node {
    if (isMap(from)) return this.#mapping(from, at, depth);
    if (isSeq(from)) return this.#list(from, at, depth);
    const value = isScalar(from) && typeof from.value === 'string' ? from.value : '';
    const isNothing =
      isScalar(from) && from.type === 'PLAIN' && /^(?:~|null|Null|NULL)?$/.test(value);
    return isNothing ? { kind: 'nothing', source: value, at } : { kind: 'text', value, at };
  }

  #list(from: YAMLSeq, at: number, depth: number): List {
    const items = from.items.map((item) => this.node(isYamlNode(item) ? item : null, depth + 1));
    return { kind: 'list', items, at };
  }

  #mapping(from: YAMLMap, at: number, depth: number): Mapping {
    const entries = new Map<string, Entry>();
    for (const { key, value } of from.items) {
      const keyAt = isYamlNode(key) ? (key.range?.[0] ?? at) : at;
      const node = isYamlNode(value) ? this.node(value, depth + 1) : this.node(null, depth + 1);
      if (!isScalar(key) || typeof key.value !== 'string' || key.tag !== undefined) {
        this.#problems.add(
          'key',
          keyAt,
          'a key must be plain text',
          'write one word before the colon',
        );
        continue;
      }
      const first = entries.get(key.value);
      if (first === undefined) entries.set(key.value, { key: key.value, keyAt, value: node });
      else this.#duplicate(keyAt, first);
    }
    return { kind: 'mapping', entries, at };
  }

  #duplicate(at: number, first: Entry): void {
    const { line } = this.#problems.place(first.keyAt);
    const message = `${JSON.stringify(first.key)} is given twice`;
    this.#problems.add('duplicate-key', at, message, `remove this one or the one in line ${line}`);
  }

  #alias(anchor: string, at: number): Node | undefined {
    const known = this.#anchors.get(anchor);
    if (known === undefined) {
      const hint =
        'set the anchor (&name) earlier in the file; text that starts with "*" needs quotes';
      return this.#problems.add(
        'alias',
        at,
        'this alias stands for nothing written before it',
        hint,
      );
    }
    this.#size += known.size;
    this.#aliased += known.size;
    if (this.#aliased <= MOST_ALIASED_NODES) return known.node;
    // Every further alias would say the same.
    this.#aliased = Number.NEGATIVE_INFINITY;
    return this.#problems.add(
      'alias-bomb',
      at,
      `aliases blow the file up to more than ${MOST_ALIASED_NODES} values`,
      'write out what the aliases stand for, or put what hosts share into defaults, a site or a group',
    );
  }
}

function isYamlNode(value: unknown): value is YamlNode {
  return isAlias(value) || isMap(value) || isSeq(value) || isScalar(value);
}

/** Our own sentences: the library's quote the text, which may be a password. */
const YAML_ERRORS: Record<ErrorCode, readonly [message: string, hint: string]> = {
  ALIAS_PROPS: ['an alias cannot have an anchor or a tag', 'remove what stands before the "*"'],
  BAD_ALIAS: ['this is not an alias', 'text that starts with "*" or "&" needs quotes'],
  BAD_COLLECTION_TYPE: ['tags are not allowed', 'remove the tag'],
  BAD_DIRECTIVE: ['this directive is not understood', 'remove the line that starts with "%"'],
  BAD_DQ_ESCAPE: [
    'a backslash inside double quotes starts an escape, and this is none',
    "use single quotes: 'ACME\\svc-patch'",
  ],
  BAD_INDENT: ['the indentation does not fit', 'line it up with the entries above'],
  BAD_PROP_ORDER: ['an anchor or tag stands in the wrong place', 'put it right before the value'],
  BAD_SCALAR_START: ['text cannot start with this character', 'put the text in quotes'],
  BLOCK_AS_IMPLICIT_KEY: ['there is a colon too many in this line', 'put text with ": " in quotes'],
  BLOCK_IN_FLOW: [
    'a block cannot stand inside [ ] or { }',
    'write it in brackets too, or without them',
  ],
  DUPLICATE_KEY: ['this key is given twice', 'remove one of them'],
  IMPOSSIBLE: ['this cannot be read', 'check the lines around it'],
  KEY_OVER_1024_CHARS: ['a key is too long', 'check for a missing quote or bracket'],
  MISSING_CHAR: [
    'something is missing: a colon, a comma, a quote or a bracket',
    'check this line and the one before; inside [ ] or { } a range such as a[1:4] needs quotes',
  ],
  MULTILINE_IMPLICIT_KEY: [
    'a key must stand on one line, with a colon after it',
    'add the missing colon, or a dash before a list entry',
  ],
  MULTIPLE_ANCHORS: ['a value can have one anchor', 'remove the other'],
  MULTIPLE_DOCS: ['a second document starts here', 'remove the "---", or make two files'],
  MULTIPLE_TAGS: ['tags are not allowed', 'remove the tags'],
  NON_STRING_KEY: ['a key must be plain text', 'write one word before the colon'],
  RESOURCE_EXHAUSTION: ['this is nested too deeply', 'check the brackets and the indentation'],
  TAB_AS_INDENT: ['a tab is used for indentation', 'use spaces'],
  TAG_RESOLVE_FAILED: ['tags are not allowed', 'text that starts with "!" needs quotes'],
  UNEXPECTED_TOKEN: ['this does not belong here', 'check quotes, brackets and the indentation'],
};
