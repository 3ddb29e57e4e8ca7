import { useEffect, useMemo, useState } from 'react';
import type { EvidenceRef } from '../core/event.ts';
import { evidenceLines } from './evidence-lines.ts';
import { historyLines } from './history-lines.ts';
import type { Line } from './line.ts';
import type { Outside } from './outside.ts';
import { pageAt, type Spot, type Tab } from './spot.ts';
import { textLines } from './text-lines.ts';
import type { Theme } from './theme.ts';

/** What is known of the text that a page is to show; a long one is laid out once. */
export type Reading =
  | { readonly kind: 'loading' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'read'; readonly lines: readonly Line[] }
  | { readonly kind: 'failed'; readonly reason: string };

/** A text from outside, and how it is laid out. */
interface Wanted {
  readonly from: 'evidence' | 'statusPath';
  readonly ref: EvidenceRef;
  readonly layOut: (text: string, width: number, theme: Theme) => readonly Line[];
}

export interface ReadingWish {
  readonly spot: Spot;
  readonly outside: Outside;
  /** Of the host whose page is open. */
  readonly ref: EvidenceRef | undefined;
  readonly width: number;
  readonly theme: Theme;
}

type Answer =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** The text of the open page, read when it is first wanted. One that cannot be read is said, not thrown. */
export function useReading({ spot, outside, ref, width, theme }: ReadingWish): Reading {
  const page = pageAt(spot);
  const tab = page?.kind === 'host' ? page.tab : undefined;
  const wanted = useMemo(() => wantedBy(tab, ref), [tab, ref]);
  const [known, setKnown] = useState<{ wanted: Wanted; answer: Answer }>();

  useEffect(() => {
    if (wanted === undefined) return undefined;
    let isCurrent = true;
    const show = (answer: Answer): void => {
      if (isCurrent) setKnown({ wanted, answer });
    };
    outside[wanted.from](wanted.ref).then(
      (text) => show({ kind: 'text', text }),
      (error: unknown) => show({ kind: 'failed', reason: reasonOf(error) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [wanted, outside]);

  const answer = known?.wanted === wanted ? known?.answer : undefined;
  return useMemo(() => {
    if (wanted === undefined) return { kind: 'missing' };
    if (answer === undefined) return { kind: 'loading' };
    if (answer.kind === 'failed') return answer;
    return { kind: 'read', lines: wanted.layOut(answer.text, width, theme) };
  }, [wanted, answer, width, theme]);
}

/** What each tab reads; the first one needs no more than the run's own verdict. */
const READ_BY: Readonly<Partial<Record<Tab, Omit<Wanted, 'ref'>>>> = {
  raw: { from: 'evidence', layOut: evidenceLines },
  history: { from: 'evidence', layOut: historyLines },
  path: { from: 'statusPath', layOut: textLines },
};

function wantedBy(tab: Tab | undefined, ref: EvidenceRef | undefined): Wanted | undefined {
  const read = tab && READ_BY[tab];
  return read && ref && { ...read, ref };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
