import { useEffect, useMemo, useState } from 'react';
import type { EvidenceRef } from '../core/event.ts';
import { evidenceLines } from './evidence-lines.ts';
import { historyLines } from './history-lines.ts';
import type { Line } from './line.ts';
import type { Outside, PastRun } from './outside.ts';
import type { Reading } from './reading.ts';
import { type Page, pageAt, type Spot } from './spot.ts';
import { textLines } from './text-lines.ts';
import type { Theme } from './theme.ts';

type Content = string | readonly PastRun[];

/** Something from outside: how it is read, and how its text is laid out. */
interface Wanted {
  readonly read: (outside: Outside) => Promise<Content>;
  readonly layOut: (text: string, width: number, theme: Theme) => readonly Line[];
}

type Answer =
  | { readonly kind: 'content'; readonly content: Content }
  | { readonly kind: 'failed'; readonly reason: string };

export interface ReadingWish {
  readonly spot: Spot;
  readonly outside: Outside;
  /** Of the host whose page is open. */
  readonly ref: EvidenceRef | undefined;
  readonly width: number;
  readonly theme: Theme;
}

/** What the open page shows from outside, read when it is first wanted. What cannot be read is said, not thrown. */
export function useReading({ spot, outside, ref, width, theme }: ReadingWish): Reading {
  const { kind, tab } = pageAt(spot) ?? {};
  const wanted = useMemo(() => wantedBy(kind, tab, ref), [kind, tab, ref]);
  const [known, setKnown] = useState<{ wanted: Wanted; answer: Answer }>();

  useEffect(() => {
    if (wanted === undefined) return undefined;
    let isCurrent = true;
    const show = (answer: Answer): void => {
      if (isCurrent) setKnown({ wanted, answer });
    };
    wanted.read(outside).then(
      (content) => show({ kind: 'content', content }),
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
    const { content } = answer;
    if (typeof content !== 'string') return { kind: 'runs', runs: content };
    return { kind: 'read', lines: wanted.layOut(content, width, theme) };
  }, [wanted, answer, width, theme]);
}

/** What each page reads; a host's first tab needs no more than the run's own verdict. */
function wantedBy(
  kind: Page['kind'] | undefined,
  tab: Page['tab'] | undefined,
  ref: EvidenceRef | undefined,
): Wanted | undefined {
  if (kind === 'runs') return { read: (outside) => outside.runs(), layOut: textLines };
  if (kind === 'doctor') return { read: (outside) => outside.doctor(), layOut: textLines };
  if (ref === undefined || tab === 'evidence') return undefined;
  if (tab === 'path') return { read: (outside) => outside.statusPath(ref), layOut: textLines };
  return {
    read: (outside) => outside.evidence(ref),
    layOut: tab === 'raw' ? evidenceLines : historyLines,
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
