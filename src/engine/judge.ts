/** From looks to outcomes. Pure: the same documents give the same outcomes, on any machine, in any year. */
import { setImmediate } from 'node:timers/promises';
import type { Catalogue } from '../causes/catalogue.ts';
import { diagnose, fleetMatters } from '../causes/diagnose.ts';
import type { HostId } from '../core/host.ts';
import type { Look } from '../core/look.ts';
import type { Outcome, Verdict } from '../core/verdict.ts';
import { examine, examineContact, type HostFacts } from '../facts/examine.ts';
import { createFleet } from '../facts/fleet.ts';
import { Attic } from './attic.ts';

export interface Judge {
  /** The outcome of a look, as far as this host alone can tell. */
  judge(host: HostId, look: Exclude<Look, { kind: 'skipped' }>): Outcome;
  /** Once all hosts are in: the outcomes that the others' facts change. */
  review(): Revisions;
}

type Revisions = Iterable<readonly [HostId, Outcome]> | AsyncIterable<readonly [HostId, Outcome]>;

/** Hosts reviewed before keys and timers get their turn: about 10 ms. */
const WITHOUT_PAUSE = 50;

type Judged = Exclude<Outcome, { kind: 'skipped' }>;

/** A judge over a catalogue. It keeps the facts of each host, and not its evidence, until the review. */
export function createJudge(catalogue: Catalogue): Judge {
  const attic = new Attic<HostFacts>();
  const seen = new Map<
    HostId,
    { readonly factsAgain: () => HostFacts; readonly outcome: Judged }
  >();
  const fleet = createFleet();
  return {
    judge(host, look) {
      const facts =
        look.kind === 'contact'
          ? examineContact(look.contact)
          : examine(look.evidence, catalogue.knowledge);
      const outcome = outcomeOf(look, diagnose(catalogue, facts));
      fleet.add(facts);
      seen.set(host, { factsAgain: attic.put(facts), outcome });
      return outcome;
    },
    async *review() {
      let reviewed = 0;
      for (const [host, { factsAgain, outcome }] of seen) {
        reviewed += 1;
        if (reviewed % WITHOUT_PAUSE === 0) await setImmediate();
        const facts = factsAgain();
        if (!fleetMatters(catalogue, facts, fleet)) continue;
        const verdict = diagnose(catalogue, facts, fleet);
        if (!sameVerdict(verdict, outcome.verdict)) yield [host, { ...outcome, verdict }];
      }
    },
  };
}

function outcomeOf(look: Exclude<Look, { kind: 'skipped' }>, verdict: Verdict): Judged {
  if (look.kind === 'contact') return { kind: 'contact', verdict, contact: look.contact.contact };
  const { collectedAt, collector } = look.evidence;
  const { mode = 'powershell', reason } = collector ?? {};
  return { kind: 'judged', verdict, collectedAt, mode, ...(reason !== undefined && { reason }) };
}

function sameVerdict(a: Verdict, b: Verdict): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
