/**
 * Ways through jump hosts. Each jump host has one connection for all hosts behind it, and one log-on; what happens to it
 * is said of it, not of the hosts behind. Knows nothing of what travels through.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ContactError } from '../../core/contact.ts';
import type { Jump } from '../../core/host.ts';
import type { Logon } from '../../core/secret.ts';
import { dialDirect } from '../dial.ts';
import type { Names } from '../names.ts';
import { Shared } from '../shared.ts';
import { Steps } from '../steps.ts';
import type { Dial, Dialled, DialLimit, Endpoint, Relays } from '../transport.ts';
import { connectSsh, type SshConnection } from './connect.ts';
import { channelProblem } from './channel-problem.ts';

/** What guards a credential against being refused too often. */
interface Gate {
  admit(signal: AbortSignal): Promise<void>;
  readonly isProven: boolean;
  accepted(): void;
  refused(host: string): void;
  abandoned(): void;
}

export interface RelayParts {
  readonly names: Pick<Names, 'find'>;
  readonly logons: ReadonlyMap<string, Logon>;
  readonly gates: ReadonlyMap<string, Gate>;
  /** Milliseconds; for tests. */
  readonly now?: () => number;
}

/** After a failure a jump host is left alone for so long, in ms: the hosts behind it end at once. */
const REST_MS = 30_000;
/** Before each try to connect a line anew that has worked: sshd may be restarting, or a VPN coming back. */
const AGAIN_MS = [0, 1000, 3000, 10_000];
/** A line is given up when nothing has been heard of it for so long; each keepalive is answered. */
const SILENT_MS = 8000;
const KEEPALIVE = { everyMs: 3000, missed: 3 };
const LISTEN_MS = 100;

export function createRelays(parts: RelayParts): Relays {
  const relays = new Map<string, Relay>();
  const relayFor = (via: readonly Jump[]): Relay => {
    const [jump, before] = [via.at(-1), via.slice(0, -1)];
    if (jump === undefined) throw new TypeError('a way through nobody');
    // One name may stand for two ways in, as `ProxyJump bastion` does for hosts with different credentials.
    const key = JSON.stringify(
      via.map(({ address, ssh, credential }) => [address, credential, ssh]),
    );
    const known =
      relays.get(key) ?? new Relay(jump, before.length > 0 ? relayFor(before) : undefined, parts);
    relays.set(key, known);
    return known;
  };
  return {
    async through(via, name, signal) {
      const relay = relayFor(via);
      await relay.connected(signal);
      return relay.dialTo(name);
    },
    async problem(via, afterSilence) {
      const relay = relayFor(via);
      if (afterSilence) await relay.listen();
      return relay.problem;
    },
    isResting: (via) => relayFor(via).isResting,
    close() {
      for (const relay of relays.values()) relay.close();
      return Promise.resolve();
    },
  };
}

class Relay {
  readonly #jump: Jump;
  readonly #before: Relay | undefined;
  readonly #parts: RelayParts;
  readonly #now: () => number;
  #connecting: Shared<SshConnection> | undefined;
  #connection: SshConnection | undefined;
  #problem: ContactError | undefined;
  #restsUntil = 0;
  /** What it was refused, or may have been: asking once more could lock the account. */
  #isFinal = false;
  /** Times at which its line broke lately. */
  #breaks: readonly number[] = [];

  constructor(jump: Jump, before: Relay | undefined, parts: RelayParts) {
    this.#jump = jump;
    this.#before = before;
    this.#parts = parts;
    this.#now = parts.now ?? (() => performance.now());
  }

  /** Why nothing goes through at the moment: of this jump host, or of one before it. */
  get problem(): ContactError | undefined {
    return this.#before?.problem ?? this.#problem;
  }

  /** Until something is heard of the line, or for too long nothing was: then it is given up. */
  async listen(): Promise<void> {
    await this.#before?.listen();
    const connection = this.#connection;
    if (connection === undefined) return;
    const askedAt = performance.now();
    while (!connection.lost.aborted) {
      if (connection.heardAt() > askedAt) return;
      if (performance.now() - connection.heardAt() > SILENT_MS) return this.#giveUp(connection);
      await pause(LISTEN_MS);
    }
  }

