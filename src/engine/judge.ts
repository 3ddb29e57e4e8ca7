/** From looks to outcomes. Pure: the same documents give the same outcomes, on any machine, in any year. */
import type { Catalogue } from '../causes/catalogue.ts';
import { diagnose, fleetMatters } from '../causes/diagnose.ts';
import type { HostId } from '../core/host.ts';
import type { Look } from '../core/look.ts';
import type { Outcome, Verdict } from '../core/verdict.ts';
import { examine, examineContact, type HostFacts } from '../facts/examine.ts';
import { fleetFacts } from '../facts/fleet.ts';

export interface Judge {
  /** The outcome of a look, as far as this host alone can tell. */
  judge(host: HostId, look: Exclude<Look, { kind: 'skipped' }>): Outcome;
  /** Once all hosts are in: the outcomes that the others' facts change. */
  review(): Iterable<readonly [HostId, Outcome]>;
}

type Judged = Exclude<Outcome, { kind: 'skipped' }>;

/** A judge over a catalogue. It keeps the facts of each host, not its evidence, until the review. */
export function createJudge(catalogue: Catalogue): Judge {
  const seen = new Map<HostId, { readonly facts: HostFacts; readonly outcome: Judged }>();
  return {
    judge(host, look) {
      const facts =
        look.kind === 'contact'
          ? examineContact(look.contact)
          : examine(look.evidence, catalogue.knowledge);
      const outcome = outcomeOf(look, diagnose(catalogue, facts));
      seen.set(host, { facts, outcome });
      return outcome;
    },
    *review() {
      const fleet = fleetFacts([...seen.values()].map(({ facts }) => facts));
      for (const [host, { facts, outcome }] of seen) {
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
