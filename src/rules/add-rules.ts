/** A user's causes put beside those of the catalogue, and what is wrong between them. */
import { withCauses, type Catalogue } from '../causes/catalogue.ts';
import { HEALTHY, type CauseId } from '../core/verdict.ts';
import { suggestion } from '../inventory/nearest.ts';
import type { Place, Problem } from '../inventory/problem.ts';
import type { OwnCause, RuleText } from './own-cause.ts';
import { readRules } from './read-rules.ts';

export interface RulesAdded {
  /** With the causes that are right; judge with it only when there are no problems. */
  readonly catalogue: Catalogue;
  readonly own: ReadonlyMap<CauseId, OwnCause>;
  /** In the order of the files. */
  readonly problems: readonly Problem[];
}

/** What the engine says when no cause fits; a rule cannot say it. */
const RESERVED = new Set([HEALTHY, 'not-enough-evidence', 'unexplained-failure']);

export function addRules(catalogue: Catalogue, files: readonly RuleText[]): RulesAdded {
  const words = { categories: catalogue.categories, statuses: catalogue.statuses };
  const read = files.map((file) => readRules(file, words));
  const all = read.flatMap(({ causes }) => causes);
  const own = new Map<CauseId, OwnCause>();
  for (const one of all) if (!own.has(one.cause.id)) own.set(one.cause.id, one);
  const ids = new Set([...catalogue.causes.keys(), ...read.flatMap((one) => one.ids)]);
  const problems = [
    ...read.flatMap(({ problems }) => problems),
    ...all.flatMap((one) => idProblems(one, own, catalogue)),
    ...beatsProblems(own, catalogue, ids),
  ];
  const order = new Map(files.map(({ file }, position) => [file, position]));
  const rank = ({ place }: Problem): number => order.get(place?.file ?? '') ?? 0;
  return {
    catalogue: withCauses(
      catalogue,
      [...own.values()].map(({ cause }) => cause),
    ),
    own,
    problems: problems.toSorted((a, b) => rank(a) - rank(b) || byPlace(a, b)),
  };
}

function byPlace({ place: a }: Problem, { place: b }: Problem): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}

function problem(code: string, place: Place, message: string, hint: string): Problem {
  return { code: `rules.${code}`, place, message, hint };
}

function idProblems(
  one: OwnCause,
  own: ReadonlyMap<CauseId, OwnCause>,
  { causes }: Catalogue,
): readonly Problem[] {
  const { id } = one.cause;
  const first = own.get(id);
  if (first !== undefined && first !== one) {
    const where = `${first.place.file}:${first.place.line}`;
    const hint = `the first is at ${where}; rename one`;
    return [problem('duplicate-id', one.place, `cause ${id} is there twice`, hint)];
  }
  if (RESERVED.has(id)) {
    const message = `${id} is what patchwhy says when no cause fits`;
    return [problem('reserved-id', one.place, message, 'choose another id')];
  }
  if (causes.has(id) === one.replaces) return [];
  if (one.replaces) {
    const hint = suggestion(id, causes.keys(), 'patchwhy rules list shows the ids');
    const message = `replaces: the catalogue has no cause ${id}`;
    return [problem('replaces-nothing', one.place, message, hint)];
  }
  const hint = `choose another id; to outrank it: beats: [${id}]; to run yours in its place: replaces: true`;
  return [problem('known-id', one.place, `the catalogue has a cause ${id}`, hint)];
}

function beatsProblems(
  own: ReadonlyMap<CauseId, OwnCause>,
  { causes }: Catalogue,
  ids: ReadonlySet<CauseId>,
): readonly Problem[] {
  const strangers = [...own.values()].flatMap(({ cause, beatsAt, place }) =>
    cause.beats.flatMap((other, position) => {
      const at = beatsAt[position] ?? place;
      if (other === cause.id)
        return [problem('beats-itself', at, `${other} beats itself`, 'leave it out')];
      if (ids.has(other)) return [];
      const hint = suggestion(other, ids, 'patchwhy rules list shows the ids');
      return [problem('unknown-cause', at, `beats ${other}, which is no cause`, hint)];
    }),
  );
  return [...strangers, ...circles(own, causes)];
}

/** Circles of `beats` that go through a user's cause, each told once. */
function circles(
  own: ReadonlyMap<CauseId, OwnCause>,
  causes: Catalogue['causes'],
): readonly Problem[] {
  const beatsOf = (id: CauseId): readonly CauseId[] =>
    (own.get(id)?.cause ?? causes.get(id)?.cause)?.beats ?? [];
  const told = new Set<CauseId>();
  const found: Problem[] = [];
  for (const { cause, place } of own.values()) {
    if (told.has(cause.id)) continue;
    const way = wayBack(cause.id, beatsOf);
    if (way === undefined || way.length < 2) continue;
    for (const id of way) told.add(id);
    const message = `a circle: ${[...way, cause.id].join(' beats ')}`;
    found.push(
      problem('circle', place, message, 'a root beats its symptoms; leave one of them out'),
    );
  }
  return found;
}

/** The shortest way from a cause over `beats` back to it, without its end. */
function wayBack(
  start: CauseId,
  beatsOf: (id: CauseId) => readonly CauseId[],
): readonly CauseId[] | undefined {
  const before = new Map<CauseId, CauseId>();
  const waiting = [start];
  for (const id of waiting) {
    for (const next of beatsOf(id)) {
      if (next === start) return trail(before, start, id);
      if (before.has(next)) continue;
      before.set(next, id);
      waiting.push(next);
    }
  }
  return undefined;
}

function trail(
  before: ReadonlyMap<CauseId, CauseId>,
  start: CauseId,
  end: CauseId,
): readonly CauseId[] {
  const way = [end];
  for (let id = end; id !== start;) {
    id = before.get(id) ?? start;
    way.unshift(id);
  }
  return way;
}
