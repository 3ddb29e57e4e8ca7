/** The names that documents tell: of hosts, domains, users and whoever the hosts belong to. Knows no masks. */
import {
  isCommonAccount,
  isDomainPlace,
  isMakersName,
  isPublicHost,
  isRegistrySuffix,
  isTelling,
  looksLikeDns,
} from './known-names.ts';
import {
  ACCOUNT_ALONE,
  ACCOUNT_SAID,
  ANYTHING,
  FILE_END,
  type Groups,
  LETTER,
  LONGEST_NAME,
} from './name-patterns.ts';

export type Kind = 'host' | 'domain' | 'user' | 'label' | 'guid' | 'mac';

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
/** Labels that also stand in texts. */
const SPOKEN_LABELS: ReadonlySet<string> = new Set(['client', 'site', 'location', 'owner', 'unit']);

const USER_FIELD =
  /^(user|user_?name|account|account_?name|owner|(target|subject|caller)user(name)?|samaccountname)$/i;
const DOMAIN_FIELD = /^(domain|(target|subject|account|user)?domain_?name|dns_?suffix)$/i;
const HOST_FIELD =
  /^(host|host_?name|computer|computer_?name|machine_?name|workstation(_?name)?|server_?name|client_?name|relay|address|query_?name)$/i;

export class Names {
  /** In lower case. */
  readonly #kinds = new Map<string, Kind>();
  readonly #domains = new Set<string>();
  /** Known names with blanks in them, in lower case, made into a pattern when it is needed. */
  readonly #phrases = new Set<string>();
  #phrase: RegExp | undefined;

  /** Learns the names of a document. */
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

  kindOf(name: string): Kind | undefined {
    return this.#kinds.get(name.toLowerCase());
  }

  isDomain(name: string): boolean {
    return this.#domains.has(name.toLowerCase());
  }

  /** Whether a name is a known domain, or lies in one. */
  isInDomain(token: string): boolean {
    const plain = token.toLowerCase();
    for (let at = 0; at >= 0; at = plain.indexOf('.', at) + 1 || -1)
      if (this.#domains.has(plain.slice(at))) return true;
    return false;
  }

  /** Finds the known names that have blanks in them; undefined when there are none. */
  get phrases(): RegExp | undefined {
    if (this.#phrases.size === 0) return undefined;
    this.#phrase ??= new RegExp(
      `(?<!${LETTER})(?:${[...this.#phrases]
        .toSorted((a, b) => b.length - a.length)
        .map((phrase) => phrase.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        .join('|')})(?!${LETTER})`,
      'giu',
    );
    return this.#phrase;
  }

  #learn(kind: Kind, text: string): void {
    const name = text.toLowerCase();
    if (name.length > LONGEST_NAME || !isTelling(name)) return;
    const before = this.#kinds.get(name);
    if (before !== undefined && KINDS.indexOf(before) <= KINDS.indexOf(kind)) return;
    this.#kinds.set(name, kind);
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
}

/** Whether a value is none of a name, by its place in the contract or by its form. */
export function isFixed(text: string, path: readonly string[]): boolean {
  const field = path.at(-1) ?? '';
  if (text === '' || TIME.test(text)) return true;
  if (path.includes('data') && path[0] === 'events') return false;
  return FIXED.has(field) || (field === 'name' && FIXED_NAMES.has(path.at(-2) ?? ''));
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
