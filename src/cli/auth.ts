/** `patchwhy auth`: what the credentials of an inventory are, whether they work, and what the keychain keeps for us. */
import { PatchwhyError, type ExitCode } from '../core/error.ts';
import { printable } from '../core/printable.ts';
import { column, widthOf } from '../core/width.ts';
import { askPassword } from '../credentials/ask-password.ts';
import type { CredentialSpec } from '../credentials/credential-spec.ts';
import { systemKeychain } from '../credentials/keychain.ts';
import type { Unusable } from '../credentials/read-secret-file.ts';
import {
  CredentialResolver,
  mayAsk,
  resolveCredentials,
} from '../credentials/resolve-credential.ts';
import { REFERENCE_HINT, secretRef, showRef } from '../credentials/secret-ref.ts';
import { referencesOf } from '../credentials/secret-variables.ts';
import { suggestion } from '../inventory/nearest.ts';
import { parseInventory, type Inventory } from '../inventory/parse-inventory.ts';
import { logOn, withCredential } from './log-on.ts';
import { readNamedFile } from './named-file.ts';
import { writeAll } from './output-stream.ts';
import { secretIo } from './secret-io.ts';

export interface AuthArguments {
  readonly action: 'list' | 'test' | 'add' | 'remove';
  readonly name: readonly string[] | undefined;
  readonly inventory: string | undefined;
  readonly host: string | undefined;
  readonly 'from-stdin': boolean;
  readonly input: boolean;
}

export async function authCommand(argv: AuthArguments): Promise<ExitCode> {
  switch (argv.action) {
    case 'list':
      return list(argv);
    case 'test':
      return test(argv, oneName(argv));
    case 'add':
      return add(argv, entryName(argv));
    case 'remove':
      return remove(entryName(argv));
    default:
      throw wrongUse('what to do is not known', 'say list, test, add or remove');
  }
}

/** A second word is probably the secret itself: it is not repeated. */
function oneName({ action, name = [] }: AuthArguments): string {
  const [first, ...others] = name;
  if (first !== undefined && first !== '' && others.length === 0) return first;
  throw wrongUse(
    others.length > 0 ? `auth ${action} takes one name` : `auth ${action} needs a name`,
    'a secret is never an argument: it is asked for, or read with --from-stdin',
  );
}

async function list(argv: AuthArguments): Promise<ExitCode> {
  if (argv.name !== undefined && argv.name.length > 0)
    throw wrongUse('auth list takes no name', 'one credential: patchwhy auth test NAME -i FILE');
  const { credentials } = inventoryOf(argv);
  const io = secretIo(false, credentials);
  const resolver = new CredentialResolver(credentials.values(), io);
  let code: ExitCode = 0;
  const rows: (readonly [string, string, string, string])[] = [];
  for (const spec of credentials.values()) {
    let state = 'ok';
    try {
      const finish = await resolver.begin(spec);
      if (mayAsk(spec, io.env)) state = 'asked for at the terminal';
      else await finish();
    } catch (error) {
      if (!(error instanceof PatchwhyError)) throw error;
      code = 6;
      state = `${error.message.replace(`credential "${spec.name}": `, '')}; ${error.hint}`;
    }
    rows.push([spec.name, kindOf(spec), sourcesOf(spec), state]);
  }
  await writeAll(process.stdout, table(rows));
  return code;
}

function kindOf(spec: CredentialSpec): string {
  return spec.kind === 'key' ? 'ssh key' : spec.kind;
}

/** Where it is from: references, never values. */
function sourcesOf(spec: CredentialSpec): string {
  const shown = referencesOf(spec).map(showRef);
  if (spec.kind === 'key' && spec.key === 'agent') return 'agent';
  if (spec.kind === 'ticket' && spec.keytab === undefined) return 'ticket cache';
  if (spec.kind === 'certificate') return [spec.certificate, ...shown].join(' ');
  return shown.join(' ');
}

function table(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(printable));
  const widths = [0, 1, 2].map((at) => Math.max(0, ...cells.map((row) => widthOf(row[at] ?? ''))));
  return cells
    .map((row) => row.map((cell, at) => column(cell, widths[at] ?? widthOf(cell))).join('  '))
    .map((line) => `${line}\n`)
    .join('');
}

