/** `--log-file`: what happens on each host, a JSON line each, for whoever reads it tomorrow or ships it elsewhere. */
import { openSync } from 'node:fs';
import { pino, type Logger } from 'pino';
import { errnoOf, PatchwhyError } from '../core/error.ts';
import type { RunEvent } from '../core/event.ts';
import { PRIVATE_FILE } from '../store/state-folder.ts';
import { commandHash, readableCommand } from './command-text.ts';
import type { Sink } from './sink.ts';
import { StageTimes } from './stage-times.ts';

export interface LogOptions {
  readonly file: string;
  /** 0: hosts and notices; 1: each stage and command, too; 2: what other hosts changed. */
  readonly verbose: number;
  /** Commands in words; else by their SHA-256 alone. */
  readonly auditTouch: boolean;
  /** Told once, when nothing more can be written; the run goes on. */
  readonly onLost: (text: string) => void;
}

/**
 * Opens the file, for its owner alone, and goes on behind what is there. Each line is written at once: what a crash
 * leaves is whole.
 * @throws PatchwhyError exit 2 when it cannot be opened.
 */
export function openLog(options: LogOptions): Sink {
  const { file, verbose, auditTouch, onLost } = options;
  const destination = pino.destination({ dest: openForLog(file), sync: true });
  const logger = pino(
    {
      level: ['info', 'debug'][verbose] ?? 'trace',
      base: null, // its process and machine are those of the reader
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    destination,
  );
  let isLost = false;
  destination.on('error', (error) => {
    if (isLost) return;
    isLost = true;
    onLost(`--log-file ${file}: no more is written (${reason(error)}); the run goes on`);
  });
  const log = new EventLog(logger, auditTouch);
  return {
    take: (event) => {
      if (!isLost) log.take(event);
    },
    end: () => Promise.resolve(),
  };
}

function openForLog(file: string): number {
  try {
    return openSync(file, 'a', PRIVATE_FILE);
  } catch (error) {
    throw new PatchwhyError(
      'use.log-file',
      `--log-file ${file}: cannot be written (${reason(error)})`,
      'give a file in a folder that is there and yours',
      { cause: error },
    );
  }
}

function reason(error: unknown): string {
  const code = errnoOf(error);
  return code === 'ENOSPC' ? 'the disk is full' : (code ?? String(error));
}

class EventLog {
  readonly #logger: Logger;
  readonly #auditTouch: boolean;
  readonly #times = new StageTimes();

  constructor(logger: Logger, auditTouch: boolean) {
    this.#logger = logger;
    this.#auditTouch = auditTouch;
  }

  take(event: RunEvent): void {
    const logger = this.#logger;
    switch (event.type) {
      case 'run.started': {
        const { id, source, inventory, tool } = event.run;
        return logger.info(
          { run: id, source, inventory, hosts: event.hosts.length, version: tool.version },
          'run started',
        );
      }
      case 'host.stage':
        return this.#stage(event);
      case 'host.command':
        return logger.debug({ host: event.host, ...this.#command(event.command) }, 'command sent');
      case 'host.done':
        return this.#done(event);
      case 'host.revised':
        return logger.trace({ host: event.host, ...brief(event.outcome) }, 'host revised');
      case 'cause.recurring': {
        const { cause, hosts, common } = event;
        return logger.info({ cause, hosts, common }, 'cause recurring');
      }
      case 'fleet.judged':
        return logger.debug({ fleet: event.fleet }, 'fleet judged');
      case 'notice':
        return logger[LEVELS[event.level]]({ code: event.code }, event.text);
      case 'run.finished': {
        const { complete, exit, summary } = event;
        return logger.info({ complete, exit, summary }, 'run finished');
      }
    }
  }

  #stage(event: Extract<RunEvent, { type: 'host.stage' }>): void {
    const { host, stage, again, way } = event;
    const sinceMs = this.#times.enter(event);
    if (again !== undefined)
      this.#logger.info({ host, sinceMs, again }, 'host will be tried again');
    else this.#logger.debug({ host, stage, sinceMs, ...(way && { way }) }, 'stage');
  }

  #done(event: Extract<RunEvent, { type: 'host.done' }>): void {
    const { host, outcome } = event;
    this.#logger.info({ host, ...brief(outcome), ...this.#times.done(event) }, 'host done');
  }

  /** `--audit-touch` asks for the words; otherwise they would be the bulk of the file. */
  #command(command: string): object {
    const sha256 = commandHash(command);
    return this.#auditTouch ? { sha256, command: readableCommand(command) } : { sha256 };
  }
}

const LEVELS = { info: 'info', warning: 'warn', error: 'error' } as const;

type Outcome = Extract<RunEvent, { type: 'host.done' }>['outcome'];

function brief(outcome: Outcome): object {
  if (outcome.kind === 'skipped') return { outcome: outcome.kind, reason: outcome.reason };
  const { status, cause } = outcome.verdict;
  return {
    outcome: outcome.kind,
    status,
    cause,
    ...(outcome.kind === 'contact' && { contact: outcome.contact }),
  };
}
