/** `patchwhy runbook`: the team's handbook, from all causes and the team's own notes. */
import type { Entry, Language } from '../core/entry.ts';
import type { Catalogue } from '../causes/catalogue.ts';
import { PatchwhyError, type ExitCode } from '../core/error.ts';
import { suggestion } from '../inventory/nearest.ts';
import { runbookHtml, runbookMarkdown, type Chapter } from '../outputs/runbook-text.ts';
import { entriesIn } from './entries.ts';
import { languageOf } from './language.ts';
import { loadRules } from './own-rules.ts';
import { writeAll } from './output-stream.ts';

export interface RunbookArguments {
  readonly cause: string | undefined;
  readonly lang: Language | undefined;
  readonly format: 'md' | 'html';
  readonly notes: string | undefined;
  readonly rules: readonly string[] | undefined;
}

export async function runbookCommand({
  cause,
  lang,
  format,
  notes,
  rules: given,
}: RunbookArguments): Promise<ExitCode> {
  const rules = loadRules(given);
  const { catalogue } = rules;
  const language = lang ?? languageOf(process.env);
  const ids = new Set(catalogue.causes.keys());
  if (cause !== undefined && !ids.has(cause)) {
    throw new PatchwhyError(
      'runbook.unknown',
      `"${cause}" is no cause`,
      suggestion(cause, ids, 'patchwhy runbook shows all of them'),
    );
  }
  const entryOf = entriesIn(rules, language, notes);
  const entries = (cause === undefined ? [...ids] : [cause]).flatMap((id) => entryOf(id) ?? []);
  const write = format === 'html' ? runbookHtml : runbookMarkdown;
  await writeAll(process.stdout, write(chaptersOf(entries, catalogue), language));
  return 0;
}

/** By category, in the catalogue's order; within one by id, so that two prints can be compared. */
function chaptersOf(entries: readonly Entry[], { categories }: Catalogue): Chapter[] {
  return categories
    .map((category) => ({
      category,
      entries: entries
        .filter((entry) => entry.category === category)
        .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    }))
    .filter((chapter) => chapter.entries.length > 0);
}
