/** Documents of the catalogue into causes, with a complaint for everything that is not as it should be. */
import type { Status } from '../core/verdict.ts';
import type { BuildRow } from '../facts/knowledge.ts';
import type { Cause, Each, Sign } from './cause.ts';

/** What is wrong, and where: `cause disk-full, sign 2: …`. */
export type Problem = string;

type Fields = Readonly<Record<string, unknown>>;

export interface Model {
  readonly version: string;
  readonly categories: readonly string[];
  readonly statuses: ReadonlySet<string>;
  readonly builds: readonly BuildRow[];
}

export function readModel(document: unknown): Model | Problem {
  if (!isFields(document)) return 'is no mapping';
  const { version, categories, statuses, builds } = document;
  if (typeof version !== 'string') return 'version: is no text';
  if (!isFields(categories) || !isFields(statuses))
    return 'categories and statuses: must be mappings';
  const rows = readBuilds(builds);
  if (typeof rows === 'string') return rows;
  return {
    version,
    categories: Object.keys(categories),
    statuses: new Set(Object.keys(statuses)),
    builds: rows,
  };
}

/** `19045: { KB5034763: 4046 }` */
function readBuilds(builds: unknown): readonly BuildRow[] | Problem {
  if (!isFields(builds)) return 'builds: must be a mapping';
  const rows: BuildRow[] = [];
  for (const [build, updates] of Object.entries(builds)) {
    if (!isFields(updates)) return `builds: ${build}: must be a mapping`;
    for (const [kb, ubr] of Object.entries(updates)) {
      if (!/^KB\d{6,7}$/.test(kb) || typeof ubr !== 'number')
        return `builds: ${build}: ${kb}: must be a KB and a number`;
      rows.push({ build: Number(build), kb, ubr });
    }
  }
  return rows;
}

/** A cause, or what keeps the document from being one. */
export function readCause(document: unknown, model: Model): Cause | Problem {
  if (!isFields(document)) return 'is no mapping';
  const { id, title, category, status, beats, next, signs } = document;
  if (typeof id !== 'string' || !/^[a-z][a-z0-9-]+$/.test(id))
    return 'id: must be lower-case words with hyphens';
  const wrong = (what: string): Problem => `cause ${id}: ${what}`;
  if (!isTitle(title)) return wrong('title: needs en, it and ja');
  if (typeof category !== 'string' || !model.categories.includes(category))
    return wrong(`category: ${String(category)} is not in model.yaml`);
  if (!isStatus(status, model)) return wrong(`status: ${String(status)} is not in model.yaml`);
  if (!isTexts(beats)) return wrong('beats: must be a list of ids');
  if (typeof next !== 'string' || next.includes('\n')) return wrong('next: must be one line');
  if (!Array.isArray(signs)) return wrong('signs: must be a list');
  const read = signs.map((sign: unknown, position) => readSign(sign, position + 1));
  const problem = read.find((sign) => typeof sign === 'string');
  if (problem !== undefined) return wrong(problem);
  return {
    id,
    title,
    category,
    status,
    beats,
    next,
    signs: read.filter((sign) => typeof sign !== 'string'),
  };
}

const KINDS = ['strong', 'weak', 'against'] as const;
const SCOPES = ['host', 'fleet'] as const;

function readSign(sign: unknown, number: number): Sign | Problem {
  const wrong = (what: string): Problem => `sign ${number}: ${what}`;
  if (!isFields(sign)) return wrong('is no mapping');
  const { when, quote, weight, weakens, each, at } = sign;
  const unknownKey = Object.keys(sign).find((key) => !SIGN_KEYS.has(key));
  if (unknownKey !== undefined) return wrong(`${unknownKey} is not a key of a sign`);
  const kind = KINDS.find((one) => one === sign['kind']);
  if (kind === undefined) return wrong(`kind: must be one of ${KINDS.join(', ')}`);
  const scope = SCOPES.find((one) => one === (sign['scope'] ?? 'host'));
  if (scope === undefined) return wrong(`scope: must be one of ${SCOPES.join(', ')}`);
  if (typeof when !== 'string') return wrong('when: must be a condition');
  if (typeof quote !== 'string') return wrong('quote: must be a sentence');
  if (kind === 'against' ? weight !== undefined : !isShare(weight)) {
    return wrong(
      kind === 'against' ? 'weight: an against sign has none' : 'weight: must lie between 0 and 1',
    );
  }
  if (weakens !== undefined && !(kind === 'against' && isShare(weakens))) {
    return wrong('weakens: a number between 0 and 1, of an against sign');
  }
  if (at !== undefined && !(typeof at === 'string' && /^\w+\.\w+$/.test(at)))
    return wrong('at: must read "fact.field"');
  const list = each === undefined ? undefined : readEach(each);
  if (each !== undefined && list === undefined) return wrong('each: must read "item in fact.list"');
  return {
    kind,
    scope,
    weight: isShare(weight) ? weight : 0,
    when,
    quote,
    ...(isShare(weakens) && { weakens }),
    ...(list && { each: list }),
    ...(typeof at === 'string' && { at }),
  };
}

const SIGN_KEYS = new Set(['kind', 'scope', 'weight', 'weakens', 'each', 'when', 'quote', 'at']);

function readEach(each: unknown): Each | undefined {
  const match = typeof each === 'string' ? /^(\w+) in (\w+)\.(\w+)$/.exec(each) : null;
  if (match === null) return undefined;
  const [, item = '', fact = '', list = ''] = match;
  return { item, fact, list };
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTitle(value: unknown): value is Cause['title'] {
  return (
    isFields(value) && ['en', 'it', 'ja'].every((language) => typeof value[language] === 'string')
  );
}

function isStatus(value: unknown, { statuses }: Model): value is Status {
  return typeof value === 'string' && statuses.has(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isShare(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}
