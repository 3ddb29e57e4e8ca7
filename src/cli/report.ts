/** `patchwhy report`: what a stored run comes to, for those who answer for the fleet. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PatchwhyError, errnoOf, type ExitCode } from '../core/error.ts';
import type { Language } from '../core/entry.ts';
import { PatchBook } from '../patches/patch-summary.ts';
import { reportHtml, reportMarkdown } from '../reports/blocks.ts';
import type { ReportParts } from '../reports/report-parts.ts';
import { REPORTS, type ReportKind } from '../reports/reports.ts';
import { EVIDENCE_FILE } from '../store/archive.ts';
import { FLEET } from './demo-plan.ts';
import { entriesIn } from './entries.ts';
import { languageOf } from './language.ts';
import { writeAll } from './output-stream.ts';
import { loadRules, type Rules } from './own-rules.ts';
import { patchesOfRun } from './stored-patches.ts';
import { findRun, judgedAgain, resultOf } from './stored-run.ts';

export const REPORT_FORMATS = ['html', 'md', 'json'] as const;

export interface ReportArguments {
  readonly kind: ReportKind;
  readonly run: string;
  readonly format: (typeof REPORT_FORMATS)[number];
  readonly output: string | undefined;
  readonly lang: Language | undefined;
  readonly notes: string | undefined;
}

export async function reportCommand(argv: ReportArguments): Promise<ExitCode> {
  const rules = loadRules(undefined);
  const language = argv.lang ?? languageOf(process.env);
  const told = REPORTS[argv.kind](await partsIn(argv, rules, language));
  const text = textOf(told, argv.format, language);
  if (argv.output === undefined) await writeAll(process.stdout, text);
  else await save(argv.output, text);
  return 0;
}

function textOf(
  { figures, report: reportIn }: ReturnType<(typeof REPORTS)[ReportKind]>,
  format: ReportArguments['format'],
  language: Language,
): string {
  if (format === 'json') return `${JSON.stringify(figures, undefined, 2)}\n`;
  const report = reportIn(language);
  return format === 'html' ? reportHtml(report) : reportMarkdown(report);
}

async function partsIn(
  { run: word, notes }: ReportArguments,
  rules: Rules,
  language: Language,
): Promise<ReportParts> {
  const folder = word === 'demo' ? undefined : (await findRun(word)).folder;
  const scan = await (folder === undefined ? judgedAgain([FLEET], rules) : resultOf(folder, rules));
  if (scan === undefined)
    throw new PatchwhyError(
      'report.nothing',
      `run ${word} brought nothing home`,
      'take another one: patchwhy list runs',
    );
  const book = new PatchBook(language);
  for await (const host of patchesOfRun(folder ?? 'demo', rules, () => true)) book.note(host);
  return {
    scan,
    patches: [...book.summaries()],
    entryOf: entriesIn(rules, language, notes),
    evidence: await hashOf(folder === undefined ? FLEET : join(folder, EVIDENCE_FILE)),
  };
}

/** Undefined where there is no such file. */
async function hashOf(file: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  return hash.digest('hex');
}

async function save(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw new PatchwhyError(
      'report.unwritable',
      `${file} cannot be written (${errnoOf(cause) ?? 'unknown'})`,
      'name another file with -o, or print it: > FILE',
      { cause, exitCode: 1 },
    );
  }
}