async function test(argv: AuthArguments, name: string): Promise<ExitCode> {
  if (argv.inventory === undefined) return testReference(argv, name);
  const inventory = inventoryOf(argv);
  const { credentials } = inventory;
  const spec = credentials.get(name);
  if (spec === undefined) {
    const names = [...credentials.keys()];
    throw wrongUse(
      `there is no credential ${JSON.stringify(name)} in ${argv.inventory}`,
      suggestion(name, names, names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`),
    );
  }
  const io = secretIo(argv.input, credentials);
  if (argv.host === undefined) {
    const { user } = await new CredentialResolver(credentials.values(), io).resolve(spec);
    await say(`${name}: ok, ${kindOf(spec)}${user === '' ? '' : ` of ${user}`}`);
    return 0;
  }
  const host = withCredential(inventory, argv.host, name);
  const logons = await resolveCredentials([host], credentials, io);
  await say(`${name}: ok, ${await logOn(host, logons)}`);
  return 0;
}

/** A reference by itself, without an inventory. */
async function testReference(argv: AuthArguments, text: string): Promise<ExitCode> {
  const password = secretRef(text, process.cwd());
  if (password === undefined) {
    throw wrongUse(
      'this is neither a reference, nor is there an inventory to find a credential in',
      `add -i FILE, or ${REFERENCE_HINT}`,
    );
  }
  if (argv.host !== undefined)
    throw wrongUse('--host needs a credential of an inventory', 'add -i FILE and its name');
  const name = showRef(password);
  const spec: CredentialSpec = { kind: 'password', name, user: name, password };
  const io = secretIo(argv.input, new Map([[name, spec]]));
  await new CredentialResolver([spec], io).resolve(spec);
  await say(`${name}: ok`);
  return 0;
}

async function add(argv: AuthArguments, name: string): Promise<ExitCode> {
  const secret = argv['from-stdin'] ? fromStdin() : await typedTwice(argv, name);
  if (secret === '' || /[\0\r\n]/.test(secret)) {
    const what = secret === '' ? 'is empty' : 'has a line break or a NUL in it';
    throw wrongUse(`the secret ${what}`, 'give the secret alone, on one line');
  }
  const fault = await systemKeychain.store(name, secret);
  if (fault !== undefined) throw keychainFailure(name, fault);
  await say(`stored; an inventory names it as keychain:${name}`);
  return 0;
}

function fromStdin(): string {
  if (process.stdin.isTTY) throw wrongUse('there is nothing to read', 'pipe the secret in');
  return readNamedFile('-').replace(/\r?\n$/, '');
}

/** A slip of the finger would be found only when an account is locked. */
async function typedTwice({ input }: AuthArguments, name: string): Promise<string> {
  const { stdin, stderr } = process;
  if (!input || !stdin.isTTY || !stderr.isTTY)
    throw wrongUse('nobody can be asked here', 'pipe the secret in: --from-stdin');
  const first = await askPassword(`Secret for keychain:${name}: `, stdin, stderr);
  const second = await askPassword('Once more: ', stdin, stderr);
  if (first === second) return first;
  throw wrongUse('the two are not the same', 'nothing was stored; try again');
}

async function remove(name: string): Promise<ExitCode> {
  const removed = await systemKeychain.remove(name);
  if (typeof removed !== 'boolean') throw keychainFailure(name, removed);
  if (!removed) {
    throw keychainFailure(name, { reason: 'is not in the keychain', hint: 'check its name' });
  }
  await say(`keychain:${name} is removed`);
  return 0;
}

/** The name of an entry, also when it is given as the reference that it will be. */
function entryName(argv: AuthArguments): string {
  return oneName(argv).replace(/^keychain:(?=.)/, '');
}

function keychainFailure(
  name: string,
  { reason, hint }: Pick<Unusable, 'reason' | 'hint'>,
): PatchwhyError {
  return new PatchwhyError('credentials.keychain', `keychain:${name} ${reason}`, hint, {
    exitCode: 6,
  });
}

function inventoryOf({ inventory, action }: AuthArguments): Inventory {
  if (inventory !== undefined)
    return parseInventory(readNamedFile(inventory), inventory, readNamedFile);
  throw wrongUse(`auth ${action} needs an inventory`, 'add -i FILE');
}

function say(text: string): Promise<void> {
  return writeAll(process.stdout, `${printable(text)}\n`);
}

function wrongUse(message: string, hint: string): PatchwhyError {
  return new PatchwhyError('use', message, hint);
}
