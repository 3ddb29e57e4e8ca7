/** A user's causes put beside those of the catalogue, and what is wrong between them. */
import { withCauses, type Catalogue } from '../causes/catalogue.ts';
import { HEALTHY, type CauseId } from '../core/verdict.ts';
import { suggestion } from '../inventory/nearest.ts';
import type { Place, Problem } from '../inventory/problem.ts';
import type { Expectation, OwnCause, RuleText } from './own-cause.ts';
import { MOST_CAUSES, readRules, type Named } from './read-rules.ts';

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
  const read = files.map((file) => readRules(file, catalogue));
  const all = read.flatMap(({ causes }) => causes);
  const named = read.flatMap((one) => one.named);
  const own = new Map(all.map((one) => [one.cause.id, one]));
  const ids = new Set([...catalogue.causes.keys(), ...named.map(({ id }) => id)]);
  const problems = [
    ...read.flatMap(({ problems }) => problems),
    ...excessOf(named),
    ...idProblems(named, catalogue),
    ...beatsProblems(own, catalogue, ids),
    ...all.flatMap(({ cases }) => cases.flatMap((one) => caseProblems(one, ids))),
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

function excessOf(named: readonly Named[]): readonly Problem[] {
  const one = named[MOST_CAUSES];
  if (one === undefined) return [];
  const message = `${named.length} causes in all; ${MOST_CAUSES} are the most`;
  return [problem('too-many', one.place, message, 'leave out those that nobody needs')];
}

function idProblems(named: readonly Named[], { causes }: Catalogue): readonly Problem[] {
  const first = new Map<CauseId, Place>();
  return named.flatMap(({ id, replaces, place }) => {
    const known = first.get(id);
    if (known !== undefined) {
      const hint = `the first is at ${known.file}:${known.line}; rename one`;
      return [problem('duplicate-id', place, `cause ${id} is there twice`, hint)];
    }
    first.set(id, place);
    if (RESERVED.has(id)) {
      const message = `${id} is what patchwhy says when no cause fits`;
      return [problem('reserved-id', place, message, 'choose another id')];
    }
    if (causes.has(id) === replaces) return [];
    if (replaces) {
      const hint = suggestion(id, causes.keys(), 'patchwhy rules list shows the ids');
      return [
        problem('replaces-nothing', place, `the catalogue has no cause ${id} to replace`, hint),
      ];
    }
    const hint = `choose another id; to outrank it: beats: [${id}]; to run yours in its place: replaces: true`;
    return [problem('known-id', place, `the catalogue has a cause ${id} already`, hint)];
  });
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

function caseProblems(
  { is, isNot, place }: Expectation,
  ids: ReadonlySet<CauseId>,
): readonly Problem[] {
  const known = [...ids, ...RESERVED];
  return [is, isNot]
    .filter((id) => id !== undefined && !known.includes(id))
    .map((id = '') => {
      const hint = suggestion(id, known, 'patchwhy rules list shows the ids');
      return problem('unknown-cause', place, `the case expects ${id}, which is no cause`, hint);
    });
}

/** The others are seen when these are mended. */
const MOST_CIRCLES = 5;

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
    if (found.length >= MOST_CIRCLES) break;
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
