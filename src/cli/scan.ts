/** `patchwhy scan`: everything that can be wrong is found before any contact, then the run begins. */
import type { ExitCode } from '../core/error.ts';
import { PatchwhyError } from '../core/error.ts';
import { createJudge } from '../engine/judge.ts';
import { runId } from '../store/archive.ts';
import { hasColor, isAscii } from '../tui/manners.ts';
import { takeRunLock } from '../store/run-lock.ts';
import { stateFolder } from '../store/state-folder.ts';
import { shippedCatalogue } from './catalogue.ts';
import { NoticeBoard } from './notice-board.ts';
import { canBeLive, runScan, type Format, type Presentation } from './run.ts';
import { countOf, durationOf, failOnOf, type ScanArguments } from './scan-options.ts';
import type { Sink } from './sink.ts';
import { openStorage } from './storage.ts';
import { findTargets, type Targets } from './targets.ts';
import { VERSION } from './version.ts';
import { youngGenerationCap } from './young-generation.ts';

const DEFAULT_THRESHOLD = 3;

export async function scanCommand(argv: ScanArguments): Promise<ExitCode> {
  const forks = countOf('forks', argv.forks);
  if (argv.json && argv.jsonl) {
    throw new PatchwhyError(
      'use',
      '--json and --jsonl do not go together',
      'take --json for one document, --jsonl for events as they come',
    );
  }
  const deadlineMs =
    argv.deadline === undefined ? undefined : durationOf('deadline', argv.deadline);
  const failOn = argv['fail-on'] === undefined ? undefined : failOnOf(argv['fail-on']);
  const catalogue = shippedCatalogue();
  if (failOn?.kind === 'cause' && !catalogue.causes.has(failOn.cause)) {
    throw new PatchwhyError(
      'use',
      `--fail-on: there is no cause "${failOn.cause}"`,
      'its ids are those that scan --json prints',
    );
  }
  const hostMs = argv.timeout === undefined ? undefined : durationOf('timeout', argv.timeout);
  const targets = await findTargets(argv, hostMs);
  using _lock = await fleetLock(targets, argv.store);
  const notices = new NoticeBoard();
  const source = await targets.open(notices);
  const startedAt = new Date();
  const run = {
    id: runId(startedAt),
    source: targets.source,
    ...(targets.inventory !== undefined && { inventory: targets.inventory }),
    startedAt: startedAt.toISOString(),
    threshold:
      argv.recur === undefined
        ? (targets.threshold ?? DEFAULT_THRESHOLD)
        : countOf('recur', argv.recur),
    tool: { name: 'patchwhy' as const, version: VERSION, catalogue: catalogue.version },
  };
  for (const text of targets.notices) notices.add('warning', 'input', text);
  const storage = await openStorage(run, argv.store, (text) =>
    notices.add('warning', 'store', text),
  );
  const code = await runScan(
    (stop) => ({
      run,
      hosts: targets.hosts,
      source,
      judge: createJudge(catalogue),
      forks,
      stop,
      onTell: (tell) => notices.open(tell),
      now: () => new Date().toISOString(),
      reasons: storage.reasons,
      ...(failOn && { failOn }),
      ...(storage.keep && { keep: storage.keep }),
    }),
    presentationOf(argv, targets),
    [...storage.sinks, closing(notices), youngGenerationCap()],
    deadlineMs,
  );
  await source.close?.();
  return code;
}

/** Taken before anybody is asked for a password; given back however the process ends. */
async function fleetLock({ fleet }: Targets, isStored: boolean): Promise<Disposable> {
  if (fleet === undefined || !isStored) return { [Symbol.dispose]: () => undefined };
  const lock = await takeRunLock(stateFolder(process.env), fleet);
  const release = (): void => lock.release();
  process.once('exit', release);
  return { [Symbol.dispose]: release };
}

/** From the last event on, what there is to say goes to stderr. */
function closing(notices: NoticeBoard): Sink {
  return {
    take: (event) => {
      if (event.type === 'run.finished') notices.close();
    },
    end: () => Promise.resolve(),
  };
}

function presentationOf(argv: ScanArguments, targets: Targets): Presentation {
  return {
    format: formatOf(argv),
    title: targets.title,
    isAscii: argv.ascii || isAscii(process.env),
    hasColor: argv.color && hasColor(process.env),
    verbose: argv.verbose,
    auditTouch: argv['audit-touch'],
    nextCommand: 'patchwhy explain HOST',
  };
}

function formatOf({ json, jsonl, plain, verbose }: ScanArguments): Format {
  if (json) return 'json';
  if (jsonl) return 'jsonl';
  return !plain && verbose === 0 && canBeLive(process.env) ? 'live' : 'table';
}
