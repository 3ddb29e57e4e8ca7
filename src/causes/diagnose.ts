/**
 * From facts to a verdict (contracts/verdict.md, rules 1 to 6). Pure: the same facts give the same verdict on any
 * machine in any year. Knows nothing of single causes; those are entries of the catalogue.
 */
import type { ContactFailure } from '../core/contact.ts';
import type { Consequence, Finding, Status, Verdict } from '../core/verdict.ts';
import { HEALTHY } from '../core/verdict.ts';
import type { Facts } from '../facts/declared.ts';
import type { HostFacts } from '../facts/examine.ts';
import { examineContact } from '../facts/examine.ts';
import type { FleetFacts } from '../facts/fleet.ts';
import type { Catalogue } from './catalogue.ts';
import type { Cause } from './cause.ts';
import { healthGrounds } from './health.ts';
import type { Suspicion } from './judge-cause.ts';
import { anyHolds, FOUND_FROM, suspect } from './judge-cause.ts';
import { undecided } from './undecided.ts';
import { spanOf } from './span.ts';

export function diagnose(catalogue: Catalogue, host: HostFacts, fleet?: FleetFacts): Verdict {
  const facts = fleet === undefined ? host.facts : { ...host.facts, ...fleet.about(host) };
  const suspicions: Suspicion[] = [];
  for (const ready of catalogue.causes.values()) {
    if (ready.signs.length > 0) suspicions.push(suspect(ready, facts));
  }
  // What is vetoed has no confidence left.
  const found = suspicions.filter(({ confidence }) => confidence >= FOUND_FROM);
  const standing = unbeaten(found.toSorted(bestFirst(catalogue)));
  const runnerUp = runnerUpOf(suspicions, found, catalogue);
  const rest = {
    consequences: consequencesOf(found, standing),
    ...(runnerUp && { runnerUp }),
    unread: host.unread,
    ...(host.discrepancies.length > 0 && { discrepancies: host.discrepancies }),
  };
  const [first] = standing;
  if (first !== undefined) {
    return {
      status: statusOf(first.cause, facts),
      cause: first.cause.id,
      causes: standing.map((one) => findingOf(one, facts)),
      ...rest,
    };
  }
  const grounds = healthGrounds({ facts, unread: host.unread });
  if (grounds.length > 0) return { status: 'ok', cause: HEALTHY, causes: [], ...rest, grounds };
  return { ...rest, ...undecided(catalogue, { ...host, facts }, suspicions) };
}

/** Whether what the other hosts say can change the verdict on this one. */
export function fleetMatters(catalogue: Catalogue, host: HostFacts, fleet: FleetFacts): boolean {
  const facts = { ...host.facts, ...fleet.about(host) };
  return anyHolds(catalogue.fleetSigns, facts);
}

/** Verdict on a host that could not be examined, by contracts/contact.md. */
export function diagnoseContact(
  catalogue: Catalogue,
  contact: ContactFailure,
  fleet?: FleetFacts,
): Verdict {
  return diagnose(catalogue, examineContact(contact), fleet);
}

/** A host that was not examined is unreachable whatever the cause, but when it was the collector that failed. */
function statusOf({ status }: Cause, { contact }: Facts): Status {
  if (!contact.known) return status;
  return contact.stage === 'collector' || status === 'no-data' ? 'no-data' : 'unreachable';
}

/** Causes that beat each other in a circle cancel nobody out: then the surest stands. */
function unbeaten(found: readonly Suspicion[]): readonly Suspicion[] {
  const standing = found.filter((one) => beaterOf(one, found) === undefined);
  return standing.length > 0 ? standing : found.slice(0, 1);
}

/** Direct, never transitive. Where two name each other the surer one stands. */
function beaterOf(one: Suspicion, found: readonly Suspicion[]): Suspicion | undefined {
  const beaters = found.filter((other) => other !== one && beats(other, one));
  return beaters.toSorted((a, b) => b.confidence - a.confidence)[0];
}

function beats(winner: Suspicion, loser: Suspicion): boolean {
  if (!winner.cause.beats.includes(loser.cause.id)) return false;
  if (!loser.cause.beats.includes(winner.cause.id)) return true;
  if (winner.confidence !== loser.confidence) return winner.confidence > loser.confidence;
  return winner.cause.id < loser.cause.id;
}

function consequencesOf(
  found: readonly Suspicion[],
  standing: readonly Suspicion[],
): readonly Consequence[] {
  return found
    .filter((one) => !standing.includes(one))
    .map((one) => {
      const beater = beaterOf(one, standing) ?? beaterOf(one, found);
      const { id, title } = one.cause;
      return { id, title: title.en, beatenBy: beater?.cause.id ?? '', confidence: one.confidence };
    });
}

function bestFirst({ categories }: Catalogue): (a: Suspicion, b: Suspicion) => number {
  return (a, b) =>
    b.confidence - a.confidence ||
    categories.indexOf(a.cause.category) - categories.indexOf(b.cause.category) ||
    (a.cause.id < b.cause.id ? -1 : 1);
}

/** The likeliest cause that stayed below the threshold. */
function runnerUpOf(
  suspicions: readonly Suspicion[],
  found: readonly Suspicion[],
  catalogue: Catalogue,
): Verdict['runnerUp'] {
  const others = suspicions.filter((one) => one.confidence > 0 && !found.includes(one));
  const [best] = others.toSorted(bestFirst(catalogue));
  return best && { id: best.cause.id, confidence: best.confidence };
}

function findingOf(suspicion: Suspicion, facts: Facts): Finding {
  const { cause, confidence, quotes } = suspicion;
  return {
    id: cause.id,
    title: cause.title.en,
    category: cause.category,
    confidence,
    evidence: quotes(),
    ...spanOf({ status: cause.status, speaksOf: suspicion.speaksOf }, facts),
    next: cause.next,
  };
}
