import { useEffect, useState } from 'react';
import type { EvidenceRef } from '../core/event.ts';
import type { Reading } from './frame.ts';

export type ReadEvidence = (ref: EvidenceRef) => Promise<string>;

/** The stored document of a host, read when it is first wanted. A document that cannot be read is said, not thrown. */
export function useEvidence(
  ref: EvidenceRef | undefined,
  isWanted: boolean,
  readEvidence: ReadEvidence,
): Reading {
  const [known, setKnown] = useState<{ ref: EvidenceRef; reading: Reading } | undefined>();

  useEffect(() => {
    if (!isWanted || ref === undefined) return undefined;
    let isCurrent = true;
    const show = (reading: Reading): void => {
      if (isCurrent) setKnown({ ref, reading });
    };
    readEvidence(ref).then(
      (text) => show({ kind: 'read', text }),
      (error: unknown) => show({ kind: 'failed', reason: reasonOf(error) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [ref, isWanted, readEvidence]);

  if (ref === undefined) return { kind: 'missing' };
  return known?.ref === ref ? known.reading : { kind: 'loading' };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
