/**
 * Name look-ups that cannot stall a run: asked of DNS directly, many at a time and each with a limit of its own,
 * because `getaddrinfo` runs on four threads that file access shares, and 900 dead names would hold them for minutes.
 */
import { lookup, Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';
import { ContactError } from '../core/contact.ts';

export interface NameOptions {
  /** DNS servers as `address` or `address:port`; the system's own when absent. */
  readonly servers?: readonly string[];
  readonly limitMs?: number;
}

/** Questions sent in one burst: more overflow the receive buffer of a small DNS server, which drops them. */
const AT_ONCE = 128;
/** A question unanswered for so long gives its place to the next one, and is waited for beside it. */
const PATIENCE_MS = 250;
/** Threads that `getaddrinfo` may hold, of the four that Node has. */
const SYSTEM_AT_ONCE = 2;
const NOT_THERE: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'ENONAME', 'EBADNAME']);

export class Names {
  readonly #resolver: Resolver;
  readonly #ownServers: boolean;
  readonly #slots = pLimit(AT_ONCE);
  readonly #systemSlots = pLimit(SYSTEM_AT_ONCE);
  readonly #known = new Map<string, Promise<readonly string[]>>();
  readonly #limitMs: number;
  #local: Promise<LocalNames> | undefined;

  constructor(options: NameOptions = {}) {
    this.#limitMs = options.limitMs ?? 5000;
    this.#resolver = new Resolver({ timeout: this.#limitMs / 2, tries: 2 });
    this.#ownServers = options.servers !== undefined;
    if (options.servers) this.#resolver.setServers(options.servers);
  }

  /**
   * IP addresses of a name, IPv6 only where there is no IPv4; an address is its own answer.
   * @throws ContactError stage `dns`: ENOTFOUND when the name does not exist, EAI_AGAIN when nobody could say.
   */
  find(name: string): Promise<readonly string[]> {
    if (isIP(name) !== 0) return Promise.resolve([name]);
    const known = this.#known.get(name) ?? this.#inTurn(name);
    this.#known.set(name, known);
    return known;
  }

  async #inTurn(name: string): Promise<readonly string[]> {
    const asked = await this.#slots(async () => {
      const answer = this.#look(name);
      const patience = new AbortController();
      const enough = wait(PATIENCE_MS, undefined, { signal: patience.signal, ref: false });
      await Promise.allSettled([Promise.race([answer, enough])]);
      patience.abort();
      await Promise.allSettled([enough]);
      return { answer };
    });
    return asked.answer;
  }

  async #look(name: string): Promise<readonly string[]> {
    this.#local ??= readLocalNames();
    const { hosts, search } = await this.#local;
    const inHosts = hosts.get(name.toLowerCase());
    if (inHosts !== undefined) return inHosts;
    let code = 'ENOTFOUND';
    for (const full of candidates(name, search)) {
      const answer = await this.#ask(full);
      if (Array.isArray(answer)) return answer;
      code = answer;
      if (!NOT_THERE.has(code)) break;
    }
    if (!NOT_THERE.has(code)) throw unanswered(name, code);
    // Names that DNS does not hold may still be known to mDNS, NetBIOS or a directory.
    const found = this.#ownServers ? undefined : await this.#askSystem(name);
    if (found !== undefined && found.length > 0) return found;
    throw new ContactError({
      stage: 'dns',
      code: 'ENOTFOUND',
      message: `the name ${name} does not exist in DNS; check its spelling and the DNS suffix in the inventory`,
    });
  }

  /** Addresses, or the code of why there are none. */
  async #ask(full: string): Promise<string[] | string> {
    try {
      return await this.#resolver.resolve4(full);
    } catch (error) {
      if (codeOf(error) !== 'ENODATA') return codeOf(error);
    }
    try {
      return await this.#resolver.resolve6(full);
    } catch (error) {
      return codeOf(error);
    }
  }

  async #askSystem(name: string): Promise<string[] | undefined> {
    if (this.#systemSlots.pendingCount > 64) return undefined;
    return this.#systemSlots(async () => {
      try {
        const found = await lookup(name, { all: true });
        return found.map(({ address }) => address);
      } catch {
        return undefined; // the answer of DNS stands
      }
    });
  }
}

interface LocalNames {
  readonly hosts: ReadonlyMap<string, readonly string[]>;
  readonly search: readonly string[];
}

/** What the machine itself says of names: its hosts file and the search list of resolv.conf(5). */
async function readLocalNames(): Promise<LocalNames> {
  const windows = process.env['SystemRoot'];
  const hostsFile =
    process.platform === 'win32'
      ? `${windows ?? 'C:\\Windows'}\\System32\\drivers\\etc\\hosts`
      : '/etc/hosts';
  const [hostsText, resolvText] = await Promise.all([
    readIfThere(hostsFile),
    readIfThere('/etc/resolv.conf'),
  ]);
  const hosts = new Map<string, string[]>();
  for (const words of linesOf(hostsText)) {
    const [address = '', ...names] = words;
    for (const name of names.map((each) => each.toLowerCase())) {
      hosts.set(name, [...(hosts.get(name) ?? []), address]);
    }
  }
  const search = linesOf(resolvText)
    // The last of them counts, resolv.conf(5).
    .findLast(([key]) => key === 'search' || key === 'domain');
  return { hosts, search: search?.slice(1) ?? [] };
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return ''; // absent on this platform: DNS decides alone
  }
}

function linesOf(text: string): string[][] {
  return text
    .split('\n')
    .map((line) =>
      line
        .replace(/[#;].*/, '')
        .trim()
        .split(/\s+/),
    )
    .filter(([first]) => first !== '');
}

/** The names to ask for, in the order a resolver with `ndots:1` asks. */
function candidates(name: string, search: readonly string[]): string[] {
  if (name.endsWith('.')) return [name];
  const suffixed = search.map((suffix) => `${name}.${suffix}`);
  return name.includes('.') ? [name, ...suffixed] : [...suffixed, name];
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'EAI_AGAIN';
}

function unanswered(name: string, code: string): ContactError {
  return new ContactError({
    stage: 'dns',
    code: 'EAI_AGAIN',
    message: `no DNS server could answer for ${name} (${code}); check the resolver of this machine, then scan again`,
  });
}
