/** `patchwhy scan`: everything that can be wrong is found before any contact, then the run begins. */
import type { ExitCode } from '../core/error.ts';
import type { RunInfo } from '../core/event.ts';
import type { Host } from '../core/host.ts';
import { runId, type Asked } from '../store/archive.ts';
import { conduct, takeLocks } from './conduct.ts';
import { NoticeBoard } from './notice-board.ts';
import { chooseHosts, type Choice } from './only.ts';
import { loadRules, rulesDiffer, rulesNotice } from './own-rules.ts';
import { keptFlags, type ScanArguments } from './scan-options.ts';
import type { Sink } from './sink.ts';
import { runAt } from './stored-run.ts';
import { NOWHERE, openStorage } from './storage.ts';
import { findTargets, type Targets } from './targets.ts';
import { wishesOf } from './wishes.ts';

const DEFAULT_THRESHOLD = 3;

/** @param chosen hosts that something else than the command line chose */
export async function scanCommand(typed: ScanArguments, chosen?: Choice): Promise<ExitCode> {
  const rules = loadRules(typed.rules);
  const wishes = wishesOf(typed, rules.catalogue);
  const choice = chosen ?? (await chooseHosts(typed, rules));
  const argv = choice?.argv ?? typed;
  const notices = new NoticeBoard();
  const log = await logFileOf(argv, notices);
  const targets = await findTargets(argv, wishes.hostMs);
  const hosts = choice?.among(targets.hosts) ?? targets.hosts;
  const startedAt = new Date();
  const run: RunInfo = {
    id: runId(startedAt),
    source: targets.source,
    ...(targets.inventory !== undefined && { inventory: targets.inventory }),
    startedAt: startedAt.toISOString(),
    threshold: wishes.recur ?? targets.threshold ?? DEFAULT_THRESHOLD,
    tool: rules.tool,
  };
  const isStored = argv.store && hosts.length > 0;
  // Taken before anybody is asked for a password.
  using locks = await takeLocks(isStored ? locksOf(targets, run) : []);
  const source = await targets.open(hosts, notices);
  for (const text of targets.notices) notices.add('warning', 'input', text);
  for (const text of choice?.notices(targets.hosts) ?? []) notices.add('warning', 'only', text);
  const own = rulesNotice(rules);
  if (own !== undefined) notices.add('info', 'rules', own);
  for (const text of await otherRules(argv, rules.tool)) notices.add('warning', 'rules', text);
  const trouble = (text: string): void => notices.add('warning', 'store', text);
  const storage = isStored
    ? await openStorage(run, askedOf(targets, hosts, argv, rules.files), trouble)
    : NOWHERE;
  const { title } = targets;
  const parts = {
    argv,
    wishes,
    rules,
    run,
    hosts,
    title,
    source,
    storage,
    notices,
    log,
    locks,
  };
  return await conduct({ ...parts, ...(choice?.lastWords && { lastWords: choice.lastWords }) });
}

/** Stored runs that were judged with other rules than these, a sentence each. */
async function otherRules(
  { evidence }: ScanArguments,
  { rules }: RunInfo['tool'],
): Promise<readonly string[]> {
  const runs = await Promise.all((evidence ?? []).map(runAt));
  return runs.flatMap((run) => {
    const text = run && rulesDiffer(run.tool.rules, rules);
    return text === undefined ? [] : [`run ${run?.id} was ${text}`];
  });
}

/** The log file where one is asked for; its parts are loaded only then. */
export async function logFileOf(
  argv: Pick<ScanArguments, 'log-file' | 'verbose' | 'audit-touch'>,
  notices: NoticeBoard,
): Promise<Sink | undefined> {
  const file = argv['log-file'];
  if (file === undefined) return undefined;
  const { openLog } = await import('./log-file.ts');
  return openLog({
    file,
    verbose: argv.verbose,
    auditTouch: argv['audit-touch'],
    onLost: (text) => notices.add('warning', 'log', text),
  });
}

/** The fleet, and the run itself: `resume` must not go on with a run that is still going on. */
function locksOf({ fleet, asked }: Targets, run: RunInfo): readonly string[] {
  if (asked === undefined) return [];
  return fleet === undefined ? [runLock(run)] : [fleet, runLock(run)];
}

export function runLock({ id }: Pick<RunInfo, 'id'>): string {
  return `run ${id}`;
}

function askedOf(
  { asked }: Targets,
  hosts: readonly Host[],
  argv: ScanArguments,
  rules: readonly string[],
): Asked | undefined {
  if (asked === undefined) return undefined;
  return {
    ...asked,
    ...(argv.only !== undefined && { only: argv.only }),
    flags: keptFlags(argv),
    ...(rules.length > 0 && { rules }),
    hosts: hosts.map(({ id }) => id),
  };
}
