/** What a reader is told of a cause, and in which language. */
import type { CauseId } from './verdict.ts';

export const LANGUAGES = ['en', 'it', 'ja'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Who reads: those who mend hosts, or those who answer for them. */
export const AUDIENCES = ['tech', 'business'] as const;
export type Audience = (typeof AUDIENCES)[number];

/** The texts on a cause, each one line. `manager` is for readers who do not mend hosts. */
export const WORDS = ['title', 'next', 'manager', 'check', 'fix', 'verify'] as const;
export type Words = Readonly<Record<(typeof WORDS)[number], string>>;

/** A cause as a reader meets it, in one language, with the team's own notes. A user's own cause may have little more than a title. */
export interface Entry extends Partial<Omit<Words, 'title'>> {
  readonly id: CauseId;
  readonly title: string;
  readonly category: string;
  /** What the fix itself can break: low, medium, high. */
  readonly risk?: string;
  /** Whether the fix needs a restart: yes, no, maybe. */
  readonly reboot?: string;
  /** Where it is known from, as the authors name it. */
  readonly sources: readonly string[];
  /** Pages on the web about it. */
  readonly links: readonly string[];
  /** What the team adds, in its own language. */
  readonly note?: string;
}
