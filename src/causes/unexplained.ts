/** The two honest verdicts for when no cause is found: it fails and nobody knows why, or there is too little to say. */
import type { Quote, Unread, Verdict } from '../core/verdict.ts';
import { NOT_ENOUGH_EVIDENCE } from '../core/verdict.ts';
import type { HostFacts } from '../facts/examine.ts';
import type { Catalogue } from './catalogue.ts';
import type { Suspicion } from './judge-cause.ts';

type Undecided = Pick<Verdict, 'status' | 'cause' | 'causes' | 'unread'>;

export function unexplained(_catalogue: Catalogue, host: HostFacts, _suspicions: readonly Suspicion[]): Undecided {
  const quotes: Quote[] = [];
  const unread: Unread[] = [...host.unread];
  const id = NOT_ENOUGH_EVIDENCE;
  return {
    status: 'no-data',
    cause: id,
    causes: [{ id, title: 'Not enough evidence', category: 'evidence', confidence: 0.9, evidence: quotes }],
    unread,
  };
}
