/**
 * A user's file of causes: YAML text to causes, with every problem, its place and what it means. The format is that of
 * `catalogue/causes/*.yaml`; a file may hold several causes, and says less where less will do (docs/rules.md).
 */
import type { Cause, Each, Sign } from '../causes/cause.ts';
import { complaintsOf, type Complaint } from '../causes/conditions.ts';
import { bareProse, type BareProse } from '../causes/prose.ts';
import { FOUND_FROM } from '../causes/judge-cause.ts';
import type { CauseId, Status } from '../core/verdict.ts';
import { suggestion } from '../inventory/nearest.ts';
import type { Place, Problem, Problems } from '../inventory/problem.ts';
import { readTree, type Mapping, type Node } from '../inventory/yaml-tree.ts';
import { checkKeys, Fields } from './fields.ts';
import type { Expectation, OwnCause, RuleText } from './own-cause.ts';
import { offsetIn } from './scalar-offset.ts';

/** The words that a cause may use. */
export interface Words {
  readonly categories: readonly string[];
  readonly statuses: readonly string[];
}

/** An id as it was given, also to a cause that is not right. */
export interface Named {
  readonly id: CauseId;
  readonly replaces: boolean;
  readonly place: Place;
}

export interface ReadRules {
  readonly causes: readonly OwnCause[];
  readonly named: readonly Named[];
  readonly problems: readonly Problem[];
}

const CAUSE_KEYS = 'id title category status beats replaces next signs runbook sources cases'.split(
  ' ',
);
const SIGN_KEYS = ['kind', 'scope', 'weight', 'weakens', 'each', 'when', 'quote', 'at'];
const CASE_KEYS = ['evidence', 'host', 'is', 'isNot'];
const RUNBOOK_KEYS = ['check', 'fix', 'verify', 'risk', 'reboot'];
/** Behind `---`: the first two are used here; the others are the catalogue's own. */
const PROSE_KEYS = ['sources', 'runbook', 'words', 'links', 'evidence', 'confidence', 'pattern'];
const KINDS = ['strong', 'weak', 'against'] as const;
const SCOPES = ['host', 'fleet'] as const;
const LANGUAGES = ['en', 'it', 'ja'] as const;

/** More is a mistake or an attack; the catalogue itself has fewer than a hundred. */
export const MOST_CAUSES = 1000;
const MOST_SIGNS = 100;
const GUIDE = 'docs/rules.md shows a whole one';

