/**
 * Evidence for strangers: names, users, addresses and domains masked, the same one always in the same way, so that the
 * diagnosis stays what it was. What the engine reads (codes, builds, KB numbers, package names) is left as it is. Pure.
 */
import { createHmac } from 'node:crypto';
import { isIpv4, isTellingIpv6 } from './addresses.ts';
import {
  isCommonAccount,
  isDomainPlace,
  isPublicHost,
  isRegistrySuffix,
  isTelling,
  looksLikeDns,
} from './known-names.ts';

type Kind = 'host' | 'domain' | 'user' | 'label' | 'guid' | 'mac';

/** Of two kinds that one name is known by, the first is told. */
const KINDS: readonly Kind[] = ['host', 'domain', 'user', 'guid', 'mac', 'label'];

/** Values of the contract, of Windows and of its makers: they name nobody. */
const FIXED: ReadonlySet<string> = new Set(
  `schema section hresult lastResult lastError code stage transport during kb state startMode log provider mode role
  edition productType arch locale languageMode firmware fileSystem mount result operation level approval detection via
  tls bitlocker health source type updateId psVersion`.split(/\s+/),
);
/** Lists whose `name` is one of Windows itself. */
const FIXED_NAMES: ReadonlySet<string> = new Set(['services', 'packages', 'processes', 'vcRedist']);
const TIME = /^\d{4}-\d\d-\d\d(T[\d:.]+Z?)?$/;
/** Versions look like addresses there. */
const VERSIONED = /version|title|^build$|^ubr$/i;

/** Labels that say what a host is for, not whose it is. */
const PLAIN_LABELS: ReadonlySet<string> = new Set(['type', 'ring', 'role', 'tz', 'policy']);
/** Labels that also stand in texts. */
const SPOKEN_LABELS: ReadonlySet<string> = new Set(['client', 'site', 'location', 'owner', 'unit']);

const USER_FIELD =
  /^(user|user_?name|account|account_?name|owner|(target|subject|caller)user(name)?|samaccountname)$/i;
const DOMAIN_FIELD = /^(domain|(target|subject|account|user)?domain_?name|dns_?suffix)$/i;
const HOST_FIELD =
  /^(host|host_?name|computer|computer_?name|machine_?name|workstation(_?name)?|server_?name|client_?name|relay|address|query_?name)$/i;