  /** Nobody is let through for now. */
  get isResting(): boolean {
    if (this.#before?.isResting === true) return true;
    if (this.#isConnecting) return false;
    return this.#problem !== undefined && (this.#isFinal || this.#now() < this.#restsUntil);
  }

  #giveUp(connection: SshConnection): void {
    if (this.#connection !== connection) return; // another host has found out as well
    const message = `nothing was heard of it for ${SILENT_MS / 1000} s: is its network down?`;
    this.#broke(new ContactError({ stage: 'tcp', code: 'ETIMEDOUT', message }));
    connection.client.destroy();
  }

  get #isConnecting(): boolean {
    return this.#connecting !== undefined && !this.#connecting.isAbandoned;
  }

  /** @throws ContactError stage relay; the signal's reason. */
  async connected(signal: AbortSignal): Promise<SshConnection> {
    if (this.#connection && !this.#connection.lost.aborted) return this.#connection;
    if (this.#problem && this.isResting) throw this.#problem;
    if (this.#connecting === undefined || this.#connecting.isAbandoned) {
      this.#connecting = new Shared(
        (leaving) => this.#connect(leaving),
        () => {
          this.#connecting = undefined;
        },
      );
    }
    return this.#connecting.wait(signal);
  }

  dialTo(name: string): Dial {
    return async (port, limit): Promise<Dialled> => {
      const connection = await this.connected(limit.signal);
      return { stream: await forward(connection, { name, port, jump: this.#jump.name }, limit) };
    };
  }

  close(): void {
    this.#connection?.client.end();
  }

  /** Once; a line that has worked before several times, with longer and longer waits. */
  async #connect(signal: AbortSignal): Promise<SshConnection> {
    const waits = this.#breaks.length === 0 ? [0] : AGAIN_MS.slice(this.#breaks.length - 1);
    for (const [at, ms] of waits.entries()) {
      if (ms > 0) await pause(ms, undefined, { signal });
      try {
        return this.#connected(await this.#signIn(signal));
      } catch (error) {
        if (signal.aborted) throw error;
        const problem = this.#failed(error);
        if (at === waits.length - 1 || this.#isFinal || !(problem instanceof ContactError))
          throw problem;
      }
    }
    throw this.#problem ?? new TypeError('no try was made');
  }

  #connected(connection: SshConnection): SshConnection {
    this.#problem = undefined;
    this.#restsUntil = 0;
    this.#connection = connection;
    this.#connecting = undefined;
    const { lost } = connection;
    const onLost = (): void => {
      if (this.#connection === connection) this.#broke(lost.reason);
    };
    lost.addEventListener('abort', onLost, { once: true });
    return connection;
  }

  async #signIn(signal: AbortSignal): Promise<SshConnection> {
    const { address, ssh: settings, credential, name, limits } = this.#jump;
    const logon = credential === undefined ? undefined : this.#parts.logons.get(credential);
    if (credential === undefined || logon === undefined) {
      const message = 'no credential; give the jump host one in the inventory';
      throw new ContactError({ stage: 'auth', code: 'AUTH_UNAVAILABLE', message });
    }
    const gate = this.#parts.gates.get(credential);
    let isAdmitted = false;
    const endpoint: Endpoint = { name: address, dial: await this.#way(address, signal) };
    const admit = async (): Promise<void> => {
      await gate?.admit(signal);
      isAdmitted = true;
    };
    try {
      const steps = new Steps({ limits, onStage: () => undefined });
      const ask = { endpoint, settings, logon, admit, keepalive: KEEPALIVE };
      const connection = await connectSsh(ask, steps, signal);
      if (isAdmitted) gate?.accepted();
      return connection;
    } catch (error) {
      const isRefusal = error instanceof ContactError && error.code === 'PERMISSION_DENIED';
      // Sent, and not answered: it may have been refused. Only who is known to be let in tries again.
      this.#isFinal ||= isAdmitted && !isRefusal && gate?.isProven !== true;
      if (isAdmitted && isRefusal) gate?.refused(name);
      else if (isAdmitted) gate?.abandoned();
      throw error;
    }
  }

  async #way(address: string, signal: AbortSignal): Promise<Dial> {
    if (this.#before === undefined)
      return dialDirect(await this.#parts.names.find(address, signal));
    await this.#before.connected(signal);
    return this.#before.dialTo(address);
  }

  /** A line that broke is connected anew by whoever needs it next; should it break again and again, the jump host rests. */
  #broke(error: unknown): void {
    const now = this.#now();
    this.#breaks = [...this.#breaks.filter((at) => now - at < REST_MS), now];
    this.#connection = undefined;
    this.#failed(error);
    if (this.#breaks.length < AGAIN_MS.length) this.#restsUntil = 0;
  }

  #failed(error: unknown): unknown {
    if (!(error instanceof ContactError)) return error;
    this.#restsUntil = this.#now() + REST_MS;
    this.#isFinal ||= FINAL.has(error.code);
    // What happened to a jump host before this one is told as that one's.
    this.#problem = error.stage === 'relay' ? error : ofRelay(this.#jump, error);
    return this.#problem;
  }
}

function ofRelay({ name, address }: Jump, error: ContactError): ContactError {
  const where = name === address ? name : `${name} (${address})`;
  const message = `jump host ${where}, ${error.during ?? error.stage}: ${error.message}`;
  return new ContactError({ stage: 'relay', code: error.code, message }, { cause: error });
}

/** Nothing that time mends. */
const FINAL: ReadonlySet<string> = new Set([
  'PERMISSION_DENIED',
  'AUTH_UNAVAILABLE',
  'HOST_KEY_UNKNOWN',
  'HOST_KEY_CHANGED',
  'HOST_KEY_REVOKED',
  'ENOTFOUND',
]);

interface Target {
  readonly name: string;
  readonly port: number;
  readonly jump: string;
}

function forward(
  { client, lost }: SshConnection,
  target: Target,
  { ms, signal }: DialLimit,
): Promise<Dialled['stream']> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const giveUp = (reason: unknown): void =>
      reject(reason instanceof Error ? reason : new Error('stopped', { cause: reason }));
    const onLost = (): void => giveUp(lost.reason);
    const onAbort = (): void => giveUp(signal.reason);
    // sshd itself waits for its operating system, which can take minutes. A moment before the step's own limit, which
    // knows nothing of jump hosts.
    const timer = setTimeout(
      () => giveUp(channelProblem({ kind: 'silence' }, target, ms)),
      ms * 0.97,
    );
    const settle = (): void => {
      clearTimeout(timer);
      lost.removeEventListener('abort', onLost);
      signal.removeEventListener('abort', onAbort);
    };
    lost.addEventListener('abort', onLost, { once: true });
    signal.addEventListener('abort', onAbort, { once: true });
    client.forwardOut('127.0.0.1', 0, target.name, target.port, (error, channel) => {
      settle();
      if (error) {
        const { reason, message } = error as Error & { readonly reason?: unknown };
        giveUp(
          channelProblem(
            { kind: 'refusal', reason, message },
            target,
            performance.now() - startedAt,
          ),
        );
        return;
      }
      // Whoever gave up meanwhile has no hold of it.
      if (signal.aborted) channel.destroy();
      signal.addEventListener('abort', () => channel.destroy(), { once: true });
      resolve(channel);
    });
  });
}
