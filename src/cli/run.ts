/** Runs a scan from its plan to its exit code: signals, sinks, the live screen, and the end of it all. */
import type { Writable } from 'node:stream';
import type { Language } from '../core/entry.ts';
import { type ExitCode, PatchwhyError } from '../core/error.ts';
import type { RunEvent } from '../core/event.ts';
import { scan, type ScanPlan } from '../engine/scan.ts';
import type { Style } from '../outputs/table.ts';
import type { Rules } from './own-rules.ts';
import type { ThemeName } from '../tui/theme-names.ts';
import { watchOutput } from './output-stream.ts';
import { broadcast, type Sink } from './sink.ts';
import { jsonlSink, jsonSink, progressSink, tableSink } from './sinks.ts';
import { StopSignals } from './stop-signals.ts';

export type Format = 'live' | 'table' | 'json' | 'jsonl';

export interface Presentation {
  readonly format: Format;
  /** What the hosts come from, for the top line of the screen. */
  readonly title: string;
  readonly isDemo?: boolean;
  /** What the run is judged with, for what the screen tells of causes. */
  readonly rules: Rules;
  /** Whether how the user looks at things is kept for the next time. */
  readonly remembers: boolean;
  readonly language: Language;
  readonly isAscii: boolean;
  readonly hasColor: boolean;
  /** Colours that the user asked for. */
  readonly themeName?: ThemeName;
  /** One line after another, nothing drawn twice: asked for by those who listen to their terminal. */
  readonly isPlain?: boolean;
  readonly verbose: number;
  readonly auditTouch: boolean;
  /** The command to type next, said when the live screen has gone. */
  readonly nextCommand?: string;
}

/** A live screen needs a terminal at both ends that can move its cursor, and nobody scripting it. */
export function canBeLive(env: NodeJS.ProcessEnv): boolean {
  return process.stdout.isTTY && process.stdin.isTTY && !env['CI'] && canDraw(env);
}

/** A screen that is drawn over and over says nothing to those who listen, and a dumb terminal cannot draw it. */
function canDraw(env: NodeJS.ProcessEnv): boolean {
  return env['TERM'] !== 'dumb' && env['INK_SCREEN_READER'] !== 'true';
}

/** Makes the plan of a run, given the signal that stops it. A live screen is up before this begins. */
export type MakePlan = (stop: AbortSignal) => ScanPlan | Promise<ScanPlan>;

export async function runScan(
  plan: MakePlan,
  presentation: Presentation,
  sinks: readonly Sink[],
  deadlineMs?: number,
): Promise<ExitCode> {
  let leave: (code: ExitCode) => void = (code) => process.exit(code);
  const signals = new StopSignals((code) => leave(code));
  watchOutput(process.stdout, () => signals.stop('hangup'));
  const deadline =
    deadlineMs === undefined ? undefined : setTimeout(() => signals.stop('deadline'), deadlineMs);
  const ending: { event?: Extract<RunEvent, { type: 'run.finished' }> } = {};
  const watch: Sink = {
    take: (event) => {
      if (event.type === 'run.finished') ending.event = event;
    },
    end: () => Promise.resolve(),
  };
  try {
    const events = async (): Promise<AsyncIterable<RunEvent>> => scan(await plan(signals.signal));
    if (presentation.format === 'live') {
      const { runLive } = await import('./live.ts');
      await runLive(events, presentation, signals, [...sinks, watch], (give) => {
        leave = give;
      });
    } else {
      await broadcast(await events(), [
        ...lineSinks(presentation, process.stdout),
        ...sinks,
        watch,
      ]);
    }
  } finally {
    clearTimeout(deadline);
  }
  return ending.event?.exit.code ?? 1;
}

/** The sinks of a run without a live screen. */
export function lineSinks(presentation: Presentation, out: Writable): Sink[] {
  const { format, verbose, auditTouch, isPlain = false } = presentation;
  // What is drawn over is read out again and again: those who listen get sentences.
  const isTerminal = process.stderr.isTTY && !isPlain && canDraw(process.env);
  const isSpoken = process.stderr.isTTY && !isTerminal;
  const progress = progressSink(process.stderr, { isTerminal, isSpoken, verbose, auditTouch });
  if (format === 'json') return [progress, jsonSink(out)];
  if (format === 'jsonl') return [progress, jsonlSink(out)];
  return [progress, tableSink(out, () => styleOf(presentation))];
}

/** Notes of the team that are not right are no reason to lose what a run found. */
async function styleOf({ rules, language }: Presentation): Promise<Style> {
  const { entriesIn, tellerIn } = await import('./entries.ts');
  const tell = tellerIn(language);
  try {
    return { language, tell, entryOf: entriesIn(rules, language, undefined) };
  } catch (error) {
    if (!(error instanceof PatchwhyError)) throw error;
    return { language, tell, entryOf: () => undefined };
  }
}
