/** `patchwhy list`: tables of what is stored, for a person, a spreadsheet or a script. */
import { PatchwhyError, type ExitCode } from '../core/error.ts';
import type { Language } from '../core/entry.ts';
import { PATCH_STATUSES, type PatchStatus } from '../core/host-patch.ts';
import { explainCode } from '../causes/codes.ts';
import { suggestion } from '../inventory/nearest.ts';
import { globTest } from '../inventory/glob.ts';
import { causeLayout, hostLayout, runLayout } from '../outputs/host-sheets.ts';
import {
  hostPatchLayout,
  type Layout,
  lifeLayout,
  patchLayout,
  verdictLayout,
} from '../outputs/patch-sheets.ts';
import { sheetText, sorted, type Column, type SheetFormat } from '../outputs/sheet.ts';
import { inInstallOrder } from '../patches/install-order.ts';
import type { PatchSummary } from '../patches/patch-summary.ts';
import { SEVERITIES, severityOf } from '../patches/severity.ts';
import { entriesIn } from './entries.ts';
import { languageOf } from './language.ts';
import { type Grouping, isOverTime, type TableName } from './list-options.ts';
import { tellerOf } from './list-teller.ts';
import { notOfClient } from './open-history.ts';
import { writeAll } from './output-stream.ts';
import { loadRules, type Rules } from './own-rules.ts';
import { scanOf } from './stored-patches.ts';

export interface ListArguments {
  readonly table: TableName;
  readonly run: string;
  readonly client: string | undefined;
  readonly cycle: string | undefined;
  readonly by: Grouping;
  readonly evidence: readonly string[] | undefined;
  readonly host: string | undefined;
  readonly kb: string | undefined;
  readonly title: string | undefined;
  readonly cve: string | undefined;
  readonly status: string | undefined;
  readonly severity: string | undefined;
  readonly all: boolean;
  readonly sort: string | undefined;
  readonly desc: boolean;
  readonly order: 'install' | undefined;
  readonly columns: string | undefined;
  readonly format: SheetFormat;
  readonly json: boolean;
  readonly lang: Language | undefined;
}

export async function listCommand(argv: ListArguments): Promise<ExitCode> {
  const language = argv.lang ?? languageOf(process.env);
  const rules = loadRules(undefined);
  const wish = wishOf(argv);
  await writeAll(process.stdout, await tableText(argv, wish, rules, language));
  return 0;
}

/** What the flags ask for, each checked before anything is read. */
export interface Wish {
  readonly hosts: (name: string) => boolean;
  readonly patch: (patch: Sought) => boolean;
  readonly statuses: ReadonlySet<PatchStatus>;
}

/** What is common to a patch on a host and a patch of the fleet. */
interface Sought {
  readonly kb: string;
  readonly title: string;
  readonly family: string;
  readonly offer: { readonly severity?: string; readonly cves?: readonly string[] };
}

function wishOf(argv: ListArguments): Wish {
  const { host, kb, title, cve, all } = argv;
  const names = (host?.split(',') ?? []).map(globTest);
  const severities = wordsOf('severity', argv.severity, SEVERITIES);
  const wanted = title?.toLowerCase();
  const digits = kb?.replace(/^kb/i, '');
  return {
    hosts: (name) => names.length === 0 || names.some((fits) => fits(name)),
    statuses: wordsOf('status', argv.status, PATCH_STATUSES),
    patch: (patch) =>
      (all || patch.family !== 'definition' || (digits !== undefined && digits !== '')) &&
      (digits === undefined || patch.kb.includes(digits)) &&
      (wanted === undefined || patch.title.toLowerCase().includes(wanted)) &&
      (severities.size === 0 || severities.has(severityOf(patch.offer.severity))) &&
      (cve === undefined || patch.offer.cves?.includes(cve.toUpperCase()) === true),
  };
}

function wordsOf<const W extends string>(
  flag: string,
  text: string | undefined,
  known: readonly W[],
): ReadonlySet<W> {
  const words = (text ?? '').split(',').filter((word) => word !== '');
  return new Set(
    words.map((word) => {
      const found = known.find((each) => each === word.toLowerCase());
      if (found !== undefined) return found;
      throw wrongUse(
        `--${flag} does not know ${JSON.stringify(word)}`,
        suggestion(word, known, `it takes ${known.join(', ')}`),
      );
    }),
  );
}

