/** A look at a living host: name, slot, log-on, collector, document. Every failure on the way is a contact document. */
import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readClixml, STDERR_READ } from '../collect/clixml.ts';
import { FrameReader } from '../collect/frame.ts';
import { jeaCommand } from '../collect/jea.ts';
import { isBarred, noDocument } from '../collect/no-document.ts';
import { collectorScript } from '../collect/script.ts';
import { ContactError, type ContactStage } from '../core/contact.ts';
import { missingCredential, type Host } from '../core/host.ts';
import type { Look } from '../core/look.ts';
import type { Logon } from '../core/secret.ts';
import { CredentialHeldBack, type CredentialGate } from '../credentials/gate.ts';
import type { Names } from '../transports/names.ts';
import type { Endpoint, OpenContext, Session, Way } from '../transports/transport.ts';
import { collectByCmd } from './by-cmd.ts';
import { HostLimit } from './host-limit.ts';
import { parseDocument } from './parse-document.ts';
import { PATIENCE, withRetries, type Patience, type Try } from './retry.ts';
import type { LookContext, Looked, Source } from './source.ts';
import { isShownLater, Turn } from './turn.ts';
import { approach, openSession, type Reachable, type Transports } from './ways.ts';

export interface RemoteParts {
  readonly names: Names;
  readonly transports: Transports;
  /** The log-on of a credential, resolved before the run. */
  readonly logons: ReadonlyMap<string, Logon>;
  /** One gate per credential: it keeps a wrong password from locking an account. */
  readonly gates: ReadonlyMap<string, CredentialGate>;
  /** Limit for one host from its slot to its document, in milliseconds. */
  readonly hostMs?: number;
  /** The only way to collect; without it PowerShell, and cmd where that is barred. */
  readonly method?: Method;
  readonly now: () => Date;
  /** For tests: how tries are waited for. */
  readonly patience?: Patience;
  readonly close?: () => Promise<void>;
}

export type Method = 'powershell' | 'cmd';

export function remoteSource(parts: RemoteParts): Source {
  const told = new Set<string>();
  // One script for all hosts of a run: what is made of it on the way out is made once.
  const nonce = randomBytes(8).toString('hex');
  const job: Job = { nonce, script: collectorScript(nonce) };
  return {
    ...(parts.close && { close: parts.close }),
    async look(host, context): Promise<Looked> {
      const { reach } = host;
      if (reach.kind === 'unavailable') return { look: { kind: 'skipped', reason: reach.reason } };
      const missing = missingCredential(reach);
      if (missing !== undefined) return { look: { kind: 'skipped', reason: missing } };
      // One limit for all tries; each takes a slot of its own, so that none is held while the host is waited for.
      using limit = new HostLimit(parts.hostMs);
      const isResting = (): boolean =>
        'via' in reach && reach.via.length > 0 && parts.transports.relays.isResting(reach.via);
      const attempt = async (): Promise<Try> => {
        const one = new RemoteLook(parts, job, host, reach, context, limit);
        return { look: await one.take(), isRepeatable: !one.isInDoubt && !isResting() };
      };
      try {
        const patience = parts.patience ?? PATIENCE;
        return { look: await withRetries({ attempt, context, limit, patience }) };
      } catch (error) {
        if (!(error instanceof CredentialHeldBack)) throw error;
        // Said once per credential; each host held back says it again in its own row.
        if (!told.has(error.message))
          context.onNotice('warning', 'credential.held-back', error.message);
        told.add(error.message);
        return { look: { kind: 'skipped', reason: error.message } };
      }
    },
  };
}

interface Job {
  /** A word of this run, by which its answers are told from other output. */
  readonly nonce: string;
  readonly script: string;
}

class RemoteLook {
  readonly #parts: RemoteParts;
  readonly #job: Job;
  readonly #host: Host;
  readonly #reach: Reachable;
  readonly #context: LookContext;
  readonly #limit: HostLimit;
  #stage: ContactStage = 'dns';
  #isInDoubt = false;
  #way: Way | undefined;
  #address: string | undefined;
  #startedAt = 0;

  constructor(
    parts: RemoteParts,
    job: Job,
    host: Host,
    reach: Reachable,
    context: LookContext,
    limit: HostLimit,
  ) {
    this.#parts = parts;
    this.#job = job;
    this.#host = host;
    this.#reach = reach;
    this.#context = context;
    this.#limit = limit;
  }

  /** The credential was sent and never answered, and no other host has vouched for it: once more could lock it. */
  get isInDoubt(): boolean {
    return this.#isInDoubt;
  }

