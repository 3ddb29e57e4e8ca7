/** A labelled case: a document, and what must and must not be said of it. */
import type { ContactFailure } from '../src/core/contact.ts';
import type { Evidence } from '../src/core/look.ts';
import type { CauseId, Verdict } from '../src/core/verdict.ts';
import { HEALTHY, NOT_ENOUGH_EVIDENCE } from '../src/core/verdict.ts';
import type { Catalogue } from '../src/causes/catalogue.ts';
import { diagnose, diagnoseContact } from '../src/causes/diagnose.ts';
import { examine } from '../src/facts/examine.ts';

export interface LabelledCase {
  readonly id: string;
  readonly title: string;
  readonly expected: {
    readonly cause: CauseId;
    readonly alsoAcceptable: readonly CauseId[];
    readonly mustNot: readonly CauseId[];
  };
  readonly evidence?: Evidence;
  readonly contact?: ContactFailure;
}

export interface JudgedCase {
  readonly labelled: LabelledCase;
  readonly verdict: Verdict;
  readonly isFirst: boolean;
  readonly forbidden: readonly CauseId[];
  /** Healthy, and named as having a cause. "Could not tell" accuses nobody. */
  readonly isAccused: boolean;
}

export function parseCase(text: string): LabelledCase {
  const value: unknown = JSON.parse(text);
  if (!isLabelled(value)) throw new Error('a case needs id, expected, and evidence or contact');
  return value;
}

function isLabelled(value: unknown): value is LabelledCase {
  if (typeof value !== 'object' || value === null || !('expected' in value)) return false;
  return 'evidence' in value || 'contact' in value;
}

export function judgeCase(catalogue: Catalogue, labelled: LabelledCase): JudgedCase {
  const verdict = verdictOn(catalogue, labelled);
  const { cause, alsoAcceptable, mustNot } = labelled.expected;
  const named = new Set([verdict.cause, ...verdict.causes.map(({ id }) => id)]);
  return {
    labelled,
    verdict,
    isFirst: verdict.cause === cause || alsoAcceptable.includes(verdict.cause),
    forbidden: mustNot.filter((id) => named.has(id)),
    isAccused:
      cause === HEALTHY && verdict.cause !== HEALTHY && verdict.cause !== NOT_ENOUGH_EVIDENCE,
  };
}

function verdictOn(catalogue: Catalogue, { evidence, contact }: LabelledCase): Verdict {
  if (contact !== undefined) return diagnoseContact(catalogue, contact);
  if (evidence === undefined) throw new Error('a case without a document');
  return diagnose(catalogue, examine(evidence, catalogue.knowledge));
}

/** Verdicts that name a cause, by how sure they are: a band of 0.9 that is right in less than 98 of 100 is a lie. */
export interface Band {
  readonly from: number;
  readonly named: number;
  readonly right: number;
}

const BANDS_FROM = [0.95, 0.9, 0.8, 0.7, 0] as const;

/** Bands of the first cause's confidence, surest first. A healthy host has no cause and is in none of them. */
export function bandsOf(judged: readonly JudgedCase[]): readonly Band[] {
  return BANDS_FROM.map((from, position) => {
    const below = BANDS_FROM[position - 1] ?? Number.POSITIVE_INFINITY;
    const inBand = judged.filter(({ verdict }) => {
      const sure = verdict.causes[0]?.confidence;
      return sure !== undefined && sure >= from && sure < below;
    });
    return { from, named: inBand.length, right: inBand.filter(({ isFirst }) => isFirst).length };
  });
}

/** `corpus: 48 of 48 expected first (100 %), 0 forbidden, 0 healthy accused` */
export function summarise(
  name: string,
  judged: readonly JudgedCase[],
): {
  readonly line: string;
  readonly share: number;
  readonly isClean: boolean;
} {
  const first = judged.filter(({ isFirst }) => isFirst).length;
  const forbidden = judged.reduce((sum, one) => sum + one.forbidden.length, 0);
  const accused = judged.filter(({ isAccused }) => isAccused).length;
  const share = judged.length === 0 ? 0 : first / judged.length;
  const percent = Math.floor(share * 100);
  return {
    line: `${name}: ${first} of ${judged.length} expected first (${percent} %), ${forbidden} forbidden, ${accused} healthy accused`,
    share,
    isClean: forbidden === 0 && accused === 0,
  };
}
