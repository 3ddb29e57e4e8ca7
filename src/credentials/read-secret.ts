/** The text behind a reference, wherever it is kept. Knows nothing of what the secret is for. */
import { access, constants } from 'node:fs/promises';
import { unreachable } from '../core/error.ts';
import { Secret } from '../core/secret.ts';
import type { Keychain } from './keychain.ts';
import { systemKeychain } from './keychain.ts';
import type { SecretText, Unusable } from './read-secret-file.ts';
import { readSecretFile, unusable } from './read-secret-file.ts';
import { runHelper } from './run-helper.ts';
import type { SecretRef } from './secret-ref.ts';
import { pathFrom, showRef } from './secret-ref.ts';
import { withoutSecrets } from './secret-variables.ts';
import { readVaultFile } from './vault-file.ts';

export interface SecretIo {
  readonly env: NodeJS.ProcessEnv;
  /** Asks a person without echo; absent when nobody can be asked (`--no-input`, no terminal). */
  readonly ask?: (question: string) => Promise<string>;
  readonly signal?: AbortSignal;
  readonly keychain?: Keychain;
}

/** What a person is asked for: `Password of ACME\\svc (credential domain)`. */
export interface Question {
  readonly what: 'password' | 'passphrase';
  readonly of: string;
}

/** Where Ansible looks for its vault password: a file, or a program that prints it. */
const VAULT_PASSWORD_FILE = 'ANSIBLE_VAULT_PASSWORD_FILE';

/** True when a person would be asked. */
export function asks(ref: SecretRef, env: NodeJS.ProcessEnv): boolean {
  return ref.kind === 'prompt' || (ref.kind === 'vault' && !env[VAULT_PASSWORD_FILE]);
}

/** Reads references for one command; a vault password is asked for once. */
export class SecretReader {
  readonly #io: SecretIo;
  /** The environment for programs that are run: without secrets. */
  readonly childEnv: NodeJS.ProcessEnv;
  readonly #vaultPasswords = new Map<string, Promise<Secret | Unusable>>();

  /** `variables` hold secrets: no child gets them. */
  constructor(io: SecretIo, variables: ReadonlySet<string>) {
    this.#io = io;
    this.childEnv = withoutSecrets(io.env, variables);
  }

  /**
   * The text as it is kept, line ends and all. The reason that comes back in its place names the reference.
   */
  async read(ref: SecretRef, question: Question): Promise<SecretText> {
    if (ref.kind === 'env') return this.#fromEnvironment(ref.variable);
    if (ref.kind === 'prompt') return this.#fromPerson(question);
    const read = await this.#kept(ref);
    return read.kind === 'text' ? read : { ...read, reason: `${showRef(ref)} ${read.reason}` };
  }

  #kept(ref: Exclude<SecretRef, { kind: 'env' | 'prompt' }>): Promise<SecretText> {
    switch (ref.kind) {
      case 'file':
        return readSecretFile(ref.path);
      case 'exec':
        return this.#run(ref.command, ref.folder);
      case 'keychain':
        return (this.#io.keychain ?? systemKeychain).read(ref.name);
      case 'vault':
        return readVaultFile(ref, (id) => this.#vaultPassword(id));
      default:
        return unreachable(ref);
    }
  }

  #run(command: readonly [string, ...string[]], folder: string): Promise<SecretText> {
    const { signal } = this.#io;
    return runHelper({ command, folder, env: this.childEnv, ...(signal && { signal }) });
  }

  #fromEnvironment(variable: string): SecretText {
    const value = valueOf(this.#io.env, variable);
    if (value) return { kind: 'text', text: value };
    return unusable(
      `the environment variable ${variable} is ${value === undefined ? 'not set' : 'empty'}`,
      `set it: read -rs ${variable} && export ${variable}`,
    );
  }

  async #fromPerson({ what, of }: Question): Promise<SecretText> {
    const { ask } = this.#io;
    const title = what === 'password' ? 'Password' : 'Passphrase';
    if (ask !== undefined) return { kind: 'text', text: await ask(`${title} of ${of}: `) };
    return unusable(
      `its ${what} is asked for, and nobody can be asked here`,
      'use env:, file:, keychain: or exec: where there is no terminal',
    );
  }

  #vaultPassword(id: string): Promise<Secret | Unusable> {
    const known = this.#vaultPasswords.get(id);
    if (known !== undefined) return known;
    const asked = this.#findVaultPassword(id);
    this.#vaultPasswords.set(id, asked);
    return asked;
  }

  async #findVaultPassword(id: string): Promise<Secret | Unusable> {
    const named = this.#io.env[VAULT_PASSWORD_FILE];
    if (!named) {
      if (this.#io.ask === undefined)
        return unusable(
          'needs the vault password, and nobody can be asked here',
          `set ${VAULT_PASSWORD_FILE} to a file (mode 0600) or to a program that prints it`,
        );
      const question = `Vault password${id === 'default' ? '' : ` (vault id ${id})`}: `;
      return new Secret((await this.#io.ask(question)).trim());
    }
    const path = pathFrom(named, process.cwd());
    const read = (await isProgram(path))
      ? await this.#run([path], process.cwd())
      : await readSecretFile(path);
    return read.kind === 'text'
      ? new Secret(read.text.trim())
      : { ...read, reason: `needs the vault password: ${VAULT_PASSWORD_FILE} ${read.reason}` };
  }
}

async function isProgram(path: string): Promise<boolean> {
  if (process.platform === 'win32') return false;
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Windows takes names in any case. */
function valueOf(env: NodeJS.ProcessEnv, variable: string): string | undefined {
  const exact = env[variable];
  if (exact !== undefined || process.platform !== 'win32') return exact;
  const name = Object.keys(env).find((name) => name.toUpperCase() === variable.toUpperCase());
  return name === undefined ? undefined : env[name];
}
