/**
 * Evidence for strangers: names, users, addresses and domains masked, the same one always in the same way, so that the
 * diagnosis stays what it was. What the engine reads (codes, builds, KB numbers, package names) is left as it is. Pure.
 */
import { createHmac } from 'node:crypto';
import { isIpv4, isTellingIpv6 } from './addresses.ts';
import { isCommonAccount, isMakersName, isPublicHost, looksLikeDns } from './known-names.ts';
import { ANYTHING, type Groups } from './name-patterns.ts';
import { isFixed, type Kind, Names } from './names.ts';

/** Versions look like addresses there. */
const VERSIONED = /version|title|^build$|^ubr$/i;

/** Labels that say what a host is for, not whose it is. */
const PLAIN_LABELS: ReadonlySet<string> = new Set(['type', 'ring', 'role', 'tz', 'policy']);

/** Where in a text something matched. */
interface Place {
  readonly text: string;
  readonly at: number;
  readonly length: number;
  /** No addresses are to be expected. */
  readonly isVersioned: boolean;
}

export class Redactor {
  readonly #key: string;
  readonly #names = new Names();

  /** @param key the same one masks the same names in the same way, and nobody without it can tell which they were. */
  constructor(key: string) {
    this.#key = key;
  }

  /** Learns the names of a document. To be told all documents before the first is masked. */
  learn(document: unknown): void {
    this.#names.learn(document);
  }

  /** The document with its names masked; a new one, of the same shape. */
  redact<T>(document: T): T {
    return map(document, [], (text, path) => this.#value(text, path)) as T;
  }

  #value(text: string, path: readonly string[]): string {
    const field = path.at(-1) ?? '';
    if (path[0] === 'labels')
      return PLAIN_LABELS.has(field) ? text : this.#mask('label', text.toLowerCase());
    if (isFixed(text, path)) return text;
    // A name by its place, whatever word it is.
    if (path.length === 1 && field === 'host' && text !== '') return this.#fullName(text);
    const isVersioned = VERSIONED.test(field);
    const { phrases } = this.#names;
    const spoken = phrases ? text.replace(phrases, (phrase) => this.#knownName(phrase)) : text;
    return spoken.replace(ANYTHING, (match, ...found) => {
      // Behind the groups by number: where it begins, the whole text, the groups by name.
      const groups = found.at(-1) as Groups;
      const at = found.at(-3) as number;
      return this.#match(match, groups, { text: spoken, at, length: match.length, isVersioned });
    });
  }

  #match(match: string, groups: Groups, place: Place): string {
    const { mail, scheme, login, urlHost, server, share, folder, profile, sid, mac } = groups;
    const { encoded, names } = groups;
    if (encoded !== undefined) return this.#mask('text', encoded);
    if (names !== undefined)
      return isMakersName(names)
        ? names
        : names.replaceAll(/(?<==)[^,]+/g, (name) => this.#knownName(name, 'name'));
    if (mail !== undefined)
      return isPublicHost(mail.split('@')[1] ?? '') ? mail : this.#mask('mail', mail);
    if (scheme !== undefined && urlHost !== undefined) {
      const user = login === undefined ? '' : `${this.#mask('user', login)}@`;
      return scheme + user + this.#urlHost(urlHost);
    }
    if (server !== undefined) {
      const behind = share === undefined ? '' : `\\${this.#share(share)}`;
      return `\\\\${this.#urlHost(server)}${behind}`;
    }
    if (folder !== undefined && profile !== undefined)
      return folder + (isCommonAccount(profile) ? profile : this.#knownName(profile, 'user'));
    if (sid !== undefined) return this.#sid(sid);
    if (mac !== undefined) return this.#mask('mac', mac.replaceAll(/[^0-9a-f]/gi, ''));
    return this.#numberOrToken(match, groups, place);
  }

  #numberOrToken(match: string, { ip6, ip4 }: Groups, place: Place): string {
    if (ip6 !== undefined) return this.#ipv6(ip6);
    if (ip4 === undefined) return this.#token(match, place);
    const before = place.text.slice(Math.max(0, place.at - 24), place.at);
    const after = place.text.slice(place.at + place.length, place.at + place.length + 2);
    return !place.isVersioned && isIpv4(ip4, before, after) ? this.#mask('ip', ip4) : ip4;
  }

  /** The colon or full stop of a sentence may stand behind it. */
  #ipv6(text: string): string {
    const [, address = text, end = ''] = /^(.*?[^.:]|.*::)([.:]?)$/.exec(text) ?? [];
    return isTellingIpv6(address) ? this.#mask('ip6', address) + end : text;
  }

