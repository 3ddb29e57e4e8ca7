/** What the console says, in every language that it speaks. */
import type { Language } from '../core/entry.ts';
import { english, type Words } from './words-en.ts';
import { italian } from './words-it.ts';
import { japanese } from './words-ja.ts';

export type { Words } from './words-en.ts';

export const WORDS: Readonly<Record<Language, Words>> = {
  en: english,
  it: italian,
  ja: japanese,
};
