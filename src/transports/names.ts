/**
 * Name look-ups that cannot stall a run: asked of DNS directly, many at a time and each with a limit of its own,
 * because `getaddrinfo` runs on four threads that file access shares, and 900 dead names would hold them for minutes.
 */
import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';
import { ContactError } from '../core/contact.ts';
import { errnoOf } from '../core/error.ts';
import { asciiName } from './ascii-name.ts';
import { candidates, readLocalNames, type LocalNames } from './local-names.ts';
import { Shared } from './shared.ts';
import { within } from './within.ts';

export interface NameOptions {
  /** DNS servers as `address` or `address:port`; the system's own when absent. */
  readonly servers?: readonly string[];
  /** For one name in all, from its turn on: every server, every suffix and the system together. */
  readonly limitMs?: number;
  /** Asked for what DNS does not hold; `getaddrinfo`, or nobody when `servers` are given. */
  readonly system?: AskSystem;
}

export type AskSystem = (name: string) => Promise<readonly string[]>;

/** Questions sent in one burst: more overflow the receive buffer of a small DNS server, which drops them. */
const AT_ONCE = 128;
/** A question unanswered for so long gives its place to the next one, and is waited for beside it. */
const PATIENCE_MS = 250;
/** Threads that `getaddrinfo` may hold, of the four that Node has. */
const SYSTEM_AT_ONCE = 2;
/** Beyond so many waiting for those threads, what DNS said is enough. */
const SYSTEM_QUEUE = 64;
const NOT_THERE: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'ENONAME', 'EBADNAME']);

export class Names {
  readonly #resolver: Resolver;
  readonly #system: AskSystem;
  readonly #slots = pLimit(AT_ONCE);
  readonly #systemSlots = pLimit(SYSTEM_AT_ONCE);
  readonly #known = new Map<string, Shared<readonly string[]>>();
  readonly #limitMs: number;
  #asking = 0;
  #local: Promise<LocalNames> | undefined;

  constructor({ servers, limitMs = 5000, system }: NameOptions = {}) {
    this.#limitMs = limitMs;
    const count = (servers ?? new Resolver().getServers()).length;
    // Each server is asked twice within the limit; the second time c-ares waits twice as long.
    this.#resolver = new Resolver({ timeout: Math.ceil(limitMs / (3 * count || 1)), tries: 2 });
    if (servers) this.#resolver.setServers(servers);
    this.#system = system ?? (servers ? () => Promise.resolve([]) : askSystem);
  }

  /**
   * IP addresses of a name, IPv6 only where there is no IPv4; an address is its own answer. Names found are kept.
   * @throws ContactError stage `dns`: ENOTFOUND when the name does not exist, EAI_AGAIN when nobody could say;
   * at once the signal's reason.
   */
  async find(
    name: string,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<readonly string[]> {
    signal.throwIfAborted();
    if (isIP(name) !== 0) return [name];
    const known = this.#known.get(name);
    return (known?.isAbandoned === false ? known : this.#begin(name)).wait(signal);
  }

  #begin(name: string): Shared<readonly string[]> {
    const forget = (): void => {
      if (this.#known.get(name) === begun) this.#known.delete(name);
    };
    const begun = new Shared((signal) => this.#inTurn(name, signal), forget);
    this.#known.set(name, begun);
    return begun;
  }

  async #inTurn(name: string, signal: AbortSignal): Promise<readonly string[]> {
    const asked = await this.#slots(async () => {
      signal.throwIfAborted(); // nobody waits for it any longer: it is never asked
      const answer = this.#look(name, signal);
      const patience = new AbortController();
      const enough = wait(PATIENCE_MS, undefined, { signal: patience.signal, ref: false });
      await Promise.allSettled([Promise.race([answer, enough])]);
      patience.abort();
      await Promise.allSettled([enough]);
      return { answer };
    });
    return asked.answer;
  }

  async #look(name: string, signal: AbortSignal): Promise<readonly string[]> {
    // Node would ask for what is left of it when it is cut where a URL ends.
    if (asciiName(name) === '') throw notThere(name);
    const end = performance.now() + this.#limitMs;
    const inTime = <T>(late: ContactError, work: (leaving: AbortSignal) => Promise<T>) => {
      const leaving = new AbortController();
      const stop = (reason: Error): void => leaving.abort(reason);
      const limit = { ms: end - performance.now(), signal, expired: () => late, stop };
      return within(limit, () => work(leaving.signal));
    };
    this.#asking += 1;
    try {
      const found = await inTime(unanswered(name, 'ETIMEDOUT'), (leaving) =>
        this.#askDns(name, leaving),
      );
      if (found.length > 0) return found;
      // Names that DNS does not hold may still be known to mDNS, NetBIOS or a directory.
      const other = await inTime(notThere(name), (leaving) => this.#askSystem(name, leaving));
      if (other.length > 0) return other;
      throw notThere(name);
    } finally {
      this.#asking -= 1;
      // Questions that were left unanswered would keep the process alive.
      if (this.#asking === 0) this.#resolver.cancel();
    }
  }

  /** Addresses; none when the name does not exist. */
  async #askDns(name: string, signal: AbortSignal): Promise<readonly string[]> {
    this.#local ??= readLocalNames();
    const { hosts, search } = await this.#local;
    const inHosts = hosts.get(name.toLowerCase());
    if (inHosts !== undefined) return inHosts;
    for (const full of candidates(asciiName(name), search)) {
      signal.throwIfAborted();
      const answer = await this.#ask(full);
      if (typeof answer !== 'string') return answer;
      if (!NOT_THERE.has(answer)) throw unanswered(name, answer);
    }
    return [];
  }

  /** Addresses, or the code of why there are none. */
  async #ask(full: string): Promise<readonly string[] | string> {
    try {
      return await this.#resolver.resolve4(full);
    } catch (error) {
      const code = errnoOf(error) ?? 'EAI_AGAIN';
      if (code !== 'ENODATA') return code;
    }
    try {
      return await this.#resolver.resolve6(full);
    } catch (error) {
      return errnoOf(error) ?? 'EAI_AGAIN';
    }
  }

  async #askSystem(name: string, signal: AbortSignal): Promise<readonly string[]> {
    if (this.#systemSlots.pendingCount > SYSTEM_QUEUE) return [];
    return this.#systemSlots(async () => {
      if (signal.aborted) return [];
      try {
        return await this.#system(name);
      } catch {
        return []; // the answer of DNS stands
      }
    });
  }
}

/** A thread once started cannot be called back; its slot is free when it ends. */
async function askSystem(name: string): Promise<readonly string[]> {
  const found = await lookup(name, { all: true });
  return found.map(({ address }) => address);
}

function notThere(name: string): ContactError {
  const message = `the name ${name} does not exist in DNS; check its spelling and the DNS suffix in the inventory`;
  return new ContactError({ stage: 'dns', code: 'ENOTFOUND', message });
}

function unanswered(name: string, code: string): ContactError {
  const message = `no DNS server could answer for ${name} (${code}); check the resolver of this machine, then scan again`;
  return new ContactError({ stage: 'dns', code: 'EAI_AGAIN', message });
}
