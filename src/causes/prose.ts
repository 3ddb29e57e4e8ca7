/**
 * What people read of a cause, in three languages. A cause's file holds two YAML documents: what the engine runs, and the
 * prose: runbook, sources, and the words in every language. The engine reads the first alone.
 */
import { parseAllDocuments } from 'yaml';
import { LANGUAGES, WORDS, type Language, type Words } from '../core/entry.ts';
import type { CauseId } from '../core/verdict.ts';
import { isFields } from './read-cause.ts';

export interface Prose {
  readonly id: CauseId;
  readonly category: string;
  readonly words: Readonly<Record<Language, Words>>;
  /** What the fix itself can break: low, medium, high. */
  readonly risk: string;
  /** Whether the fix needs a restart: yes, no, maybe. */
  readonly reboot: string;
  /** Where it is known from, as the authors name it. */
  readonly sources: readonly string[];
  /** The same where it is a page on the web. */
  readonly links: readonly string[];
}

/**
 * The prose of one cause's file.
 * @returns what is missing, as `it: manager: is missing`, where it is not whole.
 */
export function readProse(text: string): Prose | string {
  const [rule, prose] = parseAllDocuments(text).map((one): unknown => one.toJS());
  if (!isFields(rule) || !isFields(prose)) return 'needs two documents: the rule and the prose';
  const { id, category, title, next } = rule;
  const { runbook, sources, words, links } = prose;
  if (typeof id !== 'string' || typeof category !== 'string' || !isFields(title))
    return 'id, category and title: must be there';
  if (!isFields(runbook) || !isFields(words)) return 'runbook and words: must be mappings';
  const read = LANGUAGES.map((language): readonly [Language, Words] | string => {
    const own = words[language];
    if (!isFields(own)) return `${language}: is missing`;
    const all = { ...(language === 'en' && { ...runbook, next }), ...own, title: title[language] };
    const absent = WORDS.find((name) => !isLine(Reflect.get(all, name)));
    return absent === undefined
      ? [language, Object.fromEntries(WORDS.map((name) => [name, Reflect.get(all, name)])) as Words]
      : `${language}: ${absent}: is missing`;
  });
  const fault = read.find((one) => typeof one === 'string');
  if (fault !== undefined) return fault;
  return {
    id,
    category,
    words: Object.fromEntries(read as [Language, Words][]) as Prose['words'],
    risk: String(runbook['risk']),
    reboot: String(runbook['reboot']),
    sources: Array.isArray(sources) ? sources.map(String) : [],
    links: Array.isArray(links) ? links.map(String) : [],
  };
}

function isLine(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !value.includes('\n');
}
