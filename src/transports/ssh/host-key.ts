/** Whether a host shows the key it is known by. An unknown key and a changed one are two different things. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ContactError } from '../../core/contact.ts';
import { errnoOf } from '../../core/error.ts';
import { KnownHosts, knownName, type KnownKey } from './known-hosts.ts';

/** `SHA256:` and base64 without padding, as ssh-keygen prints it. */
export function fingerprintOf(key: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The type that a key in SSH's wire format names (RFC 4253, 6.6); empty when it is none. */
export function keyType(key: Buffer): string {
  const length = key.length >= 4 ? key.readUInt32BE(0) : 0;
  return length > 0 && length <= 64 && key.length >= 4 + length
    ? key.toString('latin1', 4, 4 + length)
    : '';
}

/** Reading a file of thousands of names costs milliseconds: once for a run, not for each host. */
const read = new Map<string, Promise<KnownHosts>>();

export function knownHosts(files: readonly string[]): Promise<KnownHosts> {
  const key = files.join('\0');
  const known = read.get(key) ?? readFiles(files);
  read.set(key, known);
  return known;
}

async function readFiles(files: readonly string[]): Promise<KnownHosts> {
  const texts = await Promise.all(
    files.map(async (file) => {
      try {
        return { file, text: await readFile(file, 'utf8') };
      } catch (cause) {
        if (errnoOf(cause) === 'ENOENT') return { file, text: '' };
        const code = errnoOf(cause) ?? 'unknown';
        const message = `${file} cannot be read (${code}), so no host key can be checked; make it readable`;
        throw new ContactError({ stage: 'tls', code, message }, { cause });
      }
    }),
  );
  return new KnownHosts(texts);
}

/** Key types in the order to ask for: those known of the host first, so that it shows one we can check. */
export function preferredTypes(keys: readonly KnownKey[], all: readonly string[]): string[] {
  const known = new Set(keys.filter(({ isRevoked }) => !isRevoked).map(({ type }) => type));
  const isKnown = (algorithm: string): boolean =>
    known.has(algorithm) || (algorithm.startsWith('rsa-sha2-') && known.has('ssh-rsa'));
  return [...all.filter(isKnown), ...all.filter((algorithm) => !isKnown(algorithm))];
}

export interface Shown {
  readonly host: string;
  readonly port: number;
  /** Another name under which its key is kept. */
  readonly alias?: string;
  readonly key: Buffer;
}

/** @throws ContactError stage tls: HOST_KEY_UNKNOWN, HOST_KEY_CHANGED, HOST_KEY_REVOKED. */
export function checkHostKey({ host, port, alias, key }: Shown, keys: readonly KnownKey[]): void {
  const type = keyType(key);
  const shown = `${type} ${fingerprintOf(key)}`;
  const same = keys.filter((known) => known.key.equals(key));
  const revoked = same.find(({ isRevoked }) => isRevoked);
  if (revoked !== undefined) {
    const message = `the host shows a key that was revoked in ${place(revoked)}: ${shown}`;
    throw new ContactError({ stage: 'tls', code: 'HOST_KEY_REVOKED', message });
  }
  if (same.length > 0) return;
  const other =
    keys.find((known) => !known.isRevoked && known.type === type) ??
    keys.find(({ isRevoked }) => !isRevoked);
  if (other !== undefined) {
    const known = `${other.type} ${fingerprintOf(other.key)}`;
    const message = `the host key changed: it shows ${shown}, ${place(other)} has ${known}; another machine, or somebody in between`;
    throw new ContactError({ stage: 'tls', code: 'HOST_KEY_CHANGED', message });
  }
  const line = `${alias ?? knownName(host, port)} ${type} ${key.toString('base64')}`;
  const message = `unknown host key ${shown}; compare it on the host, then add to known_hosts: ${line}`;
  throw new ContactError({ stage: 'tls', code: 'HOST_KEY_UNKNOWN', message });
}

function place({ file, line }: KnownKey): string {
  return `${file}:${line}`;
}
