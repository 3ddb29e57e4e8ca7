/** The values of a rule file out of its tree; what is wrong with one is noted with its place. */
import { printable } from '../core/printable.ts';
import type { Problems } from '../inventory/problem.ts';
import { suggestion } from '../inventory/nearest.ts';
import type { Mapping, Node } from '../inventory/yaml-tree.ts';

/** Notes each key that is not one of these. */
export function checkKeys(
  map: Mapping,
  problems: Problems,
  what: string,
  keys: readonly string[],
): void {
  for (const { key, keyAt } of map.entries.values()) {
    if (keys.includes(key)) continue;
    const message = `${JSON.stringify(key)} is not a key of ${what}`;
    const hint = suggestion(key, keys, `its keys are ${keys.join(', ')}`);
    problems.add('unknown-key', keyAt, message, hint);
  }
}

/** A mapping whose keys are known. `what` is how a message calls it: `a cause`. */
export class Fields {
  readonly at: number;
  readonly #map: Mapping;
  readonly #problems: Problems;
  readonly #what: string;

  constructor(map: Mapping, problems: Problems, what: string, keys: readonly string[]) {
    this.at = map.at;
    this.#map = map;
    this.#problems = problems;
    this.#what = what;
    checkKeys(map, problems, what, keys);
  }

  /** The value, where one is written. */
  node(key: string): Exclude<Node, { kind: 'nothing' }> | undefined {
    const value = this.#map.entries.get(key)?.value;
    return value === undefined || value.kind === 'nothing' ? undefined : value;
  }

  /** Where the value of a key stands; the key, or the mapping, where it has none. */
  place(key: string): number {
    const entry = this.#map.entries.get(key);
    if (entry === undefined) return this.at;
    return entry.value.kind === 'nothing' ? entry.keyAt : entry.value.at;
  }

  wrong(key: string, message: string, hint: string): undefined {
    return this.#problems.add('wrong-value', this.place(key), message, hint);
  }

  missing(key: string, hint: string): undefined {
    const message = `${this.#what} needs ${JSON.stringify(key)}`;
    return this.#problems.add('missing', this.place(key), message, hint);
  }

  text(key: string, hint = 'write it in one line'): string | undefined {
    const node = this.node(key);
    if (node === undefined) return undefined;
    if (node.kind === 'text' && isHarmful(node.value)) return this.wrong(key, HARMFUL, PLAIN);
    if (node.kind === 'text' && node.value.trim() !== '') return node.value;
    // `{f.name} failed` without quotes is a mapping to YAML.
    const isBraced = node.kind === 'mapping';
    return this.wrong(
      key,
      `${JSON.stringify(key)} must be text`,
      isBraced ? 'text that begins with { needs quotes around it' : hint,
    );
  }

  neededText(key: string, hint: string): string | undefined {
    return this.node(key) === undefined ? this.missing(key, hint) : this.text(key, hint);
  }

  /** A text that has to be there, in one line. */
  line(key: string, hint: string): string | undefined {
    const text = this.neededText(key, hint)?.trim();
    if (text?.includes('\n') !== true) return text;
    return this.wrong(key, `${JSON.stringify(key)} must be one line`, hint);
  }

  /** One of a few words. */
  choice<const W extends string>(key: string, words: readonly W[]): W | undefined {
    const text = this.text(key);
    if (text === undefined) return undefined;
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    const message = `${JSON.stringify(key)} does not know ${JSON.stringify(shortened(text))}`;
    return this.wrong(key, message, suggestion(text, words, `it takes ${words.join(', ')}`));
  }

  /** A share: above 0, 1 at most. */
  share(key: string): number | undefined {
    const text = this.text(key, 'write a number such as 0.7');
    if (text === undefined) return undefined;
    const value = /^\d*\.?\d+$/.test(text) ? Number(text) : 0;
    if (value > 0 && value <= 1) return value;
    const isPercent = value >= 10 && value <= 100;
    return this.wrong(
      key,
      `${JSON.stringify(key)} must lie above 0 and be 1 at most, not ${shortened(text)}`,
      isPercent ? `for ${value} % write ${value / 100}` : 'write a number such as 0.7',
    );
  }

  flag(key: string): boolean {
    return this.choice(key, ['true', 'false']) === 'true';
  }

  /** A list of texts; a single text is a list of one. */
  texts(key: string): readonly { readonly text: string; readonly at: number }[] {
    const node = this.node(key);
    if (node === undefined) return [];
    return (node.kind === 'list' ? node.items : [node]).flatMap((item) => {
      const isText = item.kind === 'text';
      if (isText && !isHarmful(item.value)) return [{ text: item.value, at: item.at }];
      const message = isText ? HARMFUL : `${JSON.stringify(key)} must be a list of texts`;
      const hint = isText ? PLAIN : 'one a line, each after a dash';
      this.#problems.add('wrong-value', item.at, message, hint);
      return [];
    });
  }

  /** The items of a list of mappings. */
  list(key: string, what: string, keys: readonly string[]): readonly Fields[] {
    const node = this.node(key);
    if (node === undefined) return [];
    if (node.kind !== 'list') {
      this.wrong(key, `${JSON.stringify(key)} must be a list`, 'put a dash before each of them');
      return [];
    }
    return node.items.flatMap((item) => {
      if (item.kind === 'mapping') return [new Fields(item, this.#problems, what, keys)];
      const message = `${what} must be a mapping`;
      this.#problems.add('wrong-value', item.at, message, `its keys are ${keys.join(', ')}`);
      return [];
    });
  }
}

const HARMFUL = 'this text has characters that a terminal obeys or hides';
const PLAIN = 'write it with plain characters';

/** What users write is shown beside what hosts say, and held to the same. */
function isHarmful(text: string): boolean {
  const line = text.replace(/\s+/g, ' ');
  return printable(line) !== line;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
