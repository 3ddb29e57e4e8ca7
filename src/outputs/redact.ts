/**
 * Evidence for strangers: names, users, addresses and domains masked, the same one always in the same way, so that the
 * diagnosis stays what it was. What the engine reads (codes, builds, KB numbers, package names) is left as it is. Pure.
 */
import { createHmac } from 'node:crypto';

/** Public hosts that evidence is about, and that name nobody. */
const PUBLIC =
  /(^|\.)(microsoft\.com|windowsupdate\.com|windows\.com|windows\.net|office\.com|office\.net|live\.com|msftconnecttest\.com|msftncsi\.com|azure\.com|azureedge\.net|digicert\.com|w3\.org|xmlsoap\.org)$/i;

const URL_HOST =
  /\b[a-z][a-z0-9+.-]{1,10}:\/\/(?:[^\s/@"<>]{0,64}@)?(\[[0-9a-f:.%]+\]|[^\s/:"'<>;,)\]]{1,255})/gi;
const HOST_AND_PORT = /(?<![\w.\\/-])([a-z][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63})+):\d{2,5}(?!\d)/gi;
const FULL_NAME = /(?<![\w\\~-]|\w\.)[a-z0-9](?:[a-z0-9-]{0,62}\.)+[a-z]{2,63}(?![\w~-])/gi;
const WORD = /(?<![\w.-])[a-z0-9][a-z0-9-]{2,62}(?![\w-])/gi;
const MAIL = /[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+/gi;
const ADDRESS_4 = /(?<![\w.])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?![\w.]*\d)(?!\w)/g;
const ADDRESS_6 = /(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}(?:%\w+)?(?![\w:])/gi;
const HARDWARE = /(?<![\w:-])[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}(?![\w:-])/gi;
const SID = /\bS-1-5-21-\d{1,10}-\d{1,10}-\d{1,10}(?=-|\b)/g;
const HOME = /((?:^|[\\/])(?:Users|Documents and Settings)[\\/])([^\\/:*?"<>|]{1,64})/gi;
const NOBODY = /^(public|default|default user|all users|administrator)$/i;
const GUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;

/** Fields whose whole value is a name of somebody or something. */
const NAMED_FIELDS: ReadonlySet<string> = new Set([
  'host',
  'user',
  'userName',
  'account',
  'owner',
  'domain',
  'computerName',
  'dnsSuffix',
  'relay',
  'serial',
  'serialNumber',
]);
const LABELS: ReadonlySet<string> = new Set([
  'client',
  'site',
  'group',
  'unit',
  'location',
  'tags',
  'owner',
]);
/** Fields that hold host names without a scheme. */
const HOST_FIELDS =
  /^(QueryName|proxyBypass|winHttpProxy|systemProxy|wsusServer|wsusStatusServer|address|target|pac\w*)$/i;
/** Versions look like addresses there. */
const VERSIONED = /version|title|^build$|^ubr$/i;

export class Redactor {
  readonly #key: string;
  /** Names without their domain, in lower case. */
  readonly #names = new Set<string>();
  readonly #domains = new Set<string>();

  /** @param key the same one masks the same names in the same way, and nobody without it can tell which they were. */
  constructor(key: string) {
    this.#key = key;
  }

  /** Learns the names of a document. To be told all of them before the first is masked. */
  learn(document: unknown): void {
    walk(document, [], (text, path) => {
      const field = path.at(-1) ?? '';
      if (field === 'host' && path.length === 1) this.#learnName(text);
      if (HOST_FIELDS.test(field))
        for (const [name] of text.matchAll(FULL_NAME)) this.#learnName(name);
      for (const [, name = ''] of text.matchAll(URL_HOST)) this.#learnName(name);
      for (const [, name = ''] of text.matchAll(HOST_AND_PORT)) this.#learnName(name);
    });
  }

  /** The document with its names masked; a new one, of the same shape. */
  redact<T>(document: T): T {
    return map(document, [], (text, path) => this.#text(text, path)) as T;
  }

  #learnName(name: string): void {
    const plain = name.toLowerCase();
    if (/^[\d.]+$|^\[|^localhost$/.test(plain) || PUBLIC.test(plain)) return;
    const dot = plain.indexOf('.');
    this.#names.add(dot < 0 ? plain : plain.slice(0, dot));
    if (dot > 0) this.#domains.add(plain.slice(dot + 1));
  }

  #text(text: string, path: readonly string[]): string {
    const field = path.at(-1) ?? '';
    if (field === 'schema' || field === 'section') return text;
    if (path.at(-2) === 'labels' && LABELS.has(field)) return this.#mask('label', text);
    if (NAMED_FIELDS.has(field) && path.length <= 3 && text !== '') return this.#named(text);
    let left = text
      .replace(MAIL, (mail) => this.#mask('mail', mail))
      .replace(SID, (sid) => this.#sid(sid))
      .replace(HOME, (whole, before: string, user: string) =>
        NOBODY.test(user) ? whole : before + this.#mask('user', user),
      )
      .replace(FULL_NAME, (name) => this.#fullName(name));
    left = left.replace(WORD, (word) => (this.#isName(word) ? this.#name(word) : word));
    left = left.replace(HARDWARE, (address) => this.#mask('mac', address));
    if (field === 'susClientId') left = left.replace(GUID, (guid) => this.#guid(guid));
    if (VERSIONED.test(field)) return left;
    return left
      .replace(ADDRESS_4, (address, ...octets: string[]) => this.#address(address, octets, field))
      .replace(ADDRESS_6, (address) => (address === '::1' ? address : this.#mask('ip6', address)));
  }

  #named(text: string): string {
    return /^[\w-]+(\.[\w-]+)*$/.test(text) ? this.#hostName(text) : this.#mask('name', text);
  }

  #hostName(name: string): string {
    const dot = name.indexOf('.');
    return dot < 0
      ? this.#name(name)
      : `${this.#name(name.slice(0, dot))}.${this.#domain(name.slice(dot + 1))}`;
  }

  #fullName(name: string): string {
    const plain = name.toLowerCase();
    if (PUBLIC.test(plain)) return name;
    if (this.#domains.has(plain)) return this.#domain(name);
    const isOurs = [...this.#domains].some((domain) => plain.endsWith(`.${domain}`));
    return isOurs ? this.#hostName(name) : name;
  }

  /** Bare words only where they cannot be words of the language. */
  #isName(word: string): boolean {
    return /[\d-]/.test(word) && this.#names.has(word.toLowerCase());
  }

  #address(address: string, octets: readonly string[], field: string): string {
    const numbers = octets.slice(0, 4).map(Number);
    const [a = 0, b = 0] = numbers;
    if (
      numbers.some((number) => number > 255) ||
      a === 127 ||
      a === 0 ||
      address === '255.255.255.255'
    )
      return address;
    const isPrivate =
      a === 10 ||
      (a === 172 && b >= 16 && b < 32) ||
      (a === 192 && b === 168) ||
      (a === 169 && b === 254);
    // In running text a version of four small numbers is likelier than a public address.
    if (!isPrivate && /^(message|text)$/.test(field)) return address;
    return this.#mask('ip', address);
  }

  #sid(sid: string): string {
    const [a, b, c] = [0, 8, 16].map((at) =>
      Number.parseInt(this.#hash('sid', sid).slice(at, at + 8), 16),
    );
    return `S-1-5-21-${a}-${b}-${c}`;
  }

  #guid(guid: string): string {
    const hash = this.#hash('guid', guid);
    return [
      hash.slice(0, 8),
      hash.slice(8, 12),
      hash.slice(12, 16),
      hash.slice(16, 20),
      hash.slice(20, 32),
    ].join('-');
  }

  #name(name: string): string {
    return this.#mask('host', name);
  }

  #domain(domain: string): string {
    return `${this.#mask('domain', domain)}.invalid`;
  }

  #mask(kind: string, value: string): string {
    return `${kind}-${this.#hash(kind, value).slice(0, 8)}`;
  }

  #hash(kind: string, value: string): string {
    return createHmac('sha256', this.#key).update(`${kind}:${value.toLowerCase()}`).digest('hex');
  }
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
