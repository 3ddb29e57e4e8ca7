/** How the signs of one cause make a confidence (contracts/verdict.md, rules 1 and 2). */
import type { Quote } from '../core/verdict.ts';
import type { FactName, Facts } from '../facts/declared.ts';
import type { Cause, Sign } from './cause.ts';
import type { Condition } from './conditions.ts';
import { compile, factsOf, pathOf, placeholders } from './conditions.ts';
import { fillIn, placeOf } from './sentence.ts';

export const FOUND_FROM = 0.6;
const HIGHEST = 0.99;
/** Weak signs alone never reach the threshold. */
const WEAK_CEILING = 0.59;

/** A sign made ready: its condition is compiled when it is first needed. */
export interface ReadySign {
  readonly sign: Sign;
  readonly facts: readonly FactName[];
  readonly holds: () => Condition;
}

export interface ReadyCause {
  readonly cause: Cause;
  readonly signs: readonly ReadySign[];
}

export function makeReady(cause: Cause): ReadyCause {
  return { cause, signs: cause.signs.map(makeSignReady) };
}

function makeSignReady(sign: Sign): ReadySign {
  let condition: Condition | undefined;
  return { sign, facts: factsOf(sign), holds: () => (condition ??= compile(sign.when)) };
}

/** What the signs of one cause say of one host. */
export interface Suspicion {
  readonly cause: Cause;
  readonly confidence: number;
  readonly vetoed: boolean;
  /** Written when they are asked for: most suspicions come to nothing. */
  readonly quotes: () => readonly Quote[];
  /** Facts, or items of them, that the holding signs speak of. */
  readonly speaksOf: readonly unknown[];
  /** Facts that would have decided but could not be looked at. */
  readonly couldNotLook: readonly FactName[];
}

export function suspect(ready: ReadyCause, facts: Facts): Suspicion {
  let doubt = 1;
  let factor = 1;
  let isStrong = false;
  let vetoed = false;
  // Most causes come to nothing on most hosts: what they would need is made when they need it.
  let held: (readonly [ReadySign, Names])[] | undefined;
  let speaksOf: unknown[] | undefined;
  let couldNotLook: FactName[] | undefined;
  const missing = (name: FactName): void => {
    couldNotLook ??= [];
    if (!couldNotLook.includes(name)) couldNotLook.push(name);
  };
  for (const one of ready.signs) {
    let isMissing = false;
    for (const name of one.facts) {
      if (facts[name].known) continue;
      isMissing = true;
      missing(name);
    }
    if (isMissing) continue;
    const match = matchOf(one, facts);
    if (match === undefined) continue;
    if (match === 'failed') {
      one.facts.forEach(missing);
      continue;
    }
    const { sign } = one;
    if (sign.kind === 'against') {
      if (sign.weakens === undefined) vetoed = true;
      factor *= sign.weakens ?? 0;
    } else {
      doubt *= 1 - sign.weight;
      isStrong ||= sign.kind === 'strong';
      (speaksOf ??= []).push(match.item ?? one.facts.map((name) => facts[name]));
    }
    (held ??= []).push([one, match.names]);
  }
  const confidence = Math.min(1 - doubt, isStrong ? HIGHEST : WEAK_CEILING) * factor;
  return {
    cause: ready.cause,
    confidence: Math.round(confidence * 100) / 100,
    vetoed,
    quotes: held === undefined ? noQuotes : quotesOf(held),
    speaksOf: speaksOf?.flat() ?? NOTHING,
    couldNotLook: couldNotLook ?? NOTHING,
  };
}

const NOTHING: readonly never[] = [];
const noQuotes = (): readonly Quote[] => NOTHING;

function quotesOf(held: readonly (readonly [ReadySign, Names])[]): () => readonly Quote[] {
  return () => held.map(([one, names]) => quoteOf(one, names));
}

/** Whether one of these signs holds on a host. */
export function anyHolds(signs: readonly ReadySign[], facts: Facts): boolean {
  return signs.some((one) => answerOf(one, facts) === 'yes');
}

/** What a sign says of a host; `unknown`: could not look, `failed`: its condition cannot be worked out here. */
export function answerOf(one: ReadySign, facts: Facts): 'yes' | 'no' | 'unknown' | 'failed' {
  if (!one.facts.every((name) => facts[name].known)) return 'unknown';
  const match = matchOf(one, facts);
  return match === undefined ? 'no' : match === 'failed' ? 'failed' : 'yes';
}

type Names = Readonly<Record<string, unknown>>;

interface Match {
  readonly names: Names;
  readonly item?: unknown;
}

/** The names under which a sign holds; undefined when it does not. A condition that fails says neither. */
function matchOf({ sign, holds }: ReadySign, facts: Facts): Match | 'failed' | undefined {
  const { each } = sign;
  if (each === undefined) {
    const answer = outcomeUnder(holds(), facts);
    return answer === true ? { names: facts } : answer === 'failed' ? 'failed' : undefined;
  }
  const holder = facts[each.fact as FactName] as unknown as Readonly<
    Record<string, readonly unknown[]>
  >;
  let hasFailed = false;
  for (const item of holder[each.list] ?? []) {
    const names = namesWith(facts, each.item, item);
    const answer = outcomeUnder(holds(), names);
    if (answer === true) return { names, item };
    hasFailed ||= answer === 'failed';
  }
  return hasFailed ? 'failed' : undefined;
}

/** `timestamp()` of a text that is none, a tenth item of nine: no reason to lose the run. */
function outcomeUnder(holds: Condition, names: Names): boolean | 'failed' {
  try {
    return holds(names);
  } catch {
    return 'failed';
  }
}

/** Thirty signs ask about the same few items of a host, one after the other: their names are put together once. */
let latest: { readonly facts: Facts; readonly names: Map<string, Map<unknown, Names>> } | undefined;

function namesWith(facts: Facts, name: string, item: unknown): Names {
  if (latest?.facts !== facts) latest = { facts, names: new Map() };
  const called = latest.names.get(name) ?? new Map<unknown, Names>();
  latest.names.set(name, called);
  const names = called.get(item) ?? { ...facts, [name]: item };
  called.set(item, names);
  return names;
}

function quoteOf({ sign, facts }: ReadySign, names: Names): Quote {
  const first = sign.each ? ([sign.each.item, ''] as const) : placeholders(sign.quote)[0];
  const [root, field] = sign.at === undefined ? (first ?? [facts[0] ?? '', '']) : pathOf(sign.at);
  return {
    kind: sign.kind,
    pointer: placeOf(names[root], field),
    quote: fillIn(sign.quote, names),
  };
}
