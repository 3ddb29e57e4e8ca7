/**
 * A year of 10,000 hosts, twelve runs, about 50 patches each: how long a run takes to be stored, tables and figures to be
 * told, and how much room all takes. `npm run build && npm run bench history`; with PATCHWHY_BENCH_POSTGRES=URL in
 * PostgreSQL too. HOSTS=1000 for a quick look.
 */
import {
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  mkdirSync,
  readdirSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { loadRules } from '../src/cli/own-rules.ts';
import { rememberRun } from '../src/cli/remember.ts';
import { judgedAgain } from '../src/cli/stored-run.ts';
import { Secret } from '../src/core/secret.ts';
import { openHistory, type Place } from '../src/database/history.ts';
import { readMemory } from '../src/database/read-memory.ts';
import { readSummaries } from '../src/database/read-patches.ts';
import { readRunIds, readStandings } from '../src/database/read-runs.ts';
import { demoYear, type DemoDocument, type DemoMonth } from '../src/demo/year.ts';
import { compareRuns } from '../src/history/compare-runs.ts';
import { cycleTrends } from '../src/history/cycle-trends.ts';
import { successBy } from '../src/history/success.ts';
import { cycleReaches, patchReaches } from '../src/history/time-to-patch.ts';
import type { ScanDocument } from '../src/outputs/scan-document.ts';
import { EVIDENCE_FILE, RESULT_FILE, RUN_FILE, runId, runsFolder } from '../src/store/archive.ts';
import { postgresPrograms, startPostgres } from '../test/support/postgres.ts';
import { costOf } from './program-cost.ts';

const HOSTS = Number(process.env['HOSTS'] ?? 10_000);
/** Beside what the demo's documents speak of, so that there are about 50 a host. */
const MORE_PATCHES = 46;
const PROGRAM = new URL('../bin/patchwhy.js', import.meta.url).pathname;
const FLEET = new URL('../demo/fleet.ndjson', import.meta.url).pathname;

const rules = loadRules(undefined);
const fleet = readFileSync(FLEET, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as DemoDocument);
const folder = mkdtempSync(join(tmpdir(), 'patchwhy-bench-'));
let failed = false;

try {
  const months = await made();
  const sqlite = await measured('SQLite', { state: folder }, months);
  const bytes = readdirSync(join(folder, 'history'))
    .map((name) => statSync(join(folder, 'history', name)).size)
    .reduce((sum, size) => sum + size, 0);
  told('database', bytes / 1e9, 1.5, 'GB');
  for (const words of [['list', 'patches'], ['diff'], ['list', 'cycles']]) {
    const { wallMs, peakMb } = await costOf([process.execPath, PROGRAM, ...words], {
      PATCHWHY_STATE: folder,
    });
    told(`patchwhy ${words.join(' ')}`, wallMs / 1000, words[1] === 'cycles' ? 10 : 1, 's');
    told('  its memory', peakMb, 500, 'MB');
  }
  if (postgresPrograms() === undefined) console.log('PostgreSQL: left out, it is not here');
  else {
    await using server = await startPostgres();
    const place = { state: folder, url: new Secret(server.url) };
    const postgres = await measured('PostgreSQL', place, months);
    for (const [what, took] of Object.entries(postgres))
      told(`PostgreSQL against SQLite, ${what}`, took / (sqlite[what] ?? 1), 2, 'times');
  }
} finally {
  rmSync(folder, { recursive: true });
}
if (failed) process.exitCode = 1;

interface Made {
  readonly id: string;
  readonly folder: string;
}

/** The runs' folders, as scans leave them. One fleet in a hundred copies: what is judged is the same in each. */
async function made(): Promise<readonly Made[]> {
  const judged = await judgedAgain([FLEET], rules);
  const well = new Set(
    (judged?.hosts ?? []).filter(({ cause }) => cause === 'none').map(({ name }) => String(name)),
  );
  const months = [];
  for (const month of demoYear(fleet, (host) => well.has(host)))
    months.push(await madeMonth(month));
  return months;
}

async function madeMonth({ startedAt, documents, cycle }: DemoMonth): Promise<Made> {
  const id = runId(new Date(startedAt), () => 0);
  const run = join(runsFolder(folder), id);
  mkdirSync(run, { recursive: true });
  const file = join(run, EVIDENCE_FILE);
  writeFileSync(file, documents.map((each) => `${JSON.stringify(each)}\n`).join(''));
  const judged = await judgedAgain([file], rules);
  if (judged === undefined) throw new Error('the demo fleet is not judged');
  const byName = new Map(judged.hosts.map((host) => [String(host['name']), host]));
  const lines: string[] = [];
  const hosts: ScanDocument['hosts'][number][] = [];
  for (let at = 0; at < HOSTS; at += 1) {
    const document = documents[at % documents.length];
    if (document === undefined) continue;
    const name = `${document.host}-${Math.floor(at / documents.length)}`;
    lines.push(JSON.stringify(withMore({ ...document, host: name }, cycle, at)));
    hosts.push({ ...byName.get(document.host), name });
  }
  writeFileSync(file, `${lines.join('\n')}\n`);
  const startedText = new Date(startedAt).toISOString();
  const about = { id, source: 'inventory' as const, inventory: 'bench.yaml', threshold: 3 };
  const result: ScanDocument = {
    ...judged,
    run: { ...about, startedAt: startedText, finishedAt: startedText },
    hosts,
    complete: true,
  };
  writeFileSync(join(run, RESULT_FILE), JSON.stringify(result));
  writeFileSync(
    join(run, RUN_FILE),
    JSON.stringify({
      schema: 'patchwhy/run/1',
      ...about,
      startedAt: startedText,
      tool: rules.tool,
    }),
  );
  return { id, folder: run };
}

/** Hotfixes as a host of some years lists them. */
function withMore(document: DemoDocument, cycle: string, at: number): DemoDocument {
  if (document.os === undefined) return document;
  const month = Number(cycle.slice(5)) + 12 * (Number(cycle.slice(0, 4)) - 2025);
  const hotfixes = Array.from({ length: MORE_PATCHES }, (_, each) => ({
    kb: `KB4${String(month * 4 + each + (at % 3) * 100).padStart(6, '0')}`,
    installedOn: `2025-0${1 + (each % 9)}-1${each % 10}`,
  }));
  const own = Array.isArray(document['hotfixes']) ? document['hotfixes'] : [];
  return { ...document, hotfixes: [...own, ...hotfixes] };
}

async function measured(
  name: string,
  place: Place,
  months: readonly Made[],
): Promise<Record<string, number>> {
  const stored: number[] = [];
  for (const { folder: run } of months)
    stored.push(await seconds(() => rememberRun(place, run, rules)));
  const usual = stored.toSorted((a, b) => a - b)[Math.floor(stored.length / 2)] ?? 0;
  told(`${name}: a run of ${HOSTS} hosts stored, the median of ${months.length}`, usual, 20, 's');
  console.log(`  ${stored.map((took) => took.toFixed(1)).join(', ')}`);
  await using history = await openHistory(place, 'aurelia');
  const { db } = history;
  const rows = await db
    .selectFrom('host_patch')
    .select((each) => each.fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow();
  console.log(`${name}: ${(rows.rows / 1e6).toFixed(2)} million rows of patches on hosts`);
  const [last = '', before = ''] = await readRunIds(db);
  const patches = await seconds(() => readSummaries(db, last, 'en'));
  told(`${name}: patches of a run`, patches, 1, 's');
  const diff = await seconds(async () => {
    const [then, now] = [await readStandings(db, before), await readStandings(db, last)];
    compareRuns({ threshold: 3, hosts: then }, { threshold: 3, hosts: now });
  });
  told(`${name}: two runs compared`, diff, 1, 's');
  const year = await seconds(async () => {
    const memory = await readMemory(db);
    cycleTrends(cycleReaches(memory));
    patchReaches(memory);
    successBy(memory, { label: 'site' });
    successBy(memory, 'family');
  });
  told(`${name}: figures of the year`, year, 10, 's');
  return { storing: usual, patches, diff, year };
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function told(what: string, value: number, limit: number, unit: string): void {
  const isWithin = value <= limit;
  if (!isWithin) failed = true;
  console.log(
    `${what}: ${value.toPrecision(3)} ${unit} (limit ${limit}${isWithin ? '' : ', MISSED'})`,
  );
}
