/** The `credentials` of an inventory. No message of this file repeats a value: any of them may be a password. */
import { dirname } from 'node:path';
import { unreachable } from '../core/error.ts';
import type { CredentialSpec } from '../credentials/credential-spec.ts';
import type { SecretRef } from '../credentials/secret-ref.ts';
import { pathFrom, REFERENCE_HINT, secretRef } from '../credentials/secret-ref.ts';
import { nearest } from './nearest.ts';
import type { Problems } from './problem.ts';
import type { Reader } from './read.ts';
import type { Mapping, Node } from './yaml-tree.ts';

const KEYS = [
  'user',
  'password',
  'kerberos',
  'keytab',
  'key',
  'passphrase',
  'certificate',
] as const;
type Key = (typeof KEYS)[number];
type Values = ReadonlyMap<Key, Node>;

/** A form of credential: the key that makes it, what it is called, and the keys it takes. */
interface Form {
  readonly key: 'kerberos' | 'certificate' | 'key' | 'password';
  readonly what: string;
  readonly keys: readonly Key[];
}

const PASSWORD: Form = { key: 'password', what: 'a password', keys: ['password', 'user'] };
/** A certificate has a key too: the first that fits is meant. */
const FORMS: readonly Form[] = [
  { key: 'kerberos', what: 'a Kerberos ticket', keys: ['kerberos', 'user', 'keytab'] },
  { key: 'certificate', what: 'a certificate', keys: ['certificate', 'key', 'passphrase', 'user'] },
  { key: 'key', what: 'an SSH key', keys: ['key', 'passphrase', 'user'] },
  PASSWORD,
];

/** Reads all credentials; paths in references are relative to the inventory. */
export const readCredentials: Reader<ReadonlyMap<string, CredentialSpec>> = (node, problems) => {
  const specs = new Map<string, CredentialSpec>();
  if (node.kind !== 'mapping') {
    return problems.add('wrong-value', node.at, '"credentials" must be a map of names', HINT);
  }
  const folder = dirname(problems.file);
  for (const { key: name, keyAt, value } of node.entries.values()) {
    const spec = new CredentialReader(name, folder, problems).read(value, keyAt);
    // Known all the same: that its users name something undefined would be a second, false complaint.
    specs.set(name, spec ?? { kind: 'unusable', name, reason: 'it has problems' });
  }
  return specs;
};

const NEITHER = 'must be a map of user and password, or exec:COMMAND';
const HINT = "write NAME: { user: 'DOMAIN\\user', password: env:NAME }";
const TICKET_HINT =
  'write { kerberos: cache }, or { kerberos: keytab, user: svc@REALM, keytab: file:PATH }';
const KEY_HINT = 'write { user: NAME, key: agent }, or key: file:PATH, passphrase: env:NAME';
const CERTIFICATE_HINT =
  'write { certificate: file:PATH, key: file:PATH, passphrase: env:NAME }, PEM files';

class CredentialReader {
  readonly #name: string;
  readonly #folder: string;
  readonly #problems: Problems;

  constructor(name: string, folder: string, problems: Problems) {
    this.#name = name;
    this.#folder = folder;
    this.#problems = problems;
  }

  read(node: Node, keyAt: number): CredentialSpec | undefined {
    if (node.kind === 'text') return this.#helper(node.value, node.at);
    if (node.kind === 'mapping') return this.#map(node, keyAt);
    return this.#wrong(node.at, NEITHER, HINT);
  }

  #helper(value: string, at: number): CredentialSpec | undefined {
    const ref = secretRef(value, this.#folder);
    if (ref?.kind === 'exec') return { kind: 'helper', name: this.#name, helper: ref };
    if (ref !== undefined) return this.#wrong(at, 'has a secret and no user', HINT);
    return this.#problems.add(
      'literal-secret',
      at,
      `credential "${this.#name}" ${NEITHER}`,
      REFERENCE_HINT,
    );
  }

