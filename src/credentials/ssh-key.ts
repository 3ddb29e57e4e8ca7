/** Judges a private key for SSH before it is used: is it one, is it encrypted, does its passphrase open it. */
import type { Unusable } from './read-secret-file.ts';
import { unusable } from './read-secret-file.ts';

/** True when a passphrase is needed. */
export function isEncryptedKey(text: string): boolean {
  return formOf(text) === 'encrypted';
}

/** Nothing when the key can be used; `path` is for the hints. */
export async function sshKeyFault(
  path: string,
  text: string,
  passphrase: string | undefined,
): Promise<Unusable | undefined> {
  const form = formOf(text);
  if (form === 'pkcs8')
    return unusable('is in PKCS #8 form, which is not read here', `run: ssh-keygen -p -f ${path}`);
  // Loaded by who needs it: it is large.
  const { default: ssh2 } = await import('ssh2');
  const keys = [ssh2.utils.parseKey(text, passphrase)].flat();
  if (keys.every((key) => !(key instanceof Error) && key.isPrivateKey())) return undefined;
  if (keys.some((key) => !(key instanceof Error))) {
    return unusable('is a public key', 'name the private one, its name has no .pub at the end');
  }
  return form === 'encrypted'
    ? unusable('does not open with its passphrase', `try it by hand: ssh-keygen -y -f ${path}`)
    : unusable('is not a private key that can be read', `see what it is: ssh-keygen -l -f ${path}`);
}

function formOf(text: string): 'encrypted' | 'pkcs8' | 'other' {
  if (/^-----BEGIN (?:ENCRYPTED )?PRIVATE KEY-----/m.test(text)) return 'pkcs8';
  const isEncrypted =
    /^Proc-Type: 4,ENCRYPTED/m.test(text) || // PEM, RFC 1421, 4.6.1.1
    (text.startsWith('PuTTY-User-Key-File-') && !/^Encryption: none/m.test(text)) ||
    cipherOf(text) !== 'none';
  return isEncrypted ? 'encrypted' : 'other';
}

const MAGIC = 'openssh-key-v1\0';

/** The cipher of a key in OpenSSH's own form (PROTOCOL.key, 1): `none` also for every other form. */
function cipherOf(text: string): string {
  const [, body = ''] = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END/.exec(text) ?? [];
  const bytes = Buffer.from(body, 'base64');
  const at = MAGIC.length + 4;
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC || bytes.length < at) return 'none';
  return bytes.toString('latin1', at, at + bytes.readUInt32BE(MAGIC.length));
}