  #urlHost(host: string): string {
    const plain = host.replaceAll(/^\[|\]$/g, '');
    if (plain !== host) return isTellingIpv6(plain) ? this.#mask('ip6', plain) : host;
    if (/^(?:\d{1,3}\.){3}\d{1,3}$/.test(host))
      return isIpv4(host, '', '') ? this.#mask('ip', host) : host;
    if (/^(localhost|[.?])$/i.test(host) || isPublicHost(host)) return host;
    return this.#fullName(host);
  }

  /** Shares that every Windows has stay. */
  #share(share: string): string {
    return /^(?:[a-z]\$|admin\$|ipc\$|print\$|sysvol|netlogon)$/i.test(share)
      ? share
      : this.#knownName(share, 'share');
  }

  #fullName(name: string): string {
    const dot = name.indexOf('.');
    if (dot < 0 || this.#names.isDomain(name))
      return dot < 0 ? this.#knownName(name, 'host') : this.#domain(name);
    return `${this.#knownName(name.slice(0, dot), 'host')}.${this.#domain(name.slice(dot + 1))}`;
  }

  #domain(domain: string): string {
    return `${this.#mask('domain', domain)}.invalid`;
  }

  #token(token: string, place: Place): string {
    if (this.#names.kindOf(token) !== undefined) return this.#knownName(token);
    if (isPublicHost(token)) return token;
    if (token.includes('.') && (this.#names.isInDomain(token) || looksLikeDns(token)))
      return this.#fullName(token);
    return this.#isUser(token, place) ? this.#knownName(token, 'user') : this.#pieces(token);
  }

  /** What stands behind `DOMAIN\`, however short and common a word it is. */
  #isUser(token: string, { text, at }: Place): boolean {
    const [, domain = ''] =
      /(?<![\\/:\p{L}\p{N}._-])([\p{L}\p{N}._-]{1,64})\\$/u.exec(
        text.slice(Math.max(0, at - 66), at),
      ) ?? [];
    const kind = this.#names.kindOf(domain);
    return (kind === 'domain' || kind === 'host') && !isCommonAccount(token);
  }

  /** Known names inside a longer word: `backup_ws-0142`, `ACME-Policy`; the longest first. */
  #pieces(token: string): string {
    const parts = token.split(/([.~_-]+)/);
    let done = '';
    for (let from = 0; from < parts.length;) {
      const to = this.#longest(parts, from);
      done += to === from ? (parts[from] ?? '') : this.#knownName(parts.slice(from, to).join(''));
      from = to === from ? from + 1 : to;
    }
    return done;
  }

  /** Where the longest known name that begins with a part ends; `from` when there is none. */
  #longest(parts: readonly string[], from: number): number {
    if (from % 2 !== 0) return from;
    for (let to = parts.length; to > from; to -= 2)
      if (this.#names.kindOf(parts.slice(from, to).join('')) !== undefined) return to;
    return from;
  }

  /** One name has one mask, by whatever place it is found. */
  #knownName(name: string, otherwise: Kind | 'share' | 'name' = 'label'): string {
    const plain = name.toLowerCase();
    const kind = this.#names.kindOf(plain) ?? otherwise;
    return kind === 'guid' ? this.#guid(plain) : this.#mask(kind, plain);
  }

  #sid(sid: string): string {
    const parts = sid.split('-');
    const head = parts.slice(0, 4).join('-');
    const issuer = parts.slice(4, 7);
    // Claims and other well-known groups have no domain.
    if (issuer.every((part) => part === '0')) return sid;
    const masked = this.#numbers(`${head}-${issuer.join('-')}`, 3);
    const rest = parts.slice(7).map((part) => {
      if (Number(part) < 1000) return part;
      return 1000 + ((this.#numbers(`${sid}:${part}`, 1)[0] ?? 0) % 100_000);
    });
    return [head, ...masked, ...rest].join('-');
  }

  #numbers(text: string, count: number): number[] {
    const hash = this.#hash(text);
    return Array.from({ length: count }, (_, at) =>
      Number.parseInt(hash.slice(at * 8, at * 8 + 8), 16),
    );
  }

  #guid(guid: string): string {
    return this.#hash(guid).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  }

  #mask(kind: string, value: string): string {
    return `${kind}-${this.#hash(value).slice(0, 10)}`;
  }

  #hash(value: string): string {
    return createHmac('sha256', this.#key).update(value.toLowerCase()).digest('hex');
  }
}

function map(
  value: unknown,
  path: readonly string[],
  change: (text: string, path: readonly string[]) => string,
): unknown {
  if (typeof value === 'string') return change(value, path);
  if (Array.isArray(value)) return value.map((item) => map(item, path, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, map(inner, [...path, name], change)]),
  );
}
