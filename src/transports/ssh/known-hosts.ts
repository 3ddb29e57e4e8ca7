/** Keys that hosts are known by: the files that OpenSSH's client keeps (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). Pure. */
import { createHmac, timingSafeEqual } from 'node:crypto';

export interface KnownKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, ... */
  readonly type: string;
  readonly key: Buffer;
  readonly isRevoked: boolean;
  readonly file: string;
  readonly line: number;
}

/** A name as it stands in the files: `host`, or `[host]:port` where the port is not 22. */
export function knownName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

interface Entry extends KnownKey {
  readonly names: string;
}

/** Lines longer than this hold no key. */
const MAX_LINE = 16_384;

/** The entries of one file; lines that are none are passed over, as ssh does. */
export class KnownHosts {
  readonly #entries: readonly Entry[];

  /** @param file its path, to tell where a key stands. */
  constructor(files: readonly { readonly file: string; readonly text: string }[]) {
    this.#entries = files.flatMap(({ file, text }) =>
      text.split(/\r?\n/).flatMap((line, at) => entryOf(line, file, at + 1) ?? []),
    );
  }

  /** All keys for a name as `knownName` spells it, in the order of the files. */
  keysOf(name: string): readonly KnownKey[] {
    return this.#entries.filter(({ names }) => matches(names, name));
  }
}

function entryOf(text: string, file: string, line: number): Entry | undefined {
  if (text.length > MAX_LINE || /^\s*(#|$)/.test(text)) return undefined;
  const words = text.trim().split(/\s+/);
  const marker = words[0]?.startsWith('@') === true ? words.shift() : undefined;
  // A certificate authority signs host certificates, which ssh2 does not take.
  if (marker !== undefined && marker !== '@revoked') return undefined;
  const [names, type, encoded] = words;
  if (names === undefined || type === undefined || encoded === undefined) return undefined;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return undefined;
  const key = Buffer.from(encoded, 'base64');
  return { names, type, key, isRevoked: marker === '@revoked', file, line };
}

/** One hashed name, or a list of patterns of which one must fit and no `!` pattern may. */
function matches(names: string, name: string): boolean {
  if (names.startsWith('|1|')) return isHashOf(names, name);
  let isFound = false;
  for (const pattern of names.toLowerCase().split(',')) {
    const isNot = pattern.startsWith('!');
    if (!fitsPattern(isNot ? pattern.slice(1) : pattern, name)) continue;
    if (isNot) return false;
    isFound = true;
  }
  return isFound;
}

/** `|1|salt|hash`: HMAC-SHA1 of the name, keyed with the salt. */
function isHashOf(hashed: string, name: string): boolean {
  const [, , salt = '', hash = ''] = hashed.split('|');
  const expected = Buffer.from(hash, 'base64');
  const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** `*` any text, `?` one character; step by step, so that no pattern can make it run away. */
export function fitsPattern(pattern: string, text: string): boolean {
  let at = 0;
  let in_ = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    if (pattern[in_] === '*') {
      star = in_;
      resume = at;
      in_ += 1;
    } else if (pattern[in_] === '?' || pattern[in_] === text[at]) {
      in_ += 1;
      at += 1;
    } else if (star >= 0) {
      in_ = star + 1;
      resume += 1;
      at = resume;
    } else return false;
  }
  while (pattern[in_] === '*') in_ += 1;
  return in_ === pattern.length;
}
