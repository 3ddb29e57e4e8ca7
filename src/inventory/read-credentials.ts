/** The `credentials` of an inventory. No message of this file repeats a value: any of them may be a password. */
import { dirname } from 'node:path';
import type { CredentialSpec } from '../credentials/credential-spec.ts';
import type { SecretRef } from '../credentials/secret-ref.ts';
import { REFERENCE_HINT, secretRef } from '../credentials/secret-ref.ts';
import { nearest } from './nearest.ts';
import type { Problems } from './problem.ts';
import type { Reader } from './read.ts';
import type { Mapping, Node } from './yaml-tree.ts';

const KEYS = ['user', 'password', 'kerberos', 'keytab', 'key', 'passphrase'] as const;
type Key = (typeof KEYS)[number];

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
    if (values.has('kerberos')) return this.#unusable(values, 'Kerberos tickets and keytabs');
    if (values.has('key')) return this.#unusable(values, 'SSH keys');
    // What a misspelt key leaves open needs no complaint of its own.
    if (!isWhole) return undefined;
    const user = values.get('user');
    const password = this.#reference(values.get('password'), 'password');
    if (user?.kind !== 'text' || user.value === '' || /[\r\n\0]/.test(user.value)) {
      return this.#wrong(user?.at ?? keyAt, 'has no user', HINT);
    }
    if (!values.has('password')) return this.#wrong(keyAt, 'has no password', HINT);
    return password && { kind: 'password', name: this.#name, user: user.value, password };
  }

  /** A form of later parts: its secrets must be references all the same. */
  #unusable(values: ReadonlyMap<Key, Node>, form: string): CredentialSpec {
    this.#reference(values.get('password'), 'password');
    this.#reference(values.get('passphrase'), 'passphrase');
    return {
      kind: 'unusable',
      name: this.#name,
      reason: `credential "${this.#name}" uses ${form}, which this version does not`,
    };
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
