/** What the console is to remember from one run to the next: how things are looked at, never what was seen. */
import { type Spot, START } from './spot.ts';
import { type ThemeName, THEME_NAMES } from './theme-names.ts';

export interface Settings {
  /** Absent: as many columns as there is room for. */
  readonly columns?: readonly string[] | undefined;
  readonly by: string;
  readonly sort: string;
  readonly isReversed: boolean;
  readonly hasDetail: boolean;
  readonly themeName: ThemeName;
  /** Filters that were kept, the last one first. */
  readonly kept: readonly string[];
}

const MOST_KEPT = 20;

export function settingsOf({
  columns,
  by,
  sort,
  isReversed,
  hasDetail,
  themeName,
  kept,
}: Spot): Settings {
  return { columns, by, sort, isReversed, hasDetail, themeName, kept: kept.slice(0, MOST_KEPT) };
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
    themeName,
    kept,
  }: Partial<Record<keyof Settings, unknown>> = value;
  const isRight =
    (columns === undefined || areTexts(columns)) &&
    typeof by === 'string' &&
    typeof sort === 'string' &&
    typeof isReversed === 'boolean' &&
    typeof hasDetail === 'boolean' &&
    isThemeName(themeName) &&
    areTexts(kept);
  return isRight ? { columns, by, sort, isReversed, hasDetail, themeName, kept } : undefined;
}

function isThemeName(value: unknown): value is ThemeName {
  return THEME_NAMES.some((name) => name === value);
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
