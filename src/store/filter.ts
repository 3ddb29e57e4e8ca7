/**
 * What may be typed after `/`: free words and `field:value`, `!` not, `|` or, blank and, parentheses, `"…"` exact,
 * `~` regular expression, `<` and `>` on `age` and `conf`. Pure; says what is wrong by place and kind, never in words.
 */
import { firstFinding, type HostState, statusOf } from './host-state.ts';

export interface Filter {
  /** As it was typed. */
  readonly text: string;
  /** @param now milliseconds since 1970, for `age` */
  matches(host: HostState, now: number): boolean;
}

export interface FilterProblem {
  readonly kind: 'unknown-field' | 'unfinished' | 'bad-pattern' | 'bad-number';
  /** Where in the text, from and to (exclusive), in UTF-16 units. */
  readonly from: number;
  readonly to: number;
}

export type Parsed =
  /** Undefined: nothing was asked for, everything is shown. */
  | { readonly kind: 'filter'; readonly filter: Filter | undefined }
  | { readonly kind: 'problem'; readonly problem: FilterProblem };

/** A field is compared from its start, so that a value can be typed letter by letter; free words stand anywhere. */
type Compare = (text: string, where: 'start' | 'within') => boolean;
type Test = (host: HostState, now: number) => boolean;

/** Labels that an inventory always may have; others count once a host of the run has them. */
const LABELS = ['site', 'client', 'group', 'ring', 'type', 'unit', 'relay', 'tag'] as const;
const OWN = ['host', 'status', 'cause', 'code', 'kb', 'stage'] as const;
const MEASURED = ['age', 'conf'] as const;

/** Fields that can be asked for, in the order in which they are offered. */
export function filterFields(labels: Iterable<string>): readonly string[] {
  const others = [...labels].filter((label) => label !== 'tags');
  return [...new Set<string>([...OWN, ...LABELS, ...others, ...MEASURED])];
}

/** @param labels the label keys of the run */
export function parseFilter(text: string, labels: Iterable<string>): Parsed {
  try {
    const test = new Parser(text, new Set(filterFields(labels))).all();
    const filter = test && { text, matches: test };
    return { kind: 'filter', filter };
  } catch (error) {
    if (error instanceof Mistake) return { kind: 'problem', problem: error.problem };
    throw error;
  }
}

class Mistake extends Error {
  readonly problem: FilterProblem;

  constructor(problem: FilterProblem) {
    super(problem.kind);
    this.problem = problem;
  }
}

