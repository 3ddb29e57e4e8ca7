/**
 * What the user's own SSH configuration says of a host (ssh_config(5)). Read with a parser of others; what a file of that
 * kind may start (`Match exec`, canonicalising look-ups, ProxyCommand) is never started. Pure: files come through `read`.
 */
import { LineType, parse, type Directive, type Section, type SSHConfig } from 'ssh-config';
import { fitsPattern } from './known-hosts.ts';

export interface ClientSettings {
  readonly hostName?: string;
  readonly port?: number;
  readonly user?: string;
  readonly identityFiles: readonly string[];
  /** `[user@]host[:port]`, outermost first; empty for `none`. */
  readonly jumps?: readonly string[];
  readonly connectTimeoutMs?: number;
  readonly knownHosts?: readonly string[];
  readonly hostKeyAlias?: string;
  /** A ProxyCommand is configured, which is not run. */
  readonly hasProxyCommand: boolean;
}

/** Where things are on this machine. */
export interface ClientHome {
  readonly home: string;
  readonly user: string;
  /** Texts of the files that an `Include` stands for; none when there are none. */
  readonly read: (pattern: string) => readonly string[];
}

type Line = SSHConfig[number];

const MAX_DEPTH = 16;
const MAX_BYTES = 1024 * 1024;
const MOST_JUMPS = 8;
/** Keywords that may stand several times; of all others the first value counts. */
const LISTS: ReadonlySet<string> = new Set(['identityfile']);

export class ClientConfig {
  readonly #lines: readonly Line[];
  readonly #home: ClientHome;

  /** @throws Error with the parser's own word for what is wrong. */
  constructor(text: string, home: ClientHome) {
    if (text.length > MAX_BYTES) throw new Error('is larger than 1 MB');
    this.#lines = parse(text);
    this.#home = home;
  }

  /** What holds for a host as a user would type it after `ssh`. */
  settingsFor(host: string): ClientSettings {
    const values = new Map<string, string[]>();
    this.#apply(this.#lines, host, values, 0);
    const first = (keyword: string): string | undefined => values.get(keyword)?.[0];
    const hostName = this.#expand(first('hostname'), host, host);
    const target = hostName ?? host;
    const port = numberOf(first('port'), 65_535);
    const seconds = numberOf(first('connecttimeout'), 86_400);
    const user = first('user');
    const proxyJump = first('proxyjump');
    const alias = first('hostkeyalias');
    const known = first('userknownhostsfile');
    return {
      identityFiles: (values.get('identityfile') ?? []).flatMap(
        (path) => this.#path(path, host, target) ?? [],
      ),
      hasProxyCommand: !['none', undefined].includes(first('proxycommand')?.toLowerCase()),
      ...(hostName !== undefined && { hostName }),
      ...(port !== undefined && { port }),
      ...(user !== undefined && { user }),
      ...(proxyJump !== undefined && { jumps: jumpsOf(proxyJump) }),
      ...(seconds !== undefined && { connectTimeoutMs: seconds * 1000 }),
      ...(known !== undefined && {
        knownHosts: known.split(/\s+/).flatMap((path) => this.#path(path, host, target) ?? []),
      }),
      ...(alias !== undefined && { hostKeyAlias: alias }),
    };
  }

  #apply(lines: readonly Line[], host: string, values: Map<string, string[]>, depth: number): void {
    if (depth > MAX_DEPTH) return;
    for (const line of lines) {
      if (line.type !== LineType.DIRECTIVE) continue;
      const keyword = line.param.toLowerCase();
      const value = valueOf(line);
      if (keyword === 'host' || keyword === 'match') {
        const fits = keyword === 'host' ? fitsList(value, host) : fitsMatch(value, host);
        if (fits) this.#apply((line as Section).config, host, values, depth);
      } else if (keyword === 'include') {
        for (const text of value.split(/\s+/).flatMap((pattern) => this.#home.read(pattern))) {
          if (text.length <= MAX_BYTES) this.#apply(parsed(text), host, values, depth + 1);
        }
      } else {
        const known = values.get(keyword);
        if (known === undefined) values.set(keyword, [value]);
        else if (LISTS.has(keyword)) known.push(value);
      }
    }
  }

  /** An absolute path; undefined for `none`. */
  #path(path: string, host: string, target: string): string | undefined {
    if (path.toLowerCase() === 'none') return undefined;
    const expanded = this.#expand(path, host, target) ?? path;
    const rooted = expanded.replace(/^~(?=[/\\])/, this.#home.home);
    return /^([/\\]|[A-Za-z]:)/.test(rooted) ? rooted : `${this.#home.home}/.ssh/${rooted}`;
  }

  /** TOKENS of ssh_config(5), as far as they are known before contact. */
  #expand(text: string | undefined, host: string, target: string): string | undefined {
    const tokens: Readonly<Record<string, string>> = {
      '%': '%',
      h: target,
      n: host,
      d: this.#home.home,
      u: this.#home.user,
    };
    return text?.replace(/%([%hndu])/g, (_, token: string) => tokens[token] ?? '');
  }
}

function parsed(text: string): readonly Line[] {
  try {
    return parse(text);
  } catch {
    return []; // ssh itself would stop here; a broken side file must not cost the fleet
  }
}

function valueOf({ value }: Directive): string {
  return typeof value === 'string' ? value : value.map(({ val }) => val).join(' ');
}

/** Patterns divided by blanks; a `!` one that fits decides. */
function fitsList(patterns: string, host: string): boolean {
  let isFound = false;
  for (const pattern of patterns.split(/[\s,]+/)) {
    const isNot = pattern.startsWith('!');
    if (!fitsPattern((isNot ? pattern.slice(1) : pattern).toLowerCase(), host.toLowerCase()))
      continue;
    if (isNot) return false;
    isFound = true;
  }
  return isFound;
}

/** `all`, `host` and `originalhost` are told from the name alone; sections with other criteria do not count. */
function fitsMatch(criteria: string, host: string): boolean {
  const words = criteria.trim().split(/\s+/);
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]?.toLowerCase();
    if (word === 'all') continue;
    if (word !== 'host' && word !== 'originalhost') return false;
    at += 1;
    if (!fitsList(words[at] ?? '', host)) return false;
  }
  return true;
}

function jumpsOf(value: string): string[] {
  if (value.trim().toLowerCase() === 'none') return [];
  return value
    .split(',')
    .map((jump) => jump.trim().replace(/^ssh:\/\//, ''))
    .slice(0, MOST_JUMPS);
}

/** `[user@]host[:port]`, an IPv6 address in brackets. */
export function jumpOf(text: string): { user?: string; host: string; port?: number } | undefined {
  const found = /^(?:([^@\s]+)@)?(?:\[([^\]\s]+)\]|([^:\s]+))(?::(\d{1,5}))?$/.exec(text);
  const host = found?.[2] ?? found?.[3];
  if (found === null || host === undefined) return undefined;
  const port = numberOf(found[4], 65_535);
  return {
    host,
    ...(found[1] !== undefined && { user: found[1] }),
    ...(port !== undefined && { port }),
  };
}

function numberOf(text: string | undefined, most: number): number | undefined {
  const value = /^\d{1,6}$/.test(text ?? '') ? Number(text) : 0;
  return value >= 1 && value <= most ? value : undefined;
}
