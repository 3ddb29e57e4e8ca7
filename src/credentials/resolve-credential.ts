/** From a reference to a secret, before the first contact. A reference may be printed, a value never. */
import { unreachable } from '../core/error.ts';
import type { Host } from '../core/host.ts';
import type { Logon } from '../core/secret.ts';
import { Secret } from '../core/secret.ts';
import type { CredentialSpec } from './credential-spec.ts';
import { failure } from './failure.ts';
import { asks, SecretReader, type Question, type SecretIo } from './read-secret.ts';
import {
  beginCertificate,
  beginKey,
  beginTicket,
  type Finish,
  type Passphrase,
} from './resolve-files.ts';
import type { SecretRef } from './secret-ref.ts';
import { showRef } from './secret-ref.ts';
import { referencesOf, secretVariables } from './secret-variables.ts';

/**
 * Resolves each credential that the hosts use, once. A person is asked last, so that nobody types a password only to
 * learn that another is missing. Throws `credentials.…` (exit 6) at the first that fails.
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
  const resolver = new CredentialResolver(credentials.values(), io);
  const logons = new Map<string, Logon>();
  const asking: [string, Finish<Logon>][] = [];
  for (const spec of credentials.values()) {
    if (!used.has(spec.name)) continue;
    const finish = await resolver.begin(spec);
    if (mayAsk(spec, io.env)) asking.push([spec.name, finish]);
    else logons.set(spec.name, await finish());
  }
  for (const [name, finish] of asking) logons.set(name, await finish());
  return logons;
}

/** True when somebody has to be there to answer. */
export function mayAsk(spec: CredentialSpec, env: NodeJS.ProcessEnv): boolean {
  return referencesOf(spec).some((ref) => asks(ref, env));
}

/** Resolves credentials of one inventory one by one. Throws `credentials.…` (exit 6), naming what and the next step. */
export class CredentialResolver {
  readonly #io: SecretIo;
  readonly #reader: SecretReader;

  /** `all` credentials of the inventory: the variables that they name are kept from helpers. */
  constructor(all: Iterable<CredentialSpec>, io: SecretIo) {
    this.#io = io;
    this.#reader = new SecretReader(io, secretVariables(all));
  }

  async resolve(spec: CredentialSpec): Promise<Logon> {
    const finish = await this.begin(spec);
    return finish();
  }

  /** Looks at what can be looked at without asking anybody. */
  async begin(spec: CredentialSpec): Promise<Finish<Logon>> {
    switch (spec.kind) {
      case 'unusable':
        throw failure(spec.name, 'unusable', spec.reason, 'give it a user and a password');
      case 'helper':
        return () => this.#helper(spec.name, spec.helper);
      case 'password':
        return async () => ({
          kind: 'password',
          user: spec.user,
          password: await this.#secret(spec.name, spec.password, {
            what: 'password',
            of: `${spec.user} (credential ${spec.name})`,
          }),
        });
      case 'ticket':
        return beginTicket(spec, this.#reader.childEnv);
      case 'key':
        return beginKey(spec, this.#passphrase(spec), this.#io.env);
      case 'certificate':
        return beginCertificate(spec, this.#passphrase(spec));
      default:
        return unreachable(spec);
    }
  }

  async #helper(name: string, ref: SecretRef): Promise<Logon> {
    const text = await this.#text(name, ref, { what: 'password', of: name });
    const [user = '', secret = ''] = lines(text);
    if (user === '') throw failure(name, 'helper', `${showRef(ref)} printed no user`, HELPER_HINT);
    return { kind: 'password', user, password: checked(name, ref, secret, HELPER_HINT) };
  }

  #passphrase(
    spec: Extract<CredentialSpec, { kind: 'key' | 'certificate' }>,
  ): Passphrase | undefined {
    const { name, key, passphrase } = spec;
    if (passphrase === undefined || key === 'agent') return undefined;
    const question = { what: 'passphrase', of: `${key.path} (credential ${name})` } as const;
    return () => this.#secret(name, passphrase, question);
  }

  async #secret(name: string, ref: SecretRef, question: Question): Promise<Secret> {
    const text = await this.#text(name, ref, question);
    // Tools such as pass print the secret first and notes below it.
    const secret = ref.kind === 'exec' ? (lines(text)[0] ?? '') : withoutLastNewline(text);
    return checked(name, ref, secret, `see that it holds the ${question.what}`);
  }

  async #text(name: string, ref: SecretRef, question: Question): Promise<string> {
    const read = await this.#reader.read(ref, question);
    if (read.kind === 'text') return read.text;
    throw failure(name, ref.kind === 'prompt' ? 'no-input' : ref.kind, read.reason, read.hint);
  }
}

const HELPER_HINT =
  'the command must print the user on its first line and the secret on its second';

/** Refuses what cannot be a password: nothing, or a line break or NUL, as when the wrong file was named. */
function checked(name: string, ref: SecretRef, secret: string, hint: string): Secret {
  if (secret === '')
    throw failure(name, 'bad-secret', `${showRef(ref)} gives an empty password`, hint);
  if (!/[\0\r\n]/.test(secret)) return new Secret(secret);
  const reason = `${showRef(ref)} holds a line break or a NUL`;
  throw failure(name, 'bad-secret', reason, 'it must hold the password alone, in UTF-8');
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