export function readRules({ file, text }: RuleText, words: Words): ReadRules {
  const documents = documentsIn(text);
  const [rule = '', prose, ...others] = documents;
  const { tree, problems } = readTree(rule, file, 'rules');
  const reader = new Reader(text, problems, words);
  const causes = tree === undefined ? [] : reader.file(tree);
  const isProse =
    prose === undefined || (tree?.kind === 'mapping' && isForPeople(tree, prose, file));
  for (const stray of isProse ? others : [prose, ...others]) {
    const before = text.slice(0, stray.length - stray.trimStart().length).split('\n');
    const place = { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    const hint = 'several causes of one file stand in a list under causes:, without ---';
    problems.add('documents', place, 'what follows this --- would not be read', hint);
  }
  const more = isProse && prose !== undefined ? proseIn(prose, file) : undefined;
  return {
    causes: causes.map((one) => (more === undefined ? one : withProse(one, more.prose))),
    named: reader.named,
    problems: [...problems.list(), ...(more?.problems ?? [])].map((one) => withBraces(one, text)),
  };
}

/** Whether a second document is what a file of the catalogue says to people, and no second cause. */
function isForPeople(rule: Mapping, prose: string, file: string): boolean {
  const { tree } = readTree(prose, file, 'rules');
  const isCause = tree?.kind === 'mapping' && (tree.entries.has('id') || tree.entries.has('signs'));
  return !rule.entries.has('causes') && !isCause;
}

function withProse(cause: OwnCause, more: BareProse): OwnCause {
  const { sources, runbook } = cause.prose;
  return {
    ...cause,
    prose: {
      sources: [...sources, ...more.sources],
      runbook: { ...more.runbook, ...runbook },
    },
  };
}

/**
 * The YAML documents of a file: the rule, then what a file of the catalogue says to people. What stands before a
 * document becomes blanks, so that places stay those of the file.
 */
function documentsIn(text: string): readonly string[] {
  const marks = [...text.matchAll(/^---[ \t]*(?:\r?\n|$)/gm)].slice(0, 4);
  const starts = marks.map(({ index, 0: mark }) => index + mark.length);
  const lead = text.slice(0, marks[0]?.index).split('\n');
  // Comments and directives before the first mark are no document.
  const isEmpty = marks.length > 0 && lead.every((line) => /^\s*(?:[#%]|$)/.test(line));
  const begins = isEmpty ? starts : [0, ...starts];
  return begins.slice(0, 3).map((begin) => {
    const end = marks.find(({ index }) => index >= begin)?.index ?? text.length;
    return text.slice(0, begin).replace(/[^\n]/g, ' ') + text.slice(begin, end);
  });
}

/** Of all texts a quote is the one that begins with a brace, which YAML takes for a mapping. */
function withBraces(problem: Problem, text: string): Problem {
  if (problem.code !== 'rules.yaml') return problem;
  const line = text.split('\n', problem.place?.line)[(problem.place?.line ?? 1) - 1] ?? '';
  if (!/:\s*\{\w+\.\w+\}/.test(line)) return problem;
  return { ...problem, hint: 'text that begins with { needs quotes around it' };
}

/** What it says is free; what cannot be read, or has a key that nobody reads, would be dropped in silence. */
function proseIn(
  text: string,
  file: string,
): { readonly prose: BareProse; readonly problems: readonly Problem[] } {
  const { tree, problems } = readTree(text, file, 'rules');
  const prose =
    tree?.kind === 'mapping'
      ? proseOf(new Fields(tree, problems, 'what stands behind ---', PROSE_KEYS))
      : bareProse(undefined);
  return { prose, problems: problems.list() };
}

function proseOf(fields: Fields): BareProse {
  const runbook = mappingAt(fields, 'runbook');
  const steps = [...(runbook?.entries ?? [])].flatMap(([key, { value }]) =>
    value.kind === 'text' ? [[key, value.value] as const] : [],
  );
  return bareProse({
    sources: fields.texts('sources').map(({ text }) => text),
    runbook: Object.fromEntries(steps),
  });
}

function mappingAt(fields: Fields, key: string): Mapping | undefined {
  const node = fields.node(key);
  return node?.kind === 'mapping' ? node : undefined;
}

const AT = /^\w+\.\w+$/;
const EACH = /^(\w+)\s+in\s+(\w+)\.(\w+)$/;

function eachOf([, item = '', fact = '', list = '']: RegExpExecArray): Each {
  return { item, fact, list };
}

class Reader {
  readonly #text: string;
  readonly #problems: Problems;
  readonly #words: Words;
  readonly named: Named[] = [];

  constructor(text: string, problems: Problems, words: Words) {
    this.#text = text;
    this.#problems = problems;
    this.#words = words;
  }

  file(tree: Node): readonly OwnCause[] {
    const items = this.#items(tree);
    if (items.length > MOST_CAUSES) {
      const message = `${items.length} causes in one file; ${MOST_CAUSES} are the most`;
      this.#problems.add('too-many', tree.at, message, 'leave out those that nobody needs');
      return [];
    }
    return items.flatMap((item) => {
      if (item.kind === 'mapping') return this.#cause(item) ?? [];
      this.#problems.add('wrong-value', item.at, 'a cause must be a mapping', GUIDE);
      return [];
    });
  }

  /** One cause, a list of them, or `causes:` with a list. */
  #items(tree: Node): readonly Node[] {
    if (tree.kind === 'list') return tree.items;
    if (tree.kind !== 'mapping') {
      const hint = `write a cause: id, title, category, status, next, signs; ${GUIDE}`;
      this.#problems.add('empty', tree.at, 'there is no cause in this file', hint);
      return [];
    }
    if (!tree.entries.has('causes')) return [tree];
    const fields = new Fields(tree, this.#problems, 'a file of causes', ['causes']);
    const list = fields.node('causes');
    if (list?.kind === 'list') return list.items;
    fields.wrong('causes', '"causes" must be a list', 'put a dash before each cause');
    return [];
  }

  #cause(map: Mapping): OwnCause | undefined {
    const fields = new Fields(map, this.#problems, 'a cause', CAUSE_KEYS);
    const id = this.#id(fields);
    const replaces = fields.flag('replaces');
    const place = this.#problems.place(fields.place('id'));
    if (id !== undefined) this.named.push({ id, replaces, place });
    const title = this.#title(fields);
    const { categories, statuses } = this.#words;
    const category =
      fields.choice('category', categories) ??
      this.#needed(fields, 'category', `one of ${categories.join(', ')}`);
    const status =
      fields.choice('status', statuses) ??
      this.#needed(fields, 'status', `one of ${statuses.join(', ')}`);
    const next = fields.line('next', 'the first thing to do; steps belong into the runbook');
    const beats = fields.texts('beats');
    const signs = this.#signs(fields, replaces);
    this.#runbook(fields);
    const cases = fields.list('cases', 'a case', CASE_KEYS).flatMap((one) => this.#case(one) ?? []);
    if (!id || !title || !category || !status || !next || !signs) return undefined;
    const cause: Cause = {
      id,
      title,
      category,
      status: status as Status,
      beats: beats.map(({ text }) => text),
      next,
      signs,
    };
    return {
      cause,
      replaces,
      prose: proseOf(fields),
      cases,
      place,
      beatsAt: beats.map(({ at }) => this.#problems.place(at)),
    };
  }

  #needed(fields: Fields, key: string, hint: string): undefined {
    if (fields.node(key) === undefined) fields.missing(key, hint);
  }

  #id(fields: Fields): string | undefined {
    const id = fields.neededText('id', 'lower-case words with hyphens: acme-vpn-blocks');
    if (id === undefined || /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(id)) return id;
    const hint = 'lower-case words with hyphens: acme-vpn-blocks';
    return fields.wrong('id', `${JSON.stringify(id.slice(0, 60))} is no id of a cause`, hint);
  }

  /** A text, or one for each language; where one is missing, English stands in. */
  #title(fields: Fields): Cause['title'] | undefined {
    const map = mappingAt(fields, 'title');
    if (map === undefined) {
      const title = fields.line('title', 'what is wrong, in a few words');
      return title === undefined ? undefined : { en: title, it: title, ja: title };
    }
    const titles = new Fields(map, this.#problems, 'a title', LANGUAGES);
    const en = titles.line('en', 'English stands in for languages that are missing');
    if (en === undefined) return undefined;
    return { en, it: titles.text('it') ?? en, ja: titles.text('ja') ?? en };
  }

  #runbook(fields: Fields): void {
    const map = mappingAt(fields, 'runbook');
    if (map !== undefined) checkKeys(map, this.#problems, 'a runbook', RUNBOOK_KEYS);
    else if (fields.node('runbook') !== undefined)
      fields.wrong(
        'runbook',
        '"runbook" must be a mapping',
        `its keys are ${RUNBOOK_KEYS.join(', ')}`,
      );
  }

  #case(fields: Fields): Expectation | undefined {
    const evidence = fields.neededText('evidence', 'a file or folder, as seen from this file');
    const is = fields.text('is');
    const isNot = fields.text('isNot');
    const host = fields.text('host');
    if (is === undefined && isNot === undefined) fields.missing('is', 'or isNot: a cause');
    if (evidence === undefined) return undefined;
    return {
      evidence,
      ...(host !== undefined && { host }),
      ...(is !== undefined && { is }),
      ...(isNot !== undefined && { isNot }),
      place: this.#problems.place(fields.at),
    };
  }

  #signs(fields: Fields, replaces: boolean): readonly Sign[] | undefined {
    if (fields.node('signs') === undefined)
      return fields.missing('signs', 'a list of what speaks for the cause, and against it');
    const list = fields.list('signs', 'a sign', SIGN_KEYS);
    if (list.length > MOST_SIGNS)
      return fields.wrong('signs', `more than ${MOST_SIGNS} signs`, 'make two causes of it');
    const signs = list.map((sign) => this.#sign(sign));
    const whole = signs.filter((sign) => sign !== undefined);
    if (whole.length < signs.length || fields.node('signs')?.kind !== 'list') return undefined;
    // Without signs a cause that stands in for one of the catalogue turns it off.
    if (whole.length > 0 || !replaces) this.#canBeFound(fields, whole);
    return whole;
  }

  #canBeFound(fields: Fields, signs: readonly Sign[]): void {
    const doubt = signs.reduce((rest, { weight }) => rest * (1 - weight), 1);
    // Rounded as the engine does.
    const most = Math.round((1 - doubt) * 100) / 100;
    if (!signs.some(({ kind }) => kind === 'strong')) {
      const hint = 'weak signs alone never reach 0.6: make the one that decides strong';
      fields.wrong('signs', 'this cause can never be found: it has no strong sign', hint);
    } else if (most < FOUND_FROM) {
      const hint = `raise weights until 1 - (1 - weight) * (1 - weight) … is ${FOUND_FROM} or more`;
      fields.wrong('signs', `this cause can never be found: its signs come to ${most}`, hint);
    }
  }

  #sign(fields: Fields): Sign | undefined {
    const kind =
      fields.choice('kind', KINDS) ?? this.#needed(fields, 'kind', `one of ${KINDS.join(', ')}`);
    const scope = fields.choice('scope', SCOPES) ?? 'host';
    const when = fields.neededText('when', 'a condition: system.freeGiB < 2.0');
    const quote = fields.neededText(
      'quote',
      'a sentence for the reader: "{system.freeGiB} GiB free"',
    );
    const weight = this.#weight(fields, kind);
    const weakens = fields.share('weakens');
    if (weakens !== undefined && kind !== 'against')
      fields.wrong('weakens', '"weakens" belongs to an against sign', 'leave it out');
    const each = this.#shaped(fields, 'each', EACH, 'item in fact.list', 'f in open.installs');
    const at = this.#shaped(fields, 'at', AT, 'fact.field', 'system.freeGiB');
    if (when === undefined || quote === undefined || each === 'wrong' || at === 'wrong')
      return undefined;
    const sign: Sign = {
      kind: kind ?? 'strong',
      scope,
      weight: weight ?? 0,
      when,
      quote,
      ...(weakens !== undefined && { weakens }),
      ...(each && { each: eachOf(each) }),
      ...(at && { at: at[0] }),
    };
    for (const complaint of complaintsOf(sign)) this.#complain(fields, complaint);
    return kind === undefined || weight === undefined ? undefined : sign;
  }

  #weight(fields: Fields, kind: Sign['kind'] | undefined): number | undefined {
    if (kind === 'against') {
      if (fields.node('weight') !== undefined)
        fields.wrong(
          'weight',
          'an against sign has no weight',
          'it vetoes; weakens: 0.5 halves instead',
        );
      return 0;
    }
    if (fields.node('weight') === undefined)
      return fields.missing('weight', 'how much it says, above 0 and 1 at most: 0.7');
    return fields.share('weight');
  }

  /** A text of a certain form, where one is written. */
  #shaped(
    fields: Fields,
    key: string,
    form: RegExp,
    words: string,
    example: string,
  ): RegExpExecArray | undefined | 'wrong' {
    const text = fields.text(key);
    if (text === undefined) return fields.node(key) === undefined ? undefined : 'wrong';
    const match = form.exec(text.trim());
    if (match !== null) return match;
    fields.wrong(key, `${JSON.stringify(key)} must read ${words}`, `for example ${example}`);
    return 'wrong';
  }

  #complain(fields: Fields, { key, text, hint, stranger, offset }: Complaint): void {
    const start = fields.place(key);
    const node = fields.node(key);
    const at =
      offset === undefined || node?.kind !== 'text'
        ? start
        : offsetIn(this.#text, start, node.value, offset);
    const otherwise = hint ?? 'patchwhy rules facts shows all there are';
    const advice = stranger ? suggestion(stranger.word, stranger.known, otherwise) : otherwise;
    this.#problems.add(key === 'scope' ? 'wrong-value' : key, at, `${key}: ${text}`, advice);
  }
}
