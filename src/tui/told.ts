/** What a cause is called and what is to be done, in the reader's language; as it came with the verdict where there is no other. */
import type { CauseId } from '../core/verdict.ts';
import type { Drawing } from './run-lines.ts';

interface Told {
  readonly id: CauseId;
  readonly title: string | undefined;
  readonly next?: string | undefined;
}

export function titleTold({ id, title }: Told, drawing: Drawing): string | undefined {
  return (isOther(drawing) ? drawing.entryOf(id)?.title : undefined) ?? title;
}

export function nextTold({ id, next }: Told, drawing: Drawing): string | undefined {
  return (isOther(drawing) ? drawing.entryOf(id)?.next : undefined) ?? next;
}

/** Verdicts speak English. */
const isOther = ({ theme }: Drawing): boolean => theme.language !== 'en';
