/** What the console is to remember from one run to the next: how things are looked at, never what was seen. */
import { type Spot, START } from './spot.ts';

export interface Settings {
  /** Absent: as many columns as there is room for. */
  readonly columns?: readonly string[] | undefined;
  readonly by: string;
  readonly sort: string;
  readonly isReversed: boolean;
  readonly hasDetail: boolean;
  /** Filters that were kept, the last one first. */
  readonly kept: readonly string[];
}

const MOST_KEPT = 20;

export function settingsOf({ columns, by, sort, isReversed, hasDetail, kept }: Spot): Settings {
  return { columns, by, sort, isReversed, hasDetail, kept: kept.slice(0, MOST_KEPT) };
}

export const USUAL: Settings = settingsOf(START);

/** Settings as somebody may have written them; undefined where they are none. */
export function parseSettings(value: unknown): Settings | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const {
    columns,
    by,
    sort,
    isReversed,
    hasDetail,
    kept,
  }: Partial<Record<keyof Settings, unknown>> = value;
  const isRight =
    (columns === undefined || areTexts(columns)) &&
    typeof by === 'string' &&
    typeof sort === 'string' &&
    typeof isReversed === 'boolean' &&
    typeof hasDetail === 'boolean' &&
    areTexts(kept);
  return isRight ? { columns, by, sort, isReversed, hasDetail, kept } : undefined;
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
