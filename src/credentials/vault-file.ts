/**
 * One value of a file that Ansible vault has encrypted: as a whole, or value by value with `!vault` in a plain file
 * of variables. Knows nothing of where the vault password is.
 */
import { isAlias, isMap, isScalar, parseDocument, type Document, type Node } from 'yaml';
import { Secret } from '../core/secret.ts';
import { isSealed, openSealed, readSealed } from './ansible-vault.ts';
import { readPublicFile } from './read-public-file.ts';
import type { SecretText, Unusable } from './read-secret-file.ts';
import { unusable } from './read-secret-file.ts';

/** Asks for the password of a vault id. */
export type VaultPassword = (id: string) => Promise<Secret | Unusable>;

/** `key`: a variable, or `a.b` for b inside a; absent: the file's whole text is the secret. */
export async function readVaultFile(
  { path, key }: { readonly path: string; readonly key?: string },
  password: VaultPassword,
): Promise<SecretText> {
  // What is encrypted may be read by anybody: its mode says nothing.
  const file = await readPublicFile(path);
  if (file.kind === 'unusable') return file;
  const isWhole = isSealed(file.text);
  if (!isWhole && key === undefined) {
    return unusable(
      'is not encrypted by Ansible vault as a whole',
      `name the variable: vault:${path}#NAME`,
    );
  }
  const text = isWhole ? await unsealed(file.text, password) : file;
  if (text.kind === 'unusable' || key === undefined) return text;
  const found = valueAt(text.text, key);
  if (found.kind === 'unusable') return found;
  if (found.tag === '!vault') return unsealed(found.text, password);
  // Never used: a file that claims to be encrypted would go on being trusted.
  return isWhole
    ? { kind: 'text', text: found.text }
    : unusable('stands there in clear', 'encrypt it: ansible-vault encrypt_string');
}

async function unsealed(text: string, password: VaultPassword): Promise<SecretText> {
  const sealed = readSealed(text);
  if ('kind' in sealed) return sealed;
  const given = await password(sealed.id);
  return given instanceof Secret ? openSealed(sealed, given) : given;
}

interface Value {
  readonly kind: 'value';
  readonly text: string;
  readonly tag: string | undefined;
}

/** Messages of the YAML library quote the text, which is secret: they are not used. */
function valueAt(text: string, key: string): Value | Unusable {
  const document = parseDocument(text, {
    // Every value is the text that was written: `0815` and `no` are passwords too.
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  if (document.errors.length > 0) return unusable('is not YAML inside', VIEW);
  const node = at(document, key) ?? nested(document, key);
  if (node === undefined) return unusable('has no such variable', VIEW);
  if (!isScalar(node) || typeof node.value !== 'string') return unusable('is not one value', VIEW);
  return { kind: 'value', text: node.value, tag: node.tag };
}

const VIEW = 'see what is in it: ansible-vault view FILE';

/** Names of variables may have dots of their own. */
function at(document: Document, key: string): Node | undefined {
  return step(document, document.contents, key);
}

function nested(document: Document, key: string): Node | undefined {
  return key
    .split('.')
    .reduce<Node | undefined>(
      (node, part) => step(document, node, part),
      document.contents ?? undefined,
    );
}

function step(document: Document, node: Node | null | undefined, key: string): Node | undefined {
  if (!isMap(node)) return undefined;
  const value = node.get(key, true) as Node | undefined;
  return isAlias(value) ? value.resolve(document) : value;
}
