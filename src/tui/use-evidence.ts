import { useEffect, useMemo, useState } from 'react';
import type { EvidenceRef } from '../core/event.ts';
import { evidenceLines } from './evidence-lines.ts';
import type { Reading } from './frame.ts';
import type { Theme } from './theme.ts';

export type ReadEvidence = (ref: EvidenceRef) => Promise<string>;

type Answer =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'failed'; readonly reason: string };

export interface EvidenceWish {
  readonly ref: EvidenceRef | undefined;
  readonly isWanted: boolean;
  readonly readEvidence: ReadEvidence;
  readonly width: number;
  readonly theme: Theme;
}

/** The stored document of a host, read when it is first wanted. One that cannot be read is said, not thrown. */
export function useEvidence(wish: EvidenceWish): Reading {
  const { ref, isWanted, readEvidence, width, theme } = wish;
  const [known, setKnown] = useState<{ ref: EvidenceRef; answer: Answer }>();

  useEffect(() => {
    if (!isWanted || ref === undefined) return undefined;
    let isCurrent = true;
    const show = (answer: Answer): void => {
      if (isCurrent) setKnown({ ref, answer });
    };
    readEvidence(ref).then(
      (text) => show({ kind: 'text', text }),
      (error: unknown) => show({ kind: 'failed', reason: reasonOf(error) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [ref, isWanted, readEvidence]);

  const answer = known?.ref === ref ? known?.answer : undefined;
  return useMemo(() => {
    if (ref === undefined) return { kind: 'missing' };
    if (answer === undefined) return { kind: 'loading' };
    if (answer.kind === 'failed') return answer;
    return { kind: 'read', lines: evidenceLines(answer.text, width, theme) };
  }, [ref, answer, width, theme]);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
