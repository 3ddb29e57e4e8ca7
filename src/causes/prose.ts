/**
 * What people read of a cause, in three languages. A cause's file holds two YAML documents: what the engine runs, and the
 * prose: runbook, sources, and the words in every language. The engine reads the first alone.
 */
import { parseAllDocuments } from 'yaml';
import { LANGUAGES, WORDS, type Language, type Words } from '../core/entry.ts';
import type { CauseId } from '../core/verdict.ts';
import { isFields } from './read-cause.ts';

/** What any cause may say to people, a user's own too. */
export interface BareProse {
  /** Where it is known from, as the authors name it. */
  readonly sources: readonly string[];
  /** In the authors' language: `check`, `fix`, `verify`, `risk` (low, medium, high), `reboot` (yes, no, maybe). */
  readonly runbook: Readonly<Record<string, string>>;
}

export interface Prose extends BareProse {
  readonly id: CauseId;
  readonly category: string;
  readonly words: Readonly<Record<Language, Words>>;
  /** Sources that are a page on the web. */
  readonly links: readonly string[];
}

/** What a document says to people, whatever else stands in it: prose is free. */
export function bareProse(document: unknown): BareProse {
  const { sources, runbook } = isFields(document) ? document : {};
  const steps = isFields(runbook) ? Object.entries(runbook) : [];
  return {
    sources: Array.isArray(sources) ? sources.filter(isText) : [],
    runbook: Object.fromEntries(
      steps.filter(([key, step]) => /^\w+$/.test(key) && isText(step)),
    ) as Record<string, string>,
  };
}

/**
 * The prose of one cause's file.
 * @returns what is missing, as `it: manager: is missing`, where it is not whole.
 */
export function readProse(text: string): Prose | string {
  const [rule, prose] = parseAllDocuments(text).map((one): unknown => one.toJS());
  if (!isFields(rule) || !isFields(prose)) return 'needs two documents: the rule and the prose';
  const { id, category, title, next } = rule;
  const { words, links } = prose;
  const bare = bareProse(prose);
  if (typeof id !== 'string' || typeof category !== 'string' || !isFields(title))
    return 'id, category and title: must be there';
  if (!isFields(prose['runbook']) || !isFields(words)) return 'runbook and words: must be mappings';
  const read = LANGUAGES.map((language): readonly [Language, Words] | string => {
    const own = words[language];
    if (!isFields(own)) return `${language}: is missing`;
    const all = {
      ...(language === 'en' && { ...bare.runbook, next }),
      ...own,
      title: title[language],
    };
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
    ...bare,
    links: Array.isArray(links) ? links.filter(isText) : [],
  };
}

function isLine(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !value.includes('\n');
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