async function tableText(
  argv: ListArguments,
  wish: Wish,
  rules: Rules,
  language: Language,
): Promise<string> {
  const { table } = argv;
  if (isOverTime(table)) {
    const { overTimeText } = await import('./list-over-time.ts');
    return overTimeText(table, argv, wish, rules, language);
  }
  await using told = await tellerOf(argv, rules);
  if (table === 'runs') return sheetOf(await told.runs(), runLayout(language), argv);
  if (table === 'causes') {
    // Its sites and spans are those of the whole run.
    if (argv.client !== undefined) throw notOfClient('the table of causes', argv.client);
    const causes = (await scanOf(argv.evidence ?? argv.run, rules))?.causes ?? [];
    const entryOf = entriesIn(rules, language, undefined);
    const rows = causes.map((cause) => ({
      ...cause,
      title: entryOf(cause.id)?.title ?? cause.title,
    }));
    return sheetOf(rows, causeLayout(language), argv);
  }
  const meaningOf = (code: string): string =>
    code === '' ? '' : (explainCode(code, rules.catalogue.codes())[0]?.meaning ?? '');
  switch (table) {
    case 'hosts':
      return sheetOf(await arrayOf(told.hosts(wish.hosts)), hostLayout(language), argv);
    case 'patches': {
      const rows = someOf(await told.summaries(wish.hosts, language), wish);
      const ordered = argv.order === 'install' ? inInstallOrder(rows) : byNeed(rows);
      return sheetOf(ordered, patchLayout(language), argv);
    }
    case 'host-patches': {
      const rows = await arrayOf(hostPatchesOf(told.hosts(wish.hosts), wish));
      return sheetOf(rows, hostPatchLayout(language, meaningOf), argv);
    }
    case 'verdicts': {
      const judged = await told.verdicts(wish.hosts);
      const rows = judged.filter((each) => wish.patch({ ...each, family: '', offer: {} }));
      return sheetOf(rows, verdictLayout(language), argv);
    }
    case 'life': {
      const rows = await arrayOf(hostPatchesOf(told.lives(wish.hosts), wish));
      const steps = rows.flatMap((row) => row.patch.life.map((step) => ({ ...row, step })));
      return sheetOf(steps, lifeLayout(language, meaningOf), argv);
    }
  }
}

async function arrayOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function someOf(
  summaries: readonly PatchSummary[],
  { patch, statuses }: Wish,
): readonly PatchSummary[] {
  return summaries.filter(
    (each) =>
      patch(each) &&
      (statuses.size === 0 || [...statuses].some((status) => each.counts[status] > 0)),
  );
}

/** What most needs a hand comes first; equal ones by name, so that two looks at one run are alike. */
function byNeed<
  Row extends { readonly failed: number; readonly targeted: number; readonly key: string },
>(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted(
    (a, b) => b.failed - a.failed || b.targeted - a.targeted || (a.key < b.key ? -1 : 1),
  );
}

async function* hostPatchesOf<Patch extends Sought & { readonly status: PatchStatus }>(
  hosts: AsyncIterable<{ readonly host: string; readonly patches: readonly Patch[] | undefined }>,
  { patch: fits, statuses }: Wish,
) {
  for await (const { host, patches } of hosts) {
    const rank = new Map(PATCH_STATUSES.map((status, at) => [status, at]));
    const rows = (patches ?? [])
      .filter((each) => fits(each) && (statuses.size === 0 || statuses.has(each.status)))
      .toSorted((a, b) => (rank.get(a.status) ?? 0) - (rank.get(b.status) ?? 0));
    for (const patch of rows) yield { host, patch };
  }
}

export function sheetOf<Row>(
  rows: readonly Row[],
  { columns, usual }: Layout<Row>,
  {
    sort,
    desc,
    columns: chosen,
    format,
    json,
  }: Pick<ListArguments, 'sort' | 'desc' | 'columns' | 'format' | 'json'>,
): string {
  const form: SheetFormat = json ? 'json' : format;
  const byId = (id: string, flag: string): Column<Row> => {
    const ids = columns.map((column) => column.id);
    const found = columns.find((column) => column.id === id);
    if (found !== undefined) return found;
    throw wrongUse(
      `--${flag}: there is no column ${JSON.stringify(id)}`,
      suggestion(id, ids, `there is ${ids.join(', ')}`),
    );
  };
  const isAll = chosen === 'all' || (chosen === undefined && (form === 'json' || form === 'csv'));
  const ids = chosen === undefined || chosen === 'all' ? usual : chosen.split(',');
  const shown = isAll ? columns : ids.map((id) => byId(id.trim(), 'columns'));
  const ordered = sort === undefined ? rows : sorted(rows, byId(sort, 'sort'), desc);
  return sheetText({ columns: shown, rows: ordered }, form, process.stdout.columns);
}

function wrongUse(message: string, hint: string): PatchwhyError {
  return new PatchwhyError('use', message, hint);
}