const LETTER = String.raw`[\p{L}\p{N}]`;
/** `DOMAIN\user` behind a word that says what it is, in the languages of many hosts. */
const ACCOUNT_SAID =
  /(?:user(?:name)?|account|owner|by|as|for|logon|runas|credential|benutzer|konto|utilisateur|compte|utente|usuario|cuenta)["']?[\s:=]{1,3}["']?([\p{L}\p{N}._-]{1,64})\\([\p{L}\p{N}._$-]{1,64})(?![\\\p{L}\p{N}])/giu;
const ACCOUNT_ALONE = /^([\p{L}\p{N}._-]{1,64})\\([\p{L}\p{N}._ $-]{1,64})$/u;
/** Of a name in the DNS (RFC 1035); accounts are shorter. */
const LONGEST_NAME = 255;
const FILE_END =
  /\.(dll|exe|log|xml|cab|msi|msp|msu|sys|inf|dat|ini|txt|ps1|cmd|bat|tmp|etl|evtx|mui|cat|mum|esd|wim)$/i;

const MAIL = String.raw`(?<mail>[\p{L}\p{N}._+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+)`;
const URL_START = String.raw`(?<scheme>\b[a-z][a-z0-9+.-]{1,10}://)(?<login>[^\s/@"'<>]{0,128}@)?(?<urlHost>\[[0-9a-f:.%]+\]|[^\s/:"'<>;,)\]\\?#]{1,255})`;
const SHARE = String.raw`\\\\(?<server>[\p{L}\p{N}][\p{L}\p{N}._-]{0,254})(?=\\)(?:\\(?!Users\\)(?<share>[^\\/:*?"<>|\r\n]{1,80}))?`;
const HOME = String.raw`(?<folder>[\\/](?:Users|Documents and Settings)[\\/])(?<profile>[^\\/:*?"<>|\r\n]{1,64}(?=[\\/])|[^\s\\/:*?"<>|,;')]{1,64})`;
const SID = String.raw`(?<sid>\bS-1-(?:5-21|12-1)(?:-\d{1,10}){3,15})(?!\d)`;
const MAC = String.raw`(?<mac>(?<![\p{L}\p{N}:-])(?:[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}|[0-9a-f]{4}(?:\.[0-9a-f]{4}){2})(?![\p{L}\p{N}:-]))`;
const IPV6 = String.raw`(?<ip6>(?<![\p{L}\p{N}_:.])[0-9a-f]{0,4}:[0-9a-f:]*:[0-9a-f:.]*(?:%\w+)?(?![\p{L}\p{N}_:]))`;
const IPV4 = String.raw`(?<ip4>(?<![\p{L}\p{N}_.~])(?:\d{1,3}\.){3}\d{1,3}(?!${LETTER}|_|~|\.${LETTER}))`;
// So many parts and no more: what is done with one grows with the square of them, and a host may write what it likes.
const TOKEN = String.raw`(?<token>${LETTER}{1,64}(?:(?:[.~-]|_{1,8})${LETTER}{1,64}){0,23})`;
/** A script in base64 may say anything. */
const ENCODED = String.raw`(?<encoded>(?<=\s[-/]e(?:c|nc[a-z]*)?\s+["']?)[a-z0-9+/=]{24,})`;
/** Of a directory or a certificate. */
const PATH_OF_NAMES = String.raw`(?<names>\b(?:CN|OU|DC)=[^,;="\r\n]{1,64}(?:,\s?(?:CN|OU|DC|O|L|S|ST|C)=[^,;="\r\n]{1,64}){1,15})`;
const ANYTHING = new RegExp(
  [ENCODED, PATH_OF_NAMES, MAIL, URL_START, SHARE, HOME, SID, MAC, IPV6, IPV4, TOKEN].join('|'),
  'giu',
);

type Groups = Readonly<Record<string, string | undefined>>;

interface Place {
  readonly text: string;
  readonly at: number;
  readonly length: number;
  /** No addresses are to be expected. */
  readonly isVersioned: boolean;
}

export class Redactor {
  readonly #key: string;
  /** In lower case. */
  readonly #known = new Map<string, Kind>();
  /** Known names with blanks in them, in lower case, made into a pattern when it is needed. */
  readonly #phrases = new Set<string>();
  #phrase: RegExp | undefined;
  readonly #domains = new Set<string>();

  /** @param key the same one masks the same names in the same way, and nobody without it can tell which they were. */
  constructor(key: string) {
    this.#key = key;
  }

  /** Learns the names of a document. To be told all documents before the first is masked. */
  learn(document: unknown): void {
    walk(document, [], (text, path) => {
      if (path[0] === 'labels') return this.#learnLabel(path.at(-1) ?? '', text);
      const field = path.at(-1) ?? '';
      if (isFixed(text, path)) return;
      if (HOST_FIELD.test(field)) this.#learnHost(text);
      else if (USER_FIELD.test(field)) this.#learnUser(text);
      else if (DOMAIN_FIELD.test(field)) this.#learnDomain(text.toLowerCase());
      else if (field === 'susClientId') this.#learn('guid', text);
      this.#learnFrom(text);
    });
  }

  /** The document with its names masked; a new one, of the same shape. */
  redact<T>(document: T): T {
    return map(document, [], (text, path) => this.#value(text, path)) as T;
  }

  // ---- learning ----

  #learn(kind: Kind, text: string): void {
    const name = text.toLowerCase();
    if (name.length > LONGEST_NAME || !isTelling(name)) return;
    const before = this.#known.get(name);
    if (before !== undefined && KINDS.indexOf(before) <= KINDS.indexOf(kind)) return;
    this.#known.set(name, kind);
    if (!name.includes(' ')) return;
    this.#phrases.add(name);
    this.#phrase = undefined;
  }

  #learnLabel(key: string, text: string): void {
    if (SPOKEN_LABELS.has(key)) this.#learn('label', text);
  }

  #learnHost(text: string): void {
    const name = text.toLowerCase().replace(/\.$/, '');
    if (name.length > LONGEST_NAME || /^[\d.]+$|[:\s\\/]/.test(name) || isPublicHost(name)) return;
    const dot = name.indexOf('.');
    this.#learn('host', dot < 0 ? name : name.slice(0, dot));
    if (dot > 0) this.#learnDomain(name.slice(dot + 1));
  }

  /** A domain and those above it, and the first word of each, which is what Windows calls it. */
  #learnDomain(domain: string): void {
    if (domain.length > LONGEST_NAME) return;
    for (let left = domain; left !== ''; left = left.slice(left.indexOf('.') + 1)) {
      if (left.includes('.') && (isRegistrySuffix(left) || isPublicHost(left))) return;
      if (left.includes('.')) this.#domains.add(left);
      else if (left !== domain) return;
      this.#learn('domain', left.split('.')[0] ?? left);
      if (!left.includes('.')) return;
    }
  }

  #learnUser(text: string): void {
    const [, domain, user = text] = ACCOUNT_ALONE.exec(text) ?? [];
    if (domain !== undefined) return this.#learnAccount(domain, user);
    if (!isCommonAccount(user) && !/[\\/@]/.test(user)) this.#learn('user', user);
  }

  #learnAccount(domain: string, user: string): void {
    if (!isDomainPlace(domain.toLowerCase()) || FILE_END.test(user)) return;
    if (domain !== '.') this.#learnDomain(domain.toLowerCase());
    if (!isCommonAccount(user)) this.#learn('user', user.replace(/\$$/, ''));
  }

  #learnFrom(text: string): void {
    const [, domain, user] = ACCOUNT_ALONE.exec(text) ?? [];
    if (domain !== undefined && user !== undefined) this.#learnAccount(domain, user);
    for (const [, realm = '', name = ''] of text.matchAll(ACCOUNT_SAID))
      this.#learnAccount(realm, name);
    for (const { groups = {} } of text.matchAll(ANYTHING)) this.#learnMatch(groups);
  }

  #learnMatch({ names, mail, urlHost, server, profile, mac, token }: Groups): void {
    if (names !== undefined && !isMakersName(names)) this.#learnDirectory(names);
    else if (mail !== undefined) {
      const [user = '', domain = ''] = mail.toLowerCase().split('@');
      if (isPublicHost(domain)) return;
      this.#learn('user', user);
      this.#learnDomain(domain);
    } else if (urlHost !== undefined) this.#learnHost(urlHost);
    else if (server !== undefined) this.#learnHost(server);
    else if (profile !== undefined) this.#learnProfile(profile);
    else if (mac !== undefined) this.#learn('mac', mac.replaceAll(/[^0-9a-f]/gi, ''));
    else if (token !== undefined && token.includes('.') && looksLikeDns(token))
      this.#learnHost(token);
  }

  #learnDirectory(names: string): void {
    const domain = [...names.matchAll(/\bDC=([^,]+)/gi)].map(([, label = '']) => label.trim());
    if (domain.length > 0) this.#learnDomain(domain.join('.').toLowerCase());
  }

  /** A folder of a user; Windows puts the domain behind a dot where the name was taken. */
  #learnProfile(profile: string): void {
    if (!isCommonAccount(profile) && !profile.includes('~')) this.#learn('user', profile);
  }

  // ---- masking ----

  #value(text: string, path: readonly string[]): string {
    const field = path.at(-1) ?? '';
    if (path[0] === 'labels')
      return PLAIN_LABELS.has(field) ? text : this.#mask('label', text.toLowerCase());
    if (isFixed(text, path)) return text;
    // A name by its place, whatever word it is.
    if (path.length === 1 && field === 'host' && text !== '') return this.#fullName(text);
    const isVersioned = VERSIONED.test(field);
    const spoken = this.#withoutPhrases(text);
    return spoken.replace(ANYTHING, (match, ...found) => {
      // Behind the groups by number: where it begins, the whole text, the groups by name.
      const groups = found.at(-1) as Groups;
      const at = found.at(-3) as number;
      return this.#match(match, groups, { text: spoken, at, length: match.length, isVersioned });
    });
  }

  #withoutPhrases(text: string): string {
    if (this.#phrases.size === 0) return text;
    this.#phrase ??= new RegExp(
      `(?<!${LETTER})(?:${[...this.#phrases]
        .toSorted((a, b) => b.length - a.length)
        .map((phrase) => phrase.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        .join('|')})(?!${LETTER})`,
      'giu',
    );
    return text.replace(this.#phrase, (phrase) => this.#knownName(phrase));
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
    if (dot < 0 || this.#domains.has(name.toLowerCase()))
      return dot < 0 ? this.#knownName(name, 'host') : this.#domain(name);
    return `${this.#knownName(name.slice(0, dot), 'host')}.${this.#domain(name.slice(dot + 1))}`;
  }

  #domain(domain: string): string {
    return `${this.#mask('domain', domain)}.invalid`;
  }

  #token(token: string, place: Place): string {
    if (this.#known.has(token.toLowerCase())) return this.#knownName(token);
    if (isPublicHost(token)) return token;
    if (token.includes('.') && (this.#isOurs(token) || looksLikeDns(token)))
      return this.#fullName(token);
    return this.#isUser(token, place) ? this.#knownName(token, 'user') : this.#pieces(token);
  }

  #isOurs(token: string): boolean {
    const plain = token.toLowerCase();
    for (let at = 0; at >= 0; at = plain.indexOf('.', at) + 1 || -1)
      if (this.#domains.has(plain.slice(at))) return true;
    return false;
  }

  /** What stands behind `DOMAIN\`, however short and common a word it is. */
  #isUser(token: string, { text, at }: Place): boolean {
    const [, domain = ''] =
      /(?<![\\/:\p{L}\p{N}._-])([\p{L}\p{N}._-]{1,64})\\$/u.exec(
        text.slice(Math.max(0, at - 66), at),
      ) ?? [];
    const kind = this.#known.get(domain.toLowerCase());
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
      if (this.#known.has(parts.slice(from, to).join('').toLowerCase())) return to;
    return from;
  }

  /** One name has one mask, by whatever place it is found. */
  #knownName(name: string, otherwise: Kind | 'share' | 'name' = 'label'): string {
    const plain = name.toLowerCase();
    const kind = this.#known.get(plain) ?? otherwise;
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

function isFixed(text: string, path: readonly string[]): boolean {
  const field = path.at(-1) ?? '';
  if (text === '' || TIME.test(text)) return true;
  if (path.includes('data') && path[0] === 'events') return false;
  return FIXED.has(field) || (field === 'name' && FIXED_NAMES.has(path.at(-2) ?? ''));
}

/** Certificates of those whose software and servers everybody has. */
function isMakersName(names: string): boolean {
  return /microsoft|digicert|verisign|symantec|globalsign/i.test(names);
}

function walk(
  value: unknown,
  path: readonly string[],
  visit: (text: string, path: readonly string[]) => void,
): void {
  if (typeof value === 'string') visit(value, path);
  else if (Array.isArray(value)) for (const item of value) walk(item, path, visit);
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) walk(inner, [...path, name], visit);
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
