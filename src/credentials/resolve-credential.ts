/** From a reference to a secret, before the first contact. A reference may be printed, a value never. */
import { PatchwhyError, unreachable } from '../core/error.ts';
import type { Host } from '../core/host.ts';
import type { Logon } from '../core/secret.ts';
import { Secret } from '../core/secret.ts';
import type { CredentialSpec } from './credential-spec.ts';
import type { SecretText } from './read-secret-file.ts';
import { readSecretFile } from './read-secret-file.ts';
import { runHelper } from './run-helper.ts';
import type { SecretRef } from './secret-ref.ts';
import { showRef } from './secret-ref.ts';

export interface SecretIo {
  readonly env: NodeJS.ProcessEnv;
  /** Asks a person without echo; absent when nobody can be asked (`--no-input`, no terminal). */
  readonly ask?: (question: string) => Promise<string>;
  readonly signal?: AbortSignal;
}

/**
 * Resolves each credential that the hosts use, once. Those that may ask a person come last, so that nobody types a
 * password only to learn that another is missing. Throws `credentials.…` (exit 6) at the first that fails.
 */
export async function resolveCredentials(
  hosts: readonly Host[],
  credentials: ReadonlyMap<string, CredentialSpec>,
  io: SecretIo,
): Promise<ReadonlyMap<string, Logon>> {
  const used = new Set(
    hosts.flatMap(({ reach }) =>
      'credential' in reach ? [reach.credential, ...reach.via.map((jump) => jump.credential)] : [],
    ),
  );
  const specs = [...credentials.values()].filter(({ name }) => used.has(name));
  specs.sort((a, b) => Number(asks(a)) - Number(asks(b)));
  const logons = new Map<string, Logon>();
  for (const spec of specs) logons.set(spec.name, await resolveCredential(spec, io));
  return logons;
}

function asks(spec: CredentialSpec): boolean {
  return spec.kind === 'password' && spec.password.kind === 'prompt';
}

/** Throws `credentials.…` (exit 6), naming the credential, the reference and the next step. */
export async function resolveCredential(spec: CredentialSpec, io: SecretIo): Promise<Logon> {
  switch (spec.kind) {
    case 'unusable':
      throw failure(spec.name, 'unusable', spec.reason, 'give it a user and a password');
    case 'helper': {
      const [user = '', secret = ''] = lines(await read(spec, spec.helper, io));
      if (user !== '')
        return { kind: 'password', user, password: checked(spec, spec.helper, secret) };
      throw failure(spec.name, 'helper', `${showRef(spec.helper)} printed no user`, HELPER_HINT);
    }
    case 'password': {
      const text = await read(spec, spec.password, io);
      // Tools such as pass print the secret first and notes below it.
      const secret =
        spec.password.kind === 'exec' ? (lines(text)[0] ?? '') : withoutLastNewline(text);
      return { kind: 'password', user: spec.user, password: checked(spec, spec.password, secret) };
    }
    default:
      return unreachable(spec);
  }
}

const HELPER_HINT =
  'the command must print the user on its first line and the secret on its second';

async function read(spec: CredentialSpec, ref: SecretRef, io: SecretIo): Promise<string> {
  switch (ref.kind) {
    case 'env':
      return fromEnvironment(spec.name, ref.variable, io.env);
    case 'file':
      return textOf(spec.name, ref, await readSecretFile(ref.path));
    case 'exec':
      return textOf(spec.name, ref, await runHelper({ ...ref, ...io }));
    case 'prompt':
      return fromPerson(spec, io.ask);
    case 'keychain':
    case 'vault': {
      const reason = `${showRef(ref)} cannot be read by this version yet`;
      throw failure(spec.name, 'later', reason, 'use env:, file:, exec: or prompt');
    }
    default:
      return unreachable(ref);
  }
}

function fromEnvironment(name: string, variable: string, env: NodeJS.ProcessEnv): string {
  const value = env[variable];
  if (value !== undefined && value !== '') return value;
  const reason = `the environment variable ${variable} is ${value === undefined ? 'not set' : 'empty'}`;
  throw failure(name, 'env', reason, `set it: read -rs ${variable} && export ${variable}`);
}

function fromPerson(spec: CredentialSpec, ask: SecretIo['ask']): Promise<string> {
  const user = spec.kind === 'password' ? spec.user : spec.name;
  if (ask !== undefined) return ask(`Password of ${user} (credential ${spec.name}): `);
  const reason = 'its password is asked for, and nobody can be asked here';
  throw failure(
    spec.name,
    'no-input',
    reason,
    'use env:, file: or exec: where there is no terminal',
  );
}

function textOf(name: string, ref: SecretRef, read: SecretText): string {
  if (read.kind === 'text') return read.text;
  throw failure(name, ref.kind, `${showRef(ref)} ${read.reason}`, read.hint);
}

/** Refuses what cannot be a password: nothing, or a line break or NUL, as when the wrong file was named. */
function checked(spec: CredentialSpec, ref: SecretRef, secret: string): Secret {
  if (secret === '') {
    const hint = spec.kind === 'helper' ? HELPER_HINT : 'see that it holds the password';
    throw failure(spec.name, 'bad-secret', `${showRef(ref)} gives an empty password`, hint);
  }
  if (!/[\0\r\n]/.test(secret)) return new Secret(secret);
  const reason = `${showRef(ref)} holds a line break or a NUL`;
  throw failure(spec.name, 'bad-secret', reason, 'it must hold the password alone, in UTF-8');
}

function lines(text: string): readonly string[] {
  return withoutMark(text).split(/\r?\n/);
}

function withoutLastNewline(text: string): string {
  return withoutMark(text).replace(/\r?\n$/, '');
}

/** Windows editors put a byte order mark before UTF-8. */
function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function failure(credential: string, code: string, reason: string, hint: string): PatchwhyError {
  const message = `credential "${credential}": ${reason}`;
  return new PatchwhyError(`credentials.${code}`, message, hint, { exitCode: 6 });
}
