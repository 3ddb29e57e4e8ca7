/**
 * Log-ons that rest on files: SSH keys, keytabs, client certificates. What can be found wrong with a file is found
 * here, before any contact, and before anybody is asked for a passphrase.
 */
import { access } from 'node:fs/promises';
import type { CertificateLogon, KeyLogon, TicketLogon } from '../core/secret.ts';
import { Secret } from '../core/secret.ts';
import { certificateKeyFault, certificateSubject, isEncryptedPem } from './client-certificate.ts';
import type { CredentialSpec } from './credential-spec.ts';
import { failure } from './failure.ts';
import { keytabPrincipals } from './keytab.ts';
import { readPublicFile } from './read-public-file.ts';
import type { SecretText, Unusable } from './read-secret-file.ts';
import { readSecretBytes, readSecretFile } from './read-secret-file.ts';
import { isEncryptedKey, sshKeyFault } from './ssh-key.ts';
import { findTicket } from './ticket-cache.ts';

type Of<K extends CredentialSpec['kind']> = Extract<CredentialSpec, { kind: K }>;

/** Gives the passphrase of a credential that has one. */
export type Passphrase = () => Promise<Secret>;

/** Does what can be done without asking; the rest is done by calling what comes back. */
export type Finish<L> = () => Promise<L>;

/** `childEnv` is the environment for programs that are asked: without secrets. */
export async function beginTicket(
  spec: Of<'ticket'>,
  childEnv: NodeJS.ProcessEnv,
): Promise<Finish<TicketLogon>> {
  const { name, user = '', keytab } = spec;
  if (keytab === undefined) {
    if ((await findTicket(childEnv)) === 'none') {
      const hint = `get one: kinit ${user === '' ? 'USER@REALM' : user}; klist shows what there is`;
      throw failure(name, 'ticket', 'there is no Kerberos ticket, or it has expired', hint);
    }
    return () => Promise.resolve({ kind: 'ticket', user });
  }
  const bytes = await readSecretBytes(keytab);
  if (!Buffer.isBuffer(bytes)) throw fileFailure(name, 'keytab', keytab, bytes);
  const principals = keytabPrincipals(bytes);
  if (principals === undefined) {
    throw failure(
      name,
      'keytab',
      `file:${keytab} is not a keytab`,
      `see what it is: klist -k ${keytab}`,
    );
  }
  if (!principals.includes(user)) {
    const others = principals.slice(0, 5).join(', ') || 'no keys at all';
    const reason = `file:${keytab} has no key of ${user}`;
    throw failure(name, 'keytab', reason, `it has ${others}; case counts`);
  }
  return () => Promise.resolve({ kind: 'ticket', user, keytab });
}

export async function beginKey(
  spec: Of<'key'>,
  passphrase: Passphrase | undefined,
  env: NodeJS.ProcessEnv,
): Promise<Finish<KeyLogon>> {
  const { name, user, key } = spec;
  if (key === 'agent') {
    await checkAgent(name, env);
    return () => Promise.resolve({ kind: 'key', user, key });
  }
  const { path } = key;
  const text = textOf(name, 'key', path, await readSecretFile(path));
  const isEncrypted = isEncryptedKey(text);
  if (isEncrypted && passphrase === undefined) {
    throw fileFailure(name, 'key', path, {
      reason: ENCRYPTED,
      hint: 'add passphrase: prompt or env:NAME, or use the agent: key: agent',
    });
  }
  return async () => {
    // A key that is not encrypted needs none: nobody is asked.
    const given = isEncrypted ? await passphrase?.() : undefined;
    const fault = await sshKeyFault(path, text, given?.reveal());
    if (fault !== undefined) throw fileFailure(name, 'key', path, fault);
    return {
      kind: 'key',
      user,
      key: { path, text: new Secret(text) },
      ...(given !== undefined && { passphrase: given }),
    };
  };
}

export async function beginCertificate(
  spec: Of<'certificate'>,
  passphrase: Passphrase | undefined,
): Promise<Finish<CertificateLogon>> {
  const { name } = spec;
  const certificate = textOf(
    name,
    'certificate',
    spec.certificate,
    await readPublicFile(spec.certificate),
  );
  const subject = certificateSubject(certificate, new Date());
  if (typeof subject !== 'string') {
    throw fileFailure(name, 'certificate', spec.certificate, subject);
  }
  const { path } = spec.key;
  const key = textOf(name, 'key', path, await readSecretFile(path));
  const isEncrypted = isEncryptedPem(key);
  if (isEncrypted && passphrase === undefined) {
    const hint = 'add passphrase: prompt or env:NAME';
    throw fileFailure(name, 'key', path, { reason: ENCRYPTED, hint });
  }
  return async () => {
    const given = isEncrypted ? await passphrase?.() : undefined;
    const fault = certificateKeyFault(key, given?.reveal(), certificate);
    if (fault !== undefined) throw fileFailure(name, 'key', path, fault);
    return {
      kind: 'certificate',
      user: spec.user ?? subject,
      certificate,
      key: new Secret(key),
      ...(given !== undefined && { passphrase: given }),
    };
  };
}

const ENCRYPTED = 'is encrypted and has no passphrase';

/** OpenSSH for Windows has its agent at a fixed place; elsewhere a variable names it. */
async function checkAgent(name: string, env: NodeJS.ProcessEnv): Promise<void> {
  if (process.platform === 'win32') return;
  const hint = 'start one: eval "$(ssh-agent)" && ssh-add; or name a file: key: file:PATH';
  const socket = env['SSH_AUTH_SOCK'];
  if (!socket)
    throw failure(name, 'agent', 'no SSH agent is running (SSH_AUTH_SOCK is not set)', hint);
  try {
    await access(socket);
  } catch {
    throw failure(name, 'agent', `the SSH agent at ${socket} is gone`, hint);
  }
}

function textOf(name: string, code: string, path: string, read: SecretText): string {
  if (read.kind === 'text') return read.text;
  throw fileFailure(name, code, path, read);
}

function fileFailure(
  name: string,
  code: string,
  path: string,
  { reason, hint }: Pick<Unusable, 'reason' | 'hint'>,
): Error {
  return failure(name, code, `file:${path} ${reason}`, hint);
}
