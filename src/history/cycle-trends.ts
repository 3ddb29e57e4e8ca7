/** Whether months of updates take longer and longer, or less and less. */
import { type CycleReach, type Share, SHARES } from './time-to-patch.ts';
import { type Trend, trendOf } from './trend.ts';

export interface CycleTrends {
  /** Cycles that have ended: of one that goes on, nobody knows yet. */
  readonly cycles: number;
  /** An old month has had longer to get done than a new one: each is judged by what it reached in so many days. */
  readonly withinDays: number;
  readonly trends: Readonly<Record<Share, Trend>>;
}

/** @param reaches oldest first */
export function cycleTrends(reaches: readonly CycleReach[]): CycleTrends {
  const ended = reaches.filter(({ isOpen }) => !isOpen);
  const withinDays = Math.floor(Math.min(...ended.map(({ followedDays }) => followedDays), 9999));
  const trend = (share: Share): Trend =>
    trendOf(
      ended.map(({ days }) => {
        const count = days[share];
        return count !== undefined && count <= withinDays ? count : undefined;
      }),
    );
  const [first, second, third] = SHARES;
  return {
    cycles: ended.length,
    withinDays: ended.length === 0 ? 0 : withinDays,
    trends: { [first]: trend(first), [second]: trend(second), [third]: trend(third) },
  };
}
