/** `patchwhy demo --history`: a year of the demo fleet, in a state folder of its own, and what it comes to. */
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExitCode } from '../core/error.ts';
import type { Language } from '../core/entry.ts';
import type { RunInfo } from '../core/event.ts';
import { HEALTHY } from '../core/verdict.ts';
import { addChange, readChanges } from '../database/changes.ts';
import { openHistory, type Place } from '../database/history.ts';
import { readMemory } from '../database/read-memory.ts';
import { readVerdicts } from '../database/read-patches.ts';
import { CHANGES, demoYear, type DemoDocument, type DemoMonth } from '../demo/year.ts';
import { createJudge } from '../engine/judge.ts';
import { scan } from '../engine/scan.ts';
import { successBy } from '../history/success.ts';
import { cycleReaches } from '../history/time-to-patch.ts';
import { cycleLayout, successLayout } from '../outputs/over-time-sheets.ts';
import { type Layout, verdictLayout } from '../outputs/patch-sheets.ts';
import { ScanDocumentBuilder } from '../outputs/scan-document.ts';
import { sheetText } from '../outputs/sheet.ts';
import { openStored } from '../sources/stored.ts';
import type { Evidence } from '../core/look.ts';
import { Archive, runId } from '../store/archive.ts';
import { changeText, comparisonOf } from './change.ts';
import { FLEET } from './demo-plan.ts';
import { languageOf } from './language.ts';
import { trendsText } from './list-over-time.ts';
import { writeAll } from './output-stream.ts';
import { loadRules, type Rules } from './own-rules.ts';
import { rememberAll } from './remember.ts';
import { judgedAgain } from './stored-run.ts';

export async function demoHistoryCommand(lang: Language | undefined): Promise<ExitCode> {
  const rules = loadRules(undefined);
  const language = lang ?? languageOf(process.env);
  const state = await mkdtemp(join(tmpdir(), 'patchwhy-demo-year-'));
  const client = await makeDemoYear({ state }, rules);
  await using history = await openHistory({ state }, client);
  const memory = await readMemory(history.db);
  const reaches = cycleReaches(memory);
  const show = <Row>({ columns, usual }: Layout<Row>, rows: readonly Row[]): string => {
    const shown = columns.filter(({ id }) => usual.includes(id));
    return sheetText({ columns: shown, rows }, 'table', process.stdout.columns);
  };
  const july = memory.runs.find(({ id }) => id.startsWith('2026-07'))?.id ?? 'last';
  const parts = [
    heading('list cycles'),
    show(cycleLayout(language), reaches),
    trendsText(reaches, language),
    heading('list success --by site'),
    show(successLayout(language), successBy(memory, { label: 'site' })),
    heading(`list verdicts --run ${july}`),
    show(verdictLayout(language), ((await readVerdicts(history.db, july)) ?? []).slice(0, 4)),
  ];
  for (const change of await readChanges(history.db)) {
    parts.push(heading(`change show ${change.uid}`));
    parts.push(changeText(await comparisonOf(history, change), language));
  }
  parts.push(`
A year of ${memory.runs.length} runs over ${memory.hosts.length} hosts. To look around in it:

  export PATCHWHY_STATE=${state}
  patchwhy list runs
  patchwhy list progress --cycle 2026-07
  patchwhy list held-back
  patchwhy list recurring
  patchwhy history mi-cassa-01 --all
  patchwhy diff

Remove the folder when you are done; nothing else was touched.
`);
  await writeAll(process.stdout, parts.join(''));
  return 0;
}

function heading(command: string): string {
  return `\n$ patchwhy ${command}\n`;
}

/** The runs' files and the history of a year, the same every time. @returns the name of its client */
export async function makeDemoYear(place: Place, rules: Rules): Promise<string> {
  const fleet = (await readFile(FLEET, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as DemoDocument);
  const judged = await judgedAgain([FLEET], rules);
  const well = new Set(
    (judged?.hosts ?? []).filter(({ cause }) => cause === HEALTHY).map(({ name }) => String(name)),
  );
  for (const month of demoYear(fleet, (host) => well.has(host)))
    await storeMonth(place.state, month, rules);
  await rememberAll(place, rules);
  const client = fleet[0]?.labels['client'] ?? '';
  await using history = await openHistory(place, client);
  for (const change of CHANGES) await addChange(history.db, change, change.at);
  return client;
}

async function storeMonth(
  state: string,
  { startedAt, documents }: DemoMonth,
  { catalogue, tool }: Rules,
): Promise<void> {
  const started = new Date(startedAt);
  const run: RunInfo = {
    id: runId(started, () => 0),
    source: 'demo',
    startedAt: started.toISOString(),
    threshold: 3,
    tool,
  };
  const archive = await Archive.create(state, { run }, (error) => {
    throw error;
  });
  await Promise.all(documents.map((document) => archive.keep(document as unknown as Evidence)));
  const { hosts, source } = await openStored([archive.evidence]);
  const builder = new ScanDocumentBuilder();
  const events = scan({
    run,
    hosts,
    source,
    judge: createJudge(catalogue),
    forks: 16,
    stop: new AbortController().signal,
    // Half an hour for the whole fleet.
    now: () => new Date(startedAt + 30 * 60_000).toISOString(),
  });
  for await (const event of events) builder.apply(event);
  await archive.finish(`${JSON.stringify(builder.document(), null, 1)}\n`);
}
