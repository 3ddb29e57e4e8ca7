/** A host signed in to over SSH, which runs jobs one after the other, each in a channel of its own. */
import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { ContactError } from '../../core/contact.ts';
import { overLimit, type Steps } from '../steps.ts';
import { POWERSHELL_ARGUMENTS } from '../stdin-bootstrap.ts';
import type { Chunk, Job, OpenContext, Session, Way } from '../transport.ts';
import type { SshConnection } from './connect.ts';

export interface SessionParts {
  readonly connection: SshConnection;
  readonly steps: Steps;
  readonly onCommand: OpenContext['onCommand'];
}

/** What a POSIX shell ends with when there is no such program. */
const NO_SUCH_PROGRAM = 127;
/** Says what a system without powershell.exe is; each part may be missing there. */
const WHAT_IS_IT =
  'uname -sr; sw_vers -productVersion 2>/dev/null; sed -n "s/^PRETTY_NAME=//p" /etc/os-release 2>/dev/null';
const WHAT_IT_IS_BYTES = 400;
/** Tells cmd, which puts a name in its place, from PowerShell, which does not. */
const WHICH_SHELL = 'echo %OS%';

export class SshSession implements Session {
  readonly #parts: SessionParts;
  readonly clockSkewSeconds = undefined;
  readonly way: Way;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.way = { wire: 'ssh', auth: parts.connection.auth };
  }

  async *run(job: Job, signal: AbortSignal): AsyncGenerator<Chunk, void, undefined> {
    const { onCommand } = this.#parts;
    if (job.kind === 'cmd') {
      const command = await this.#forCmd(job.command, signal);
      onCommand(command);
      yield* this.#refusingOthers(this.#exec(command, undefined, signal), signal);
      return;
    }
    const command = ['powershell.exe', ...POWERSHELL_ARGUMENTS].join(' ');
    onCommand(`${command} (script SHA-256 ${hash('sha256', job.script)})`);
    yield* this.#refusingOthers(this.#exec(command, job.script, signal), signal);
  }

  /** @throws ContactError UNSUPPORTED_OS where the program that every Windows has is not there. */
  async *#refusingOthers(
    chunks: AsyncIterable<Chunk>,
    signal: AbortSignal,
  ): AsyncGenerator<Chunk, void, undefined> {
    for await (const chunk of chunks) {
      if (chunk.kind === 'exit' && chunk.code === NO_SUCH_PROGRAM)
        await this.#refuseOtherSystems(signal);
      yield chunk;
    }
  }

  /** @throws ContactError UNSUPPORTED_OS when the host says what it is, and it is no Windows. */
  async #refuseOtherSystems(signal: AbortSignal): Promise<void> {
    const said = (await this.#textOf(WHAT_IS_IT, signal)).split('\n').filter((line) => line !== '');
    const [kernel, ...names] = said.map((line) => line.replace(/^"|"$/g, '').trim());
    if (kernel === undefined || !/^[A-Za-z]+ \S+$/.test(kernel)) return;
    const name = names.length > 0 ? ` (${names.join(', ')})` : '';
    const message = `${kernel}${name}: no Windows, nothing to diagnose`;
    throw new ContactError({ stage: 'collector', code: 'UNSUPPORTED_OS', message });
  }

  /** A line for cmd, whichever shell the host hands it to (DefaultShell, Win32-OpenSSH). */
  async #forCmd(command: string, signal: AbortSignal): Promise<string> {
    const isCmd = !(await this.#textOf(WHICH_SHELL, signal)).includes('%');
    return isCmd ? command : `cmd.exe --% /d /s /c "${command}"`;
  }

  async #textOf(command: string, signal: AbortSignal): Promise<string> {
    let text = '';
    for await (const chunk of this.#exec(command, undefined, signal)) {
      if (chunk.kind === 'stdout') text += Buffer.from(chunk.bytes).toString('utf8');
      if (text.length > WHAT_IT_IS_BYTES) break;
    }
    return text.slice(0, WHAT_IT_IS_BYTES);
  }

  async *#exec(
    command: string,
    input: string | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<Chunk, void, undefined> {
    signal.throwIfAborted();
    const { steps, connection } = this.#parts;
    const channel = await steps.run('shell', signal, {
      work: () => this.#open(command),
      stop: () => connection.client.destroy(),
    });
    steps.onStage('collector');
    const chunks = chunksOf(channel);
    const giveUp = (reason: Error): void => void chunks.destroy(reason);
    const onAbort = (): void => giveUp(reasonOf(signal));
    const onLost = (): void => giveUp(reasonOf(connection.lost));
    const { collectMs } = steps.limits;
    const timer = setTimeout(() => giveUp(overLimit('collector', collectMs)), collectMs);
    signal.addEventListener('abort', onAbort, { once: true });
    connection.lost.addEventListener('abort', onLost, { once: true });
    try {
      // Ended at once: an old PowerShell waits for a key otherwise (Win32-OpenSSH issue 780).
      channel.end(input === undefined ? undefined : `${input}\n`);
      yield* chunks as AsyncIterable<Chunk>;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      connection.lost.removeEventListener('abort', onLost);
      channel.close();
    }
  }

  #open(command: string): Promise<ClientChannel> {
    const { client, lost } = this.#parts.connection;
    return new Promise((resolve, reject) => {
      const onLost = (): void => reject(reasonOf(lost));
      if (lost.aborted) return onLost();
      lost.addEventListener('abort', onLost, { once: true });
      client.exec(command, (error, channel) => {
        lost.removeEventListener('abort', onLost);
        if (error === undefined) return resolve(channel);
        const message = `the host opens no channel for a command (${error.message}); see MaxSessions and ForceCommand in its sshd_config`;
        reject(new ContactError({ stage: 'shell', code: 'NO_CHANNEL', message }, { cause: error }));
      });
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#parts.connection.client.end();
    return Promise.resolve();
  }
}

/** Both streams of a channel as they come, then how the command ended; a slow reader slows the host. */
function chunksOf(channel: ClientChannel): Readable {
  let code: number | undefined;
  const sources = [
    { kind: 'stdout', stream: channel },
    { kind: 'stderr', stream: channel.stderr },
  ] as const;
  const chunks = new Readable({
    objectMode: true,
    read: () => sources.forEach(({ stream }) => void stream.resume()),
    destroy: (error, done) => {
      channel.destroy();
      done(error);
    },
  });
  for (const { kind, stream } of sources) {
    stream.on('data', (bytes: Buffer) => {
      if (!chunks.push({ kind, bytes } satisfies Chunk))
        sources.forEach((each) => void each.stream.pause());
    });
  }
  channel.on('exit', (exitCode: number | null) => {
    code = exitCode ?? undefined;
  });
  channel.on('error', () => undefined);
  channel.once('close', () => {
    // A channel ends a moment before the connection that breaks off under it, which then is what there is to say.
    setImmediate(() => {
      if (chunks.destroyed) return;
      chunks.push({ kind: 'exit', code } satisfies Chunk);
      chunks.push(null);
    });
  });
  return chunks;
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error('stopped', { cause: reason });
}
