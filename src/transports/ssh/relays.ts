/**
 * Ways through jump hosts. Each jump host has one connection for all hosts behind it, and one log-on; what happens to it
 * is said of it, not of the hosts behind. Knows nothing of what travels through.
 */
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

export function createRelays(parts: RelayParts): Relays {
  const relays = new Map<string, Relay>();
  const relayFor = (via: readonly Jump[]): Relay => {
    const [jump, before] = [via.at(-1), via.slice(0, -1)];
    if (jump === undefined) throw new TypeError('a way through nobody');
    const key = via.map(({ name }) => name).join('\0');
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
    problem: (via) => relayFor(via).problem,
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
  #brokeAt = Number.NEGATIVE_INFINITY;

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

  /** @throws ContactError stage relay; the signal's reason. */
  async connected(signal: AbortSignal): Promise<SshConnection> {
    if (this.#connection && !this.#connection.lost.aborted) return this.#connection;
    if (this.#problem && (isFinal(this.#problem) || this.#now() < this.#restsUntil))
      throw this.#problem;
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

  async #connect(signal: AbortSignal): Promise<SshConnection> {
    try {
      const connection = await this.#signIn(signal);
      this.#problem = undefined;
      this.#connection = connection;
      this.#connecting = undefined;
      const { lost } = connection;
      lost.addEventListener('abort', () => this.#broke(lost.reason), { once: true });
      return connection;
    } catch (error) {
      throw signal.aborted ? error : this.#failed(error);
    }
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
      const connection = await connectSsh({ endpoint, settings, logon, admit }, steps, signal);
      if (isAdmitted) gate?.accepted();
      return connection;
    } catch (error) {
      const isRefusal = error instanceof ContactError && error.code === 'PERMISSION_DENIED';
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

  /** A line that broke is connected anew by whoever needs it next; should it break soon again, the jump host rests. */
  #broke(error: unknown): void {
    const isAgain = this.#now() - this.#brokeAt < REST_MS;
    this.#failed(error);
    this.#brokeAt = this.#now();
    if (!isAgain) this.#restsUntil = this.#now();
  }

  #failed(error: unknown): unknown {
    if (!(error instanceof ContactError)) return error;
    this.#restsUntil = this.#now() + REST_MS;
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

function isFinal({ code }: ContactError): boolean {
  return FINAL.has(code);
}

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
    // sshd itself waits for its operating system, which can take minutes.
    const timer = setTimeout(() => giveUp(channelProblem({ kind: 'silence' }, target, ms)), ms);
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