  async take(): Promise<Look> {
    const { signal, slot } = this.#context;
    this.#startedAt = performance.now();
    let endpoint: Endpoint;
    try {
      endpoint = await this.#approach();
      signal.throwIfAborted();
    } catch (error) {
      return this.#failed(error);
    }
    return slot(async () => {
      this.#startedAt = performance.now();
      try {
        return await this.#inSlot(endpoint);
      } catch (error) {
        return this.#failed(error);
      }
    });
  }

  async #approach(): Promise<Endpoint> {
    const { names, transports } = this.#parts;
    if ('via' in this.#reach && this.#reach.via.length > 0) this.#enter('relay');
    const found = await approach(
      this.#host,
      this.#reach,
      { names, relays: transports.relays },
      this.#context.signal,
    );
    this.#address = found.address;
    return found.endpoint;
  }

  async #inSlot(endpoint: Endpoint): Promise<Look> {
    const { logons, gates } = this.#parts;
    const credential = this.#reach.kind === 'local' ? undefined : this.#reach.credential;
    const logon = credential === undefined ? undefined : logons.get(credential);
    const limit = this.#limit;
    const signal = AbortSignal.any([this.#context.signal, limit.signal]);
    const turn = new Turn(
      credential === undefined ? undefined : gates.get(credential),
      this.#host.id,
    );
    limit.go();
    try {
      const context: OpenContext = {
        limits: this.#host.limits,
        signal,
        onStage: (stage) => {
          // Whatever comes after the log-on: the host took the credential.
          if (stage === 'collector' || (stage === 'shell' && !isShownLater(this.#way)))
            turn.accepted();
          this.#enter(stage);
        },
        onCommand: this.#context.onCommand,
        onHello: (hello) => this.#context.onHello?.(hello),
        admit: async () => {
          limit.stand();
          await turn.come(this.#context.signal);
          limit.go();
        },
      };
      await using session = await openSession(
        this.#parts.transports,
        this.#reach,
        { endpoint, logon },
        context,
      );
      this.#way = session.way;
      this.#context.onWay?.(session.way);
      const look = await this.#collect(session, signal);
      turn.accepted();
      return look;
    } catch (error) {
      this.#isInDoubt = turn.isInDoubt;
      turn.ended(error);
      // Known before a limit ended what was tried instead.
      if (isBarredHere(error)) throw error;
      if (limit.signal.aborted && !this.#context.signal.aborted) throw this.#overHostLimit(error);
      throw (await this.#relayProblem(error)) ?? error;
    } finally {
      limit.stand();
    }
  }

  /** What ended with its jump host is told as that one's: two hundred hosts, one cause. */
  async #relayProblem(error: unknown): Promise<ContactError | undefined> {
    const isAnswered =
      error instanceof ContactError &&
      (error.stage === 'auth' || error.stage === 'tls') &&
      !BROKEN_OFF.has(error.code);
    if (isAnswered || this.#reach.kind === 'local' || this.#reach.via.length === 0)
      return undefined;
    await nextTurn(); // streams end a moment before their connection does
    const isSilence =
      error instanceof ContactError && (error.stage === 'timeout' || error.code === 'ETIMEDOUT');
    return this.#parts.transports.relays.problem(this.#reach.via, isSilence);
  }

  #enter(stage: ContactStage): void {
    this.#stage = stage;
    this.#context.onStage(stage, this.#way && { way: this.#way });
  }

  #overHostLimit(cause: unknown): ContactError {
    const during = this.#stage;
    const seconds = Math.round((this.#parts.hostMs ?? 0) / 100) / 10;
    const message = `not done within --timeout ${seconds} s, stopped in ${during}; a longer limit may help`;
    const step =
      during === 'tls' ||
      during === 'http' ||
      during === 'auth' ||
      during === 'shell' ||
      during === 'collector';
    return step
      ? new ContactError({ stage: 'timeout', code: 'LIMIT', message, during }, { cause })
      : new ContactError({ stage: 'tcp', code: 'ETIMEDOUT', message }, { cause });
  }

  async #collect(session: Session, signal: AbortSignal): Promise<Look> {
    const { method } = this.#parts;
    if (method === 'cmd') {
      const look = await this.#byCmd(session, signal, '--method cmd');
      if (look !== undefined) return look;
      const message = 'the tools of cmd.exe did not tell which Windows this is; try PowerShell';
      throw new ContactError({ stage: 'collector', code: 'NO_OUTPUT', message });
    }
    try {
      return await this.#byPowerShell(session, signal);
    } catch (error) {
      if (method === 'powershell' || this.#isAtEndpoint || !isBarredHere(error)) throw error;
      const why = `${error.code}: ${error.message}`;
      const look = await this.#byCmd(session, signal, why).catch((other: unknown) => {
        // What bars PowerShell says more than that cmd was not answered either.
        if (!(other instanceof ContactError)) throw other;
      });
      if (!look) throw error;
      return look;
    }
  }

  /** A PowerShell endpoint runs no cmd. */
  get #isAtEndpoint(): boolean {
    const { reach } = this.#host;
    return reach.kind === 'winrm' && reach.winrm.endpoint !== undefined;
  }

  async #byCmd(session: Session, signal: AbortSignal, reason: string): Promise<Look | undefined> {
    const { id: host, limits } = this.#host;
    const { nonce } = this.#job;
    const wish = { host, nonce, reason, collectMs: limits.collectMs, now: this.#parts.now };
    const document = await collectByCmd(session, wish, signal);
    this.#context.signal.throwIfAborted();
    return document && this.#read(JSON.stringify(document), session.clockSkewSeconds);
  }

  async #byPowerShell(session: Session, signal: AbortSignal): Promise<Look> {
    const frame = new FrameReader(this.#job.nonce);
    const stderr = new Head(STDERR_READ);
    let exitCode: number | undefined;
    for await (const chunk of session.run(
      {
        kind: 'powershell',
        script: this.#job.script,
        command: jeaCommand(this.#job.nonce),
      },
      signal,
    )) {
      if (chunk.kind === 'stdout') frame.push(chunk.bytes);
      else if (chunk.kind === 'stderr') stderr.add(chunk.bytes);
      else if (chunk.kind === 'exit') exitCode = chunk.code;
    }
    const result = frame.end();
    if (result.kind !== 'document' && session.isInterrupted) {
      const message = 'the connection broke off, and took a part of the answer with it';
      throw new ContactError({ stage: 'http', code: 'CUT_OFF', message });
    }
    if (result.kind !== 'document') {
      const said = readClixml(stderr.bytes(), exitCode);
      throw new ContactError({ stage: 'collector', ...noDocument(result, said, exitCode) });
    }
    return this.#read(result.text, session.clockSkewSeconds);
  }

  #read(text: string, clockSkewSeconds: number | undefined): Look {
    const parsed = parseDocument(text, {
      host: this.#host.id,
      labels: this.#host.labels,
      collectedAt: this.#time(),
      ...(clockSkewSeconds !== undefined && { clockSkewSeconds }),
    });
    if (parsed.kind === 'evidence') return parsed;
    const why =
      parsed.kind === 'broken' ? parsed.problem.text : 'the reply is no evidence document';
    const code = parsed.kind === 'broken' ? parsed.problem.code : 'BAD_REPLY';
    throw new ContactError({
      stage: 'collector',
      code,
      message: `the collector's reply: ${why}`,
    });
  }

  #failed(error: unknown): Look {
    if (!(error instanceof ContactError) || this.#context.signal.aborted) throw error;
    const relay = 'via' in this.#reach ? this.#reach.via.at(-1)?.name : undefined;
    return {
      kind: 'contact',
      contact: {
        schema: 'evidence/1',
        host: this.#host.id,
        labels: this.#host.labels,
        contactedAt: this.#time(),
        contact: {
          stage: error.stage,
          transport: wireOf(this.#reach),
          code: error.code,
          message: error.message,
          elapsedMs: Math.round(performance.now() - this.#startedAt),
          ...(this.#address !== undefined && { address: this.#address }),
          ...(error.during !== undefined && { during: error.during }),
          ...(relay !== undefined && { relay }),
        },
      },
    };
  }

  #time(): string {
    return this.#parts.now().toISOString();
  }
}

/** What ends a conversation without an answer. */
const BROKEN_OFF: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'EPROTO', 'ECONNABORTED']);

/** The host lets no PowerShell run. */
function isBarredHere(error: unknown): error is ContactError {
  return error instanceof ContactError && error.stage === 'collector' && isBarred(error.code);
}

/** What was to carry the session, where none came about to tell. */
function wireOf(reach: Reachable): Session['way']['wire'] {
  if (reach.kind !== 'winrm') return reach.kind;
  return reach.winrm.tls === 'always' ? 'winrm-https' : 'winrm-http';
}

/** The start of a stream: a host may say far more than anybody reads. */
class Head {
  readonly #parts: Uint8Array[] = [];
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  add(bytes: Uint8Array): void {
    if (this.#left <= 0) return;
    this.#parts.push(Uint8Array.from(bytes.subarray(0, this.#left)));
    this.#left -= bytes.length;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }
}
