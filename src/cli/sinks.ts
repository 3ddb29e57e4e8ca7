/** The front ends that write lines: JSON, JSON lines, the text table, progress and `-v`. */
import type { Writable } from 'node:stream';
import type { RunEvent, StageNote } from '../core/event.ts';
import { printable } from '../core/printable.ts';
import { ScanDocumentBuilder } from '../outputs/scan-document.ts';
import { scanTable, type Style } from '../outputs/table.ts';
import type { Archive } from '../store/archive.ts';
import { readableCommand } from './command-text.ts';
import { writeAll } from './output-stream.ts';
import type { Sink } from './sink.ts';
import { StageTimes, type HostTimes } from './stage-times.ts';

/** `--json`: one document when the run has ended. */
export function jsonSink(out: Writable): Sink {
  return documentSink((document) => writeAll(out, `${JSON.stringify(document, null, 1)}\n`));
}

/** The text table when the run has ended. @param style how causes and sentences are told, made when they are */
export function tableSink(out: Writable, style: () => Promise<Style>): Sink {
  return documentSink(async (document) => writeAll(out, scanTable(document, await style())));
}

/** The result beside the evidence of the run. */
export function archiveSink(archive: Archive): Sink {
  return documentSink((document) => archive.finish(`${JSON.stringify(document, null, 1)}\n`));
}

function documentSink(
  write: (document: NonNullable<ReturnType<ScanDocumentBuilder['document']>>) => Promise<void>,
): Sink {
  const builder = new ScanDocumentBuilder();
  return {
    take: (event) => builder.apply(event),
    end: async () => {
      const document = builder.document();
      if (document) await write(document);
    },
  };
}

/** `--jsonl`: each event as it comes, each line whole. Waits for a slow reader, so memory stays constant. */
export function jsonlSink(out: Writable): Sink {
  return {
    take: (event) => writeAll(out, `${JSON.stringify(event)}\n`),
    end: () => Promise.resolve(),
  };
}

/** Where no line can be written over, a sign of life now and then. */
const HEARTBEAT_MS = 30_000;

export interface ProgressOptions {
  /** stderr is a terminal: one line that is written over; else notices only. */
  readonly isTerminal: boolean;
  /** Somebody follows it as it comes, line by line: what recurs is said when it does. */
  readonly isSpoken?: boolean;
  /** 1: a line for every host that ends; 2: every stage, too. */
  readonly verbose: number;
  readonly auditTouch: boolean;
}

/** What happens meanwhile, on stderr. */
export function progressSink(err: Writable, options: ProgressOptions): Sink {
  let hosts = 0;
  let done = 0;
  let drawnAt = 0;
  const times = new StageTimes();
  const clear = options.isTerminal ? '\r\u001B[K' : '';
  const line = (text: string): Promise<void> => writeAll(err, `${clear}${text}\n`);
  const draw = (): void => {
    const now = performance.now();
    if (!options.isTerminal || now - drawnAt < 100) return;
    drawnAt = now;
    void writeAll(err, `${clear}${done} of ${hosts} hosts`);
  };
  let beat: NodeJS.Timeout | undefined;
  return {
    take(event: RunEvent) {
      switch (event.type) {
        case 'run.started':
          hosts = event.hosts.length;
          if (!options.isTerminal) {
            beat = setInterval(() => void line(`${done} of ${hosts} hosts done`), HEARTBEAT_MS);
            beat.unref();
          }
          return draw();
        case 'notice':
          return line(`patchwhy: ${event.level}: ${printable(event.text)}`);
        case 'host.stage': {
          const sinceMs = times.enter(event);
          if (event.again !== undefined && options.verbose > 0)
            return line(againLine(event.host, event.again));
          return options.verbose > 1
            ? line(`${printable(event.host)}  ${event.stage}  +${seconds(sinceMs)}`)
            : draw();
        }
        case 'host.command':
          return options.auditTouch
            ? line(`${printable(event.host)}  ${readableCommand(event.command)}`)
            : undefined;
        case 'host.done':
          done += 1;
          if (options.verbose === 0) return draw();
          return line(doneLine(event, times.done(event)));
        case 'cause.recurring':
          return options.isSpoken === true ? line(recurringLine(event)) : undefined;
        case 'host.revised':
        case 'fleet.judged':
          return undefined;
        case 'run.finished':
          clearInterval(beat);
          return options.isTerminal ? writeAll(err, clear) : undefined;
      }
    },
    end: () => Promise.resolve(),
  };
}

function recurringLine({
  cause,
  title,
  hosts,
}: Extract<RunEvent, { type: 'cause.recurring' }>): string {
  return `${printable(title)} (${printable(cause)}) recurs: ${hosts} hosts have it first`;
}

function againLine(host: string, { tries, stage, code, waitMs }: Again): string {
  const place = `${stage} ${code}`;
  return `${printable(host)}  ${place}: try ${tries + 1} in ${seconds(waitMs)}`;
}

type Again = NonNullable<StageNote['again']>;

function doneLine(
  { host, outcome }: Extract<RunEvent, { type: 'host.done' }>,
  times: HostTimes | undefined,
): string {
  const took = times === undefined ? '' : `  ${timesText(times)}`;
  switch (outcome.kind) {
    case 'judged':
      return `${printable(host)}  ${outcome.verdict.status}  ${outcome.verdict.cause}${took}`;
    case 'contact': {
      const { stage, code, message = '' } = outcome.contact;
      return `${printable(host)}  ${outcome.verdict.cause}  ${stage} ${code}: ${printable(message)}${took}`;
    }
    case 'skipped':
      return `${printable(host)}  skipped: ${printable(outcome.reason)}${took}`;
  }
}

/** `2.3 s (tcp 0.0, auth 0.1, collector 2.1)`. */
function timesText({ tookMs, stages }: HostTimes): string {
  const parts = Object.entries(stages).map(
    ([stage, ms]) => `${stage === 'queued' ? 'waited' : stage} ${(ms / 1000).toFixed(1)}`,
  );
  return `${seconds(tookMs)} (${parts.join(', ')})`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