/** Deeper than anybody types. */
const MAX_DEPTH = 32;
const WORD = /[^\s()|"]+/y;
const FIELD = /([A-Za-z_]\w*)([:<>])/y;

class Parser {
  readonly #text: string;
  readonly #fields: ReadonlySet<string>;
  #at = 0;
  #depth = 0;

  constructor(text: string, fields: ReadonlySet<string>) {
    this.#text = text;
    this.#fields = fields;
  }

  all(): Test | undefined {
    this.#blanks();
    if (this.#isAtEnd()) return undefined;
    const test = this.#any();
    if (!this.#isAtEnd()) throw this.#mistake('unfinished', this.#at, this.#at + 1); // a `)` of nothing
    return test;
  }

  #any(): Test {
    const tests = [this.#every()];
    while (this.#takes('|')) tests.push(this.#every());
    const [only] = tests;
    return tests.length === 1 && only !== undefined
      ? only
      : (host, now) => tests.some((test) => test(host, now));
  }

  #every(): Test {
    const tests: Test[] = [];
    for (this.#blanks(); !this.#isAtEnd() && !'|)'.includes(this.#next()); this.#blanks())
      tests.push(this.#one());
    if (tests.length === 0) throw this.#mistake('unfinished', this.#at, this.#at + 1);
    return (host, now) => tests.every((test) => test(host, now));
  }

  #one(): Test {
    if (this.#takes('!')) {
      const test = this.#nested(() => this.#one());
      return (host, now) => !test(host, now);
    }
    if (!this.#takes('(')) return this.#term();
    const from = this.#at - 1;
    const test = this.#nested(() => this.#any());
    if (!this.#takes(')')) throw this.#mistake('unfinished', from, from + 1);
    return test;
  }

  #nested<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw this.#mistake('unfinished', this.#at, this.#text.length);
    const result = read();
    this.#depth -= 1;
    return result;
  }

  #term(): Test {
    const from = this.#at;
    const head = this.#match(FIELD);
    if (head === null) return anywhere(this.#value(from));
    const [, written = '', sign = ''] = head;
    const field = written.toLowerCase();
    if (!this.#fields.has(field)) throw this.#mistake('unknown-field', from, from + written.length);
    if (isMeasured(field)) return this.#measured(field, sign);
    if (sign !== ':') throw this.#mistake('bad-number', from, this.#at);
    const value = this.#value(from);
    return (host) => textsOf(field, host).some((text) => value(text, 'start'));
  }

  /** `age<7d`, `conf>90`; `age:` and `conf:` mean at least. */
  #measured(field: (typeof MEASURED)[number], sign: string): Test {
    const from = this.#at;
    const word = this.#match(WORD)?.[0] ?? '';
    const limit = field === 'age' ? durationOf(word) : percentOf(word);
    if (limit === undefined)
      throw this.#mistake(word === '' ? 'unfinished' : 'bad-number', from, this.#at);
    const measure = field === 'age' ? ageMs : confidencePercent;
    return (host, now) => {
      const value = measure(host, now);
      if (value === undefined) return false;
      return sign === '<' ? value < limit : sign === '>' ? value > limit : value >= limit;
    };
  }

  /** What a text is compared with. */
  #value(from: number): Compare {
    const isPattern = this.#takes('~');
    const quoted = this.#quoted(from);
    const word = quoted ?? this.#match(WORD)?.[0] ?? '';
    if (word === '') throw this.#mistake('unfinished', from, this.#at);
    if (isPattern) return this.#pattern(word);
    const low = word.toLowerCase();
    if (quoted !== undefined)
      return (text, where) => (where === 'start' ? text === low : text.includes(low));
    if (low.includes('*')) return globOf(low);
    return (text, where) => (where === 'start' ? text.startsWith(low) : text.includes(low));
  }

  #quoted(from: number): string | undefined {
    if (!this.#takes('"')) return undefined;
    const end = this.#text.indexOf('"', this.#at);
    if (end < 0) throw this.#mistake('unfinished', from, this.#text.length);
    const quoted = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    return quoted;
  }

  #pattern(word: string): Compare {
    try {
      const pattern = new RegExp(word, 'iu');
      return (text) => pattern.test(text);
    } catch {
      throw this.#mistake('bad-pattern', this.#at - word.length, this.#at);
    }
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#at += found[0].length;
    return found;
  }

  #takes(sign: string): boolean {
    if (sign === '|' || sign === ')') this.#blanks();
    if (this.#next() !== sign) return false;
    this.#at += 1;
    return true;
  }

  #blanks(): void {
    while (/\s/.test(this.#next())) this.#at += 1;
  }

  #next(): string {
    return this.#text[this.#at] ?? '';
  }

  #isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  #mistake(kind: FilterProblem['kind'], from: number, to: number): Mistake {
    return new Mistake({ kind, from, to: Math.max(to, from + 1) });
  }
}

function isMeasured(field: string): field is (typeof MEASURED)[number] {
  return field === 'age' || field === 'conf';
}

/** `*` stands for anything; the whole text has to fit, or for free words a part of it. */
function globOf(glob: string): Compare {
  const parts = glob
    .split('*')
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  const whole = new RegExp(`^${parts.join('.*')}$`, 'su');
  const within = new RegExp(parts.join('.*'), 'su');
  return (text, where) => (where === 'start' ? whole : within).test(text);
}

function anywhere(value: Compare): Test {
  return (host) => value(allOf(host), 'within');
}

/** All that is told of a host; made once for each outcome, for a key may ask 5,000 of them. */
const told = new WeakMap<object, string>();

function allOf(host: HostState): string {
  const key = host.outcome ?? host;
  const known = told.get(key);
  if (known !== undefined) return known;
  const all = [host.id, ...Object.values(host.labels), ...saidOf(host)].join('\n').toLowerCase();
  // A host without an outcome is one object that goes through its stages.
  if (host.outcome !== undefined) told.set(key, all);
  return all;
}

/** Status, causes with their proof, where contact stopped. */
function saidOf({ outcome, stage }: HostState): readonly string[] {
  if (outcome === undefined) return [stage];
  if (outcome.kind === 'skipped') return ['skipped', outcome.reason];
  const { verdict } = outcome;
  const findings = verdict.causes.flatMap(({ id, title, evidence }) => [
    id,
    title,
    ...evidence.map(({ quote }) => quote),
  ]);
  const contact = outcome.kind === 'contact' ? outcome.contact : undefined;
  return [
    verdict.status,
    ...findings,
    ...(verdict.grounds ?? []),
    ...(contact ? [contact.stage, contact.code, contact.message ?? ''] : []),
  ];
}

/** What a field holds on a host, in small letters. */
function textsOf(field: string, host: HostState): readonly string[] {
  return valuesOf(field, host).map((text) => text.toLowerCase());
}

/** What a field holds on a host; nothing for those that are measured. */
export function valuesOf(field: string, host: HostState): readonly string[] {
  const { outcome, labels } = host;
  switch (field) {
    case 'host':
      return [host.id];
    case 'status':
      return outcome === undefined ? [] : [statusOf(outcome)];
    case 'stage':
      return stageOf(host);
    case 'cause':
      return outcome === undefined || outcome.kind === 'skipped'
        ? []
        : [outcome.verdict.cause, ...outcome.verdict.causes.map(({ id }) => id)];
    case 'code':
      return codesIn(host);
    case 'kb':
      return kbsIn(host);
    default:
      // Several groups and tags of a host stand in one label.
      return (labels[field === 'tag' ? 'tags' : field] ?? '').split(',').filter(Boolean);
  }
}

/** Where contact stopped, or how far it has come. */
function stageOf({ outcome, stage }: HostState): readonly string[] {
  if (outcome === undefined) return [stage];
  return outcome.kind === 'contact' ? [outcome.contact.stage] : [];
}

function codesIn(host: HostState): readonly string[] {
  const { outcome } = host;
  const own = outcome?.kind === 'contact' ? [outcome.contact.code] : [];
  return [
    ...own,
    ...(saidOf(host)
      .join('\n')
      .match(/\b0x[0-9A-F]{8}\b/gi) ?? []),
  ];
}

/** With and without the letters, so that both can be typed. */
function kbsIn(host: HostState): readonly string[] {
  const found =
    saidOf(host)
      .join('\n')
      .match(/\bKB\d{6,8}\b/gi) ?? [];
  return found.flatMap((kb) => [kb, kb.slice(2)]);
}

const UNITS_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

function durationOf(word: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([mhdw])$/i.exec(word) ?? [];
  if (number === undefined || unit === undefined) return undefined;
  return Number(number) * UNITS_MS[unit.toLowerCase() as keyof typeof UNITS_MS];
}

function percentOf(word: string): number | undefined {
  return /^\d{1,3}%?$/.test(word) ? Number.parseInt(word, 10) : undefined;
}

/** How old what is known of it is; undefined while nothing is. */
function ageMs({ outcome }: HostState, now: number): number | undefined {
  if (outcome?.kind !== 'judged') return undefined;
  const then = Date.parse(outcome.collectedAt);
  return Number.isNaN(then) ? undefined : now - then;
}

function confidencePercent(host: HostState): number | undefined {
  const confidence = firstFinding(host)?.confidence;
  return confidence === undefined ? undefined : Math.round(confidence * 100);
}