  #map(node: Mapping, keyAt: number): CredentialSpec | undefined {
    const values = new Map<Key, Node>();
    let isWhole = true;
    for (const entry of node.entries.values()) {
      const key = KEYS.find((known) => known === entry.key);
      if (key !== undefined) values.set(key, entry.value);
      else isWhole = this.#unknownKey(entry.key, entry.keyAt);
    }
    // What a misspelt key leaves open needs no complaint of its own; what is no reference does.
    const form = FORMS.find(({ key }) => values.has(key)) ?? PASSWORD;
    const isPure = this.#isPure(values, form);
    if (!isWhole || !isPure) {
      for (const key of ['password', 'passphrase'] as const) this.#reference(values.get(key), key);
      return undefined;
    }
    switch (form.key) {
      case 'kerberos':
        return this.#ticket(values, keyAt);
      case 'certificate':
        return this.#certificate(values, keyAt);
      case 'key':
        return this.#key(values, keyAt);
      case 'password':
        return this.#password(values, keyAt);
      default:
        return unreachable(form.key);
    }
  }

  /** Notes what does not go with the form of the credential. */
  #isPure(values: Values, { what, keys }: Form): boolean {
    let isPure = true;
    for (const [key, { at }] of values) {
      if (keys.includes(key)) continue;
      isPure = false;
      this.#wrong(at, `is ${what}, and ${key} does not go with it`, 'make two credentials of it');
    }
    return isPure;
  }

  #password(values: Values, keyAt: number): CredentialSpec | undefined {
    const password = this.#reference(values.get('password'), 'password');
    const user = this.#user(values, keyAt);
    if (user === undefined) return undefined;
    if (!values.has('password')) return this.#wrong(keyAt, 'has no password', HINT);
    return password && { kind: 'password', name: this.#name, user, password };
  }

  #ticket(values: Values, keyAt: number): CredentialSpec | undefined {
    const node = values.get('kerberos');
    const source = node?.kind === 'text' ? node.value : '';
    if (source === 'cache') return this.#cachedTicket(values, keyAt);
    if (source === 'keytab') return this.#keytab(values, keyAt);
    const complaint = 'is of kerberos, but of neither cache nor keytab';
    return this.#wrong(node?.at ?? keyAt, complaint, TICKET_HINT);
  }

  #cachedTicket(values: Values, keyAt: number): CredentialSpec | undefined {
    const keytab = values.get('keytab');
    if (keytab !== undefined) {
      const complaint = 'takes its ticket from the cache, and has a keytab';
      return this.#wrong(keytab.at, complaint, TICKET_HINT);
    }
    if (!values.has('user')) return { kind: 'ticket', name: this.#name };
    const user = this.#user(values, keyAt);
    return user === undefined ? undefined : { kind: 'ticket', name: this.#name, user };
  }

  #keytab(values: Values, keyAt: number): CredentialSpec | undefined {
    const user = this.#user(values, keyAt);
    const keytab = this.#file(values.get('keytab'), 'keytab', keyAt);
    if (user?.includes('@') === false) {
      const at = values.get('user')?.at ?? keyAt;
      return this.#wrong(at, 'has a user that is no principal', 'write user: svc@REALM.EXAMPLE');
    }
    return user === undefined || keytab === undefined
      ? undefined
      : { kind: 'ticket', name: this.#name, user, keytab };
  }

  #key(values: Values, keyAt: number): CredentialSpec | undefined {
    const user = this.#user(values, keyAt);
    const node = values.get('key');
    const passphrase = this.#reference(values.get('passphrase'), 'passphrase');
    if (node?.kind === 'text' && node.value === 'agent') {
      const beside = values.get('passphrase');
      if (beside !== undefined)
        return this.#wrong(beside.at, 'has a passphrase, and the agent needs none', KEY_HINT);
      return user === undefined ? undefined : { kind: 'key', name: this.#name, user, key: 'agent' };
    }
    const path = this.#file(node, 'key', keyAt);
    if (user === undefined || path === undefined) return undefined;
    if (values.has('passphrase') && passphrase === undefined) return undefined;
    return {
      kind: 'key',
      name: this.#name,
      user,
      key: { path },
      ...(passphrase && { passphrase }),
    };
  }

  #certificate(values: Values, keyAt: number): CredentialSpec | undefined {
    const user = values.has('user') ? this.#user(values, keyAt) : undefined;
    const certificate = this.#publicFile(values.get('certificate'), keyAt);
    const path = this.#file(values.get('key'), 'key', keyAt);
    const passphrase = this.#reference(values.get('passphrase'), 'passphrase');
    if (certificate === undefined || path === undefined) return undefined;
    if (values.has('user') && user === undefined) return undefined;
    if (values.has('passphrase') && passphrase === undefined) return undefined;
    return {
      kind: 'certificate',
      name: this.#name,
      certificate,
      key: { path },
      ...(user !== undefined && { user }),
      ...(passphrase && { passphrase }),
    };
  }

  #user(values: Values, keyAt: number): string | undefined {
    const user = values.get('user');
    const isOne = user?.kind === 'text' && user.value !== '' && !/[\r\n\0]/.test(user.value);
    return isOne ? user.value : this.#wrong(user?.at ?? keyAt, 'has no user', HINT);
  }

  /** A file that only we may read. */
  #file(node: Node | undefined, key: 'key' | 'keytab', keyAt: number): string | undefined {
    const hint = key === 'key' ? KEY_HINT : TICKET_HINT;
    if (node === undefined) return this.#wrong(keyAt, `has no ${key}`, hint);
    const ref = node.kind === 'text' ? secretRef(node.value, this.#folder) : undefined;
    if (ref?.kind === 'file') return ref.path;
    return this.#problems.add(
      'literal-secret',
      node.at,
      `credential "${this.#name}" has a ${key} that is not a file`,
      hint,
    );
  }

  /** A certificate is public: its path may stand there with `file:` or without. */
  #publicFile(node: Node | undefined, keyAt: number): string | undefined {
    const written = node?.kind === 'text' ? node.value : '';
    const ref = secretRef(written, this.#folder);
    if (ref?.kind === 'file') return ref.path;
    const isPath =
      ref === undefined && written !== '' && !/[\r\n\0]|^[a-z]+:(?![\\/])/.test(written);
    return isPath
      ? pathFrom(written, this.#folder)
      : this.#wrong(node?.at ?? keyAt, 'has no certificate', CERTIFICATE_HINT);
  }

  #reference(node: Node | undefined, key: string): SecretRef | undefined {
    if (node === undefined) return undefined;
    const ref = node.kind === 'text' ? secretRef(node.value, this.#folder) : undefined;
    return ref ?? this.#literal(node.at, `has a ${key} that is not a reference`);
  }

  #literal(at: number, complaint: string): undefined {
    return this.#problems.add(
      'literal-secret',
      at,
      `credential "${this.#name}" ${complaint}`,
      REFERENCE_HINT,
    );
  }

  #wrong(at: number, complaint: string, hint: string): undefined {
    return this.#problems.add('wrong-value', at, `credential "${this.#name}" ${complaint}`, hint);
  }

  #unknownKey(key: string, at: number): false {
    const near = nearest(key, KEYS);
    // Shown only when it is a slip of a known key: `{ user: a, hunter2 }` makes a key of a password.
    const shown = near === undefined ? 'this' : JSON.stringify(key);
    this.#problems.add(
      'unknown-key',
      at,
      `${shown} is not a key of a credential`,
      near === undefined
        ? `its keys are ${KEYS.join(', ')}`
        : `did you mean ${JSON.stringify(near)}?`,
    );
    return false;
  }
}
