/** The keys to sign in with: of the agent, of the credential, of the client's configuration. */
import { readFile } from 'node:fs/promises';
import type { BaseAgent, ParsedKey } from 'ssh2';
import ssh2 from 'ssh2';
import { ContactError } from '../../core/contact.ts';
import type { KeyLogon } from '../../core/secret.ts';

export interface OfferedKeys {
  readonly agent?: BaseAgent;
  readonly parsed: readonly ParsedKey[];
  /** For messages: `the keys of the agent`, `the key /home/a/.ssh/id_ed25519`. */
  readonly described: string;
}

/** Where OpenSSH for Windows keeps its agent. */
const WINDOWS_AGENT = String.raw`\\.\pipe\openssh-ssh-agent`;

/** @throws ContactError stage auth when there is nothing to offer. */
export async function readKeys(
  { key, passphrase }: KeyLogon,
  identityFiles: readonly string[],
): Promise<OfferedKeys> {
  const others = await Promise.all(identityFiles.map(readIdentity));
  const found = others.filter((parsed) => parsed !== undefined);
  if (key !== 'agent') {
    const own = parse(key.text.reveal(), passphrase?.reveal());
    if (own instanceof Error) throw unusable(key.path, own);
    return { parsed: [own, ...found], described: `the key ${key.path}` };
  }
  const socket = process.platform === 'win32' ? WINDOWS_AGENT : process.env['SSH_AUTH_SOCK'];
  if (!socket && found.length === 0) {
    const message =
      'no SSH agent runs here (SSH_AUTH_SOCK is not set); start one, or give the credential a key file';
    throw new ContactError({ stage: 'auth', code: 'AUTH_UNAVAILABLE', message });
  }
  return {
    ...(socket && { agent: ssh2.createAgent(socket) }),
    parsed: found,
    described:
      found.length > 0
        ? `the keys of the agent and ${identityFiles.join(', ')}`
        : 'the keys of the agent',
  };
}

/** A key that the configuration names is offered when it is there and open, as ssh does without a terminal. */
async function readIdentity(path: string): Promise<ParsedKey | undefined> {
  try {
    const parsed = parse(await readFile(path, 'utf8'));
    return parsed instanceof Error ? undefined : parsed;
  } catch {
    return undefined;
  }
}

function parse(text: string, passphrase?: string): ParsedKey | Error {
  const parsed: ParsedKey | ParsedKey[] | Error = ssh2.utils.parseKey(text, passphrase);
  const [first] = Array.isArray(parsed) ? parsed : [parsed];
  return first ?? new Error('holds no key');
}

function unusable(path: string, cause: Error): ContactError {
  const message = `the key ${path} cannot be used: encrypted without the right passphrase, or no private key`;
  return new ContactError({ stage: 'auth', code: 'AUTH_UNAVAILABLE', message }, { cause });
}
