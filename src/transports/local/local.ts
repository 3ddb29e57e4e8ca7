/** This very machine, by a child process. Knows how PowerShell is started; must never know what a script asks for. */
import { spawn, type ChildProcess } from 'node:child_process';
import { hash } from 'node:crypto';
import { release, type } from 'node:os';
import { Readable } from 'node:stream';
import { ContactError } from '../../core/contact.ts';
import { errnoOf } from '../../core/error.ts';
import { overLimit, Steps } from '../steps.ts';
import { POWERSHELL_ARGUMENTS } from '../stdin-bootstrap.ts';
import type { Chunk, Job, LocalTransport, OpenContext, Session } from '../transport.ts';

/** A program and the arguments before a job's own. */
export interface LocalPrograms {
  readonly powershell: readonly [program: string, ...first: string[]];
  readonly cmd: readonly [program: string, ...first: string[]];
}

/** What a child needs of our environment; everything else may hold a secret. */
const PASSED_ON =
  /^(PATH|PATHEXT|SystemRoot|SystemDrive|windir|ComSpec|TEMP|TMP|TMPDIR|HOME|USERPROFILE|APPDATA|LOCALAPPDATA|ProgramData|ProgramFiles.*|CommonProgramFiles.*|PSModulePath|COMPUTERNAME|USERNAME|USERDOMAIN|PROCESSOR_.*|NUMBER_OF_PROCESSORS|OS|LANG|LC_.*)$/i;

/** @param programs undefined: those of Windows, or nobody on another system. */
export function localTransport(programs: LocalPrograms | undefined = ofWindows()): LocalTransport {
  return {
    open(context: OpenContext): Promise<Session> {
      if (programs === undefined) {
        const message = `${type()} ${release()}: no Windows, nothing to diagnose`;
        return Promise.reject(
          new ContactError({ stage: 'collector', code: 'UNSUPPORTED_OS', message }),
        );
      }
      return Promise.resolve(new LocalSession(programs, context));
    },
  };
}

function ofWindows(): LocalPrograms | undefined {
  if (process.platform !== 'win32') return undefined;
  const system = `${process.env['SystemRoot'] ?? String.raw`C:\Windows`}\\System32`;
  return {
    powershell: [`${system}\\WindowsPowerShell\\v1.0\\powershell.exe`],
    cmd: [`${system}\\cmd.exe`, '/d', '/s', '/c'],
  };
}

class LocalSession implements Session {
  readonly way = { wire: 'local' } as const;
  readonly clockSkewSeconds = 0;
  readonly #programs: LocalPrograms;
  readonly #steps: Steps;
  readonly #onCommand: OpenContext['onCommand'];

  constructor(programs: LocalPrograms, context: OpenContext) {
    this.#programs = programs;
    this.#steps = new Steps(context);
    this.#onCommand = context.onCommand;
  }

  async *run(job: Job, signal: AbortSignal): AsyncGenerator<Chunk, void, undefined> {
    signal.throwIfAborted();
    const [program, ...words] =
      job.kind === 'cmd'
        ? [...this.#programs.cmd, `"${job.command}"`]
        : [...this.#programs.powershell, ...POWERSHELL_ARGUMENTS];
    if (program === undefined) throw new TypeError('no program to run');
    this.#onCommand(
      job.kind === 'cmd'
        ? job.command
        : `${[program, ...words].join(' ')} (script SHA-256 ${hash('sha256', job.script)})`,
    );
    const child = await this.#steps.run('shell', signal, {
      work: () => started(program, words),
      stop: () => undefined,
    });
    this.#steps.onStage('collector');
    const chunks = chunksOf(child);
    const { collectMs } = this.#steps.limits;
    const giveUp = (reason: Error): void => void chunks.destroy(reason);
    const timer = setTimeout(() => giveUp(overLimit('collector', collectMs)), collectMs);
    const onAbort = (): void => giveUp(new Error('stopped', { cause: signal.reason }));
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      child.stdin?.on('error', () => undefined); // it may end before it has read everything
      child.stdin?.end(job.kind === 'cmd' ? undefined : `${job.script}\n`);
      yield* chunks as AsyncIterable<Chunk>;
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      end(child);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

function started(program: string, words: readonly string[]): Promise<ChildProcess> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => PASSED_ON.test(name)),
  );
  const child = spawn(program, [...words], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    windowsVerbatimArguments: true,
    // A group of its own, so that what it starts can be ended with it.
    detached: process.platform !== 'win32',
  });
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child));
    child.once('error', (cause) => {
      const code = errnoOf(cause) ?? 'unknown';
      const message = `${program} could not be started (${code}); is PowerShell there, and allowed?`;
      reject(new ContactError({ stage: 'shell', code, message }, { cause }));
    });
  });
}

/** The child and all that it started. */
function end(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], {
      stdio: 'ignore',
      windowsHide: true,
    });
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // it ended meanwhile
  }
}

function chunksOf(child: ChildProcess): Readable {
  const { stdout, stderr } = child;
  const chunks = new Readable({
    objectMode: true,
    read: () => {
      stdout?.resume();
      stderr?.resume();
    },
  });
  const pass = (kind: 'stdout' | 'stderr') => (bytes: Buffer) => {
    if (chunks.push({ kind, bytes } satisfies Chunk)) return;
    stdout?.pause();
    stderr?.pause();
  };
  stdout?.on('data', pass('stdout'));
  stderr?.on('data', pass('stderr'));
  child.once('close', (code) => {
    if (chunks.destroyed) return;
    chunks.push({ kind: 'exit', code: code ?? undefined } satisfies Chunk);
    chunks.push(null);
  });
  return chunks;
}
