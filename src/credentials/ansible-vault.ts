/**
 * Opens what Ansible vault has encrypted (formats 1.1 and 1.2, cipher AES256). Knows no files and no YAML.
 * The format: Ansible documentation, "Protecting sensitive data with Ansible vault", "Ansible Vault payload format".
 */
import { createDecipheriv, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Secret } from '../core/secret.ts';
import type { SecretText, Unusable } from './read-secret-file.ts';
import { unusable } from './read-secret-file.ts';

const derive = promisify(pbkdf2);

const ROUNDS = 10_000;
const KEY_BYTES = 32;
const BLOCK_BYTES = 16;
const MAC_BYTES = 32;

/** What is known of an encrypted text without its password. */
export interface Sealed {
  /** Which password it wants: the vault id of format 1.2, else `default`. */
  readonly id: string;
  readonly salt: Buffer;
  readonly mac: Buffer;
  readonly cipher: Buffer;
}

export function isSealed(text: string): boolean {
  return text.trimStart().startsWith('$ANSIBLE_VAULT');
}

/** Takes the envelope apart; what is not whole is told before anybody is asked for a password. */
export function readSealed(text: string): Sealed | Unusable {
  const [header = '', ...body] = text.trim().split(/\s*\n\s*/);
  const [mark, version = '', cipherName = '', id = 'default'] = header.split(';');
  if (mark !== '$ANSIBLE_VAULT') return unusable('is not encrypted by Ansible vault', ENCRYPT);
  if ((version !== '1.1' && version !== '1.2') || cipherName !== 'AES256') {
    return unusable('is of a vault format that is not read here', REKEY);
  }
  const [salt, mac, cipher, ...more] = fromHex(body.join('')).toString('latin1').split('\n');
  const parts = [salt, mac, cipher].map((part = '') => fromHex(part));
  const [saltBytes = EMPTY, macBytes = EMPTY, cipherBytes = EMPTY] = parts;
  const isWhole =
    more.length === 0 &&
    saltBytes.length > 0 &&
    macBytes.length === MAC_BYTES &&
    cipherBytes.length > 0 &&
    cipherBytes.length % BLOCK_BYTES === 0;
  if (!isWhole) return unusable('is damaged: it is not a whole vault text', RESTORE);
  return { id, salt: saltBytes, mac: macBytes, cipher: cipherBytes };
}

/** The text inside, or why not: a password that does not fit and a text that was altered are told apart. */
export async function openSealed(
  { salt, mac, cipher }: Sealed,
  password: Secret,
): Promise<SecretText> {
  const keys = await derive(password.reveal(), salt, ROUNDS, 2 * KEY_BYTES + BLOCK_BYTES, 'sha256');
  const [key, macKey, iv] = [
    keys.subarray(0, KEY_BYTES),
    keys.subarray(KEY_BYTES, 2 * KEY_BYTES),
    keys.subarray(2 * KEY_BYTES),
  ];
  const isGenuine = timingSafeEqual(createHmac('sha256', macKey).update(cipher).digest(), mac);
  const decipher = createDecipheriv('aes-256-ctr', key, iv);
  const padded = Buffer.concat([decipher.update(cipher), decipher.final()]);
  const plain = unpadded(padded);
  if (isGenuine && plain !== undefined) return { kind: 'text', text: plain.toString('utf8') };
  // A wrong password makes noise of it; what reads as text in spite of its seal was opened by the right one.
  return isGenuine || isReadable(plain ?? padded)
    ? unusable('was altered after it was encrypted', RESTORE)
    : unusable('does not open with the vault password', WRONG);
}

const EMPTY = Buffer.alloc(0);
const ENCRYPT = 'encrypt it: ansible-vault encrypt FILE';
const REKEY = 'write it anew with a current Ansible: ansible-vault rekey FILE';
const RESTORE = 'take it from where it came from again, or from a backup';
const WRONG = 'check the password: ansible-vault view FILE';

/** Nothing when it is not hexadecimal throughout. */
function fromHex(text: string): Buffer {
  return /^(?:[0-9a-f]{2})*$/i.test(text) ? Buffer.from(text, 'hex') : EMPTY;
}

/** Without the padding of PKCS #7 (RFC 5652, 6.3); `undefined` where there is none. */
function unpadded(bytes: Buffer): Buffer | undefined {
  const count = bytes.at(-1) ?? 0;
  const isPadded =
    count >= 1 && count <= BLOCK_BYTES && bytes.subarray(-count).every((byte) => byte === count);
  return isPadded ? bytes.subarray(0, -count) : undefined;
}

/** Mostly letters, digits and signs: even a text with a few bytes altered. */
function isReadable(bytes: Buffer): boolean {
  const text = bytes.toString('utf8');
  const noise = text.match(/[\p{Cc}\p{Cn}\uFFFD]/gu) ?? [];
  return noise.length <= text.length * 0.2;
}
