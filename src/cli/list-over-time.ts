/** The tables of `list` that need more than one run: cycles, progress, who holds it back, success, recurrences, changes. */
import { PatchwhyError } from '../core/error.ts';
import type { Language } from '../core/entry.ts';
import { readChanges } from '../database/changes.ts';
import type { History } from '../database/history.ts';
import { readLooks } from '../database/read-looks.ts';
import { readMemory } from '../database/read-memory.ts';
import { cycleTrends } from '../history/cycle-trends.ts';
import { isCycle, placeOfPatch } from '../history/cycle.ts';
import type { Memory, Progress } from '../history/memory.ts';
import { recurrences } from '../history/recurrence.ts';
import { successBy } from '../history/success.ts';
import {
  cycleReaches,
  patchReaches,
  SHARES,
  type CycleReach,
  type Wanted,
} from '../history/time-to-patch.ts';
import { severityOf } from '../patches/severity.ts';
import {
  changeLayout,
  cycleLayout,
  heldBackLayout,
  progressLayout,
  recurrenceLayout,
  successLayout,
} from '../outputs/over-time-sheets.ts';
import { OVER_TIME_WORDS } from '../outputs/over-time-words.ts';
import type { OverTimeTable } from './list-options.ts';
import { sheetOf, type ListArguments, type Wish } from './list.ts';
import { historyNeeded } from './open-history.ts';
import type { Rules } from './own-rules.ts';

export async function overTimeText(
  table: OverTimeTable,
  argv: ListArguments,
  wish: Wish,
  rules: Rules,
  language: Language,
): Promise<string> {
  const { cycle } = argv;
  if (cycle !== undefined && !isCycle(cycle))
    throw new PatchwhyError(
      'use',
      `--cycle takes a month, not ${JSON.stringify(cycle)}`,
      'write it as 2026-11',
    );
  if (argv.evidence !== undefined || argv.run === 'demo')
    throw new PatchwhyError(
      'use',
      `list ${table} tells of many runs, not of one`,
      'leave --run and --evidence out; patchwhy demo --history makes a year of runs to look at',
    );
  await using history = await historyNeeded(argv.client, rules);
  switch (table) {
    case 'cycles':
      return cyclesText(await cyclesOf(history, argv, wish), argv, language);
    case 'progress': {
      const memory = await readMemory(history.db);
      const rows = patchReaches(memory, wantedOf(memory, argv, wish)).filter(
        (each) =>
          (cycle === undefined || each.cycle === cycle) &&
          wish.patch({ ...each, offer: { severity: each.severity } }),
      );
      return sheetOf(rows, progressLayout(language), argv);
    }
    case 'held-back': {
      const reaches = await cyclesOf(history, argv, wish);
      // Of the newest month, where none is asked for.
      const one = reaches.at(-1);
      const rows = (one?.heldBack ?? []).map((host) => ({ cycle: one?.cycle ?? '', ...host }));
      return sheetOf(rows, heldBackLayout(language), argv);
    }
    case 'success': {
      const memory = await readMemory(history.db);
      const by = argv.by === 'family' ? argv.by : { label: argv.by };
      return sheetOf(
        successBy(memory, by, rowsOf(memory, argv, wish)),
        successLayout(language),
        argv,
      );
    }
    case 'recurring': {
      const rows = recurrences(await readLooks(history.db)).filter(({ host }) => wish.hosts(host));
      return sheetOf(rows, recurrenceLayout(language), argv);
    }
    case 'changes':
      return sheetOf(await readChanges(history.db), changeLayout(language), argv);
  }
}

type Asked = Pick<ListArguments, 'severity' | 'cycle' | 'host'>;

async function cyclesOf(history: History, argv: Asked, wish: Wish): Promise<readonly CycleReach[]> {
  const memory = await readMemory(history.db);
  return cycleReaches(memory, wantedOf(memory, argv, wish)).filter(
    ({ cycle }) => argv.cycle === undefined || cycle === argv.cycle,
  );
}

function wantedOf(memory: Memory, { severity, host }: Asked, { hosts }: Wish): Wanted {
  return {
    ...(severity !== undefined && { severity: severityOf(severity) }),
    ...(host !== undefined && { host: (at: number) => hosts(memory.hosts[at]?.name ?? '') }),
  };
}

function rowsOf(memory: Memory, { cycle }: Asked, wish: Wish): (row: Progress) => boolean {
  // Once a patch, not once a row.
  const fits = memory.patches.map(
    (patch) => wish.patch(patch) && (cycle === undefined || placeOfPatch(patch).cycle === cycle),
  );
  return ({ patch, host }) => fits[patch] === true && wish.hosts(memory.hosts[host]?.name ?? '');
}

/** The table, and for a person what it comes to. */
function cyclesText(
  reaches: readonly CycleReach[],
  argv: ListArguments,
  language: Language,
): string {
  const sheet = sheetOf(reaches, cycleLayout(language), argv);
  if (argv.json || argv.format !== 'table') return sheet;
  return `${sheet}${trendsText(reaches, language)}`;
}

/** Whether months took longer and longer, in one line. */
export function trendsText(reaches: readonly CycleReach[], language: Language): string {
  const words = OVER_TIME_WORDS[language];
  const { cycles, withinDays, trends } = cycleTrends(reaches);
  const told = SHARES.map((share) => `${share} %: ${words.trends[trends[share]]}`);
  return `\n${words.trend(cycles, withinDays)}: ${told.join('; ')}\n`;
}
