/** How old something is, in the largest unit that fits. */
import type { Language } from '../core/entry.ts';

const STEPS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/**
 * `2 days`, `1 hour`, `0 seconds`. A time that lies ahead, as a host's clock may have it, is no age: 0.
 *
 * @param then UTC, ISO 8601
 */
export function age(now: Date, then: string, language: Language = 'en'): string {
  const seconds = Math.max(0, (now.getTime() - Date.parse(then)) / 1000);
  const [unit, size] = STEPS.find(([, least]) => seconds >= least) ?? (['second', 1] as const);
  const count = Math.floor(seconds / size);
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(
    count,
  );
}
