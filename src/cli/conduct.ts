/** Carries out a run that is prepared: locks before it, engine, screen and sinks around it, everything closed after it. */
import type { ExitCode } from '../core/error.ts';
import type { RunInfo } from '../core/event.ts';
import type { Host } from '../core/host.ts';
import { createJudge } from '../engine/judge.ts';
import type { ScanPlan } from '../engine/scan.ts';
import type { Source } from '../sources/source.ts';
import { takeRunLock } from '../store/run-lock.ts';
import { stateFolder } from '../store/state-folder.ts';
import { hasColor, isAscii } from '../tui/manners.ts';
import { languageOf } from './language.ts';
import type { NoticeBoard } from './notice-board.ts';
import type { Rules } from './own-rules.ts';
import { canBeLive, runScan, type Format, type Presentation } from './run.ts';
import type { ScanArguments } from './scan-options.ts';
import type { Sink } from './sink.ts';
import type { Storage } from './storage.ts';
import { heapKeeper } from './tight-heap.ts';
import type { Wishes } from './wishes.ts';

export interface Prepared extends Pick<ScanPlan, 'lastWords'> {
  readonly argv: ShownArguments;
  readonly wishes: Wishes;
  readonly rules: Rules;
  readonly run: RunInfo;
  readonly hosts: readonly Host[];
  /** Short, for the top line of the screen. */
  readonly title: string;
  readonly source: Source;
  readonly storage: Storage;
  readonly notices: NoticeBoard;
  readonly log: Sink | undefined;
  readonly locks: Disposable;
}

type ShownArguments = Pick<
  ScanArguments,
  | 'json'
  | 'jsonl'
  | 'plain'
  | 'ascii'
  | 'color'
  | 'verbose'
  | 'audit-touch'
  | 'log-file'
  | 'store'
  | 'theme'
  | 'lang'
>;

export async function conduct(prepared: Prepared): Promise<ExitCode> {
  const { argv, wishes, rules, run, hosts, title, source, storage, notices, log } = prepared;
  const { forks, bounds, failOn, deadlineMs } = wishes;
  const code = await runScan(
    (stop) => ({
      run,
      hosts,
      source,
      judge: createJudge(rules.catalogue),
      forks,
      stop,
      onTell: (tell) => notices.open(tell),
      now: () => new Date().toISOString(),
      reasons: storage.reasons,
      ...(bounds && { bounds }),
      ...(failOn && { failOn }),
      ...(storage.keep && { keep: storage.keep }),
      ...(prepared.lastWords && { lastWords: prepared.lastWords }),
    }),
    presentationOf(argv, title, hosts.length === 0, rules),
    [
      ...storage.sinks,
      ...(log ? [log] : []),
      closing(notices),
      heapKeeper(),
      releasing(prepared.locks),
    ],
    deadlineMs,
  );
  await source.close?.();
  await storage.remember?.(rules);
  return code;
}

/**
 * Locks what two runs must not do at the same time, each by its name; given back when the run is over, and however the process ends.
 * @throws PatchwhyError `run.locked`, exit 10.
 */
export async function takeLocks(names: readonly string[]): Promise<Disposable> {
  const releases: (() => void)[] = [];
  const release = (): void => {
    for (const each of releases.splice(0)) each();
  };
  process.once('exit', release);
  try {
    for (const name of names) {
      const lock = await takeRunLock(stateFolder(process.env), name);
      releases.push(() => lock.release());
    }
  } catch (error) {
    release();
    throw error;
  }
  return { [Symbol.dispose]: release };
}

/** From the last event on, what there is to say goes to stderr. */
export function closing(notices: NoticeBoard): Sink {
  return {
    take: (event) => {
      if (event.type === 'run.finished') notices.close();
    },
    end: () => Promise.resolve(),
  };
}

/** A screen that stays open over a run that is done keeps nobody from the next one. */
function releasing(locks: Disposable): Sink {
  return {
    take: () => undefined,
    end: () => Promise.resolve(locks[Symbol.dispose]()),
  };
}

function presentationOf(
  argv: ShownArguments,
  title: string,
  isEmpty: boolean,
  rules: Rules,
): Presentation {
  const format = formatOf(argv);
  return {
    // Nobody needs a screen to see no host.
    format: format === 'live' && isEmpty ? 'table' : format,
    title,
    rules,
    isPlain: argv.plain,
    language: argv.lang ?? languageOf(process.env),
    remembers: argv.store,
    isAscii: argv.ascii || isAscii(process.env),
    hasColor: argv.color && hasColor(process.env),
    ...(argv.theme && { themeName: argv.theme }),
    ...trailOf(argv),
    nextCommand: 'patchwhy explain HOST',
  };
}

function formatOf(argv: ShownArguments): Format {
  if (argv.json) return 'json';
  if (argv.jsonl) return 'jsonl';
  const { verbose, auditTouch } = trailOf(argv);
  const isLined = argv.plain || verbose > 0 || auditTouch;
  return !isLined && canBeLive(process.env) ? 'live' : 'table';
}

/** What goes to stderr line by line: nothing, where it goes to a file. */
function trailOf(argv: ShownArguments): Pick<Presentation, 'verbose' | 'auditTouch'> {
  if (argv['log-file'] !== undefined) return { verbose: 0, auditTouch: false };
  return { verbose: argv.verbose, auditTouch: argv['audit-touch'] };
}
