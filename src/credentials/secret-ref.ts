/** Where a secret is to be found; never the secret itself. */
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { unreachable } from '../core/error.ts';
import { shellWords } from './shell-words.ts';

export type SecretRef =
  | { readonly kind: 'env'; readonly variable: string }
  /** Absolute path. */
  | { readonly kind: 'file'; readonly path: string }
  /** Program and arguments, run in `folder`. */
  | {
      readonly kind: 'exec';
      readonly command: readonly [string, ...string[]];
      readonly folder: string;
    }
  | { readonly kind: 'prompt' }
  /** An entry of the keychain of the operating system. */
  | { readonly kind: 'keychain'; readonly name: string }
  /** A file of Ansible vault, absolute path, and the variable in it (`a.b`: b inside a); absent: the whole text. */
  | { readonly kind: 'vault'; readonly path: string; readonly key?: string };

/** How to write a reference, for messages about something that is none. */
export const REFERENCE_HINT =
  'write a reference: env:NAME, file:PATH (mode 0600), exec:COMMAND, keychain:NAME, vault:FILE#KEY or prompt; never the value itself';

/**
 * Reads `env:NAME`, `file:PATH`, `exec:COMMAND ARGS`, `prompt`, `keychain:NAME` and `vault:FILE#KEY`.
 * Paths are relative to `folder`. `undefined` for anything else, which may be a secret: don't print it.
 */
export function secretRef(text: string, folder: string): SecretRef | undefined {
  if (text === 'prompt') return { kind: 'prompt' };
  const [, scheme, rest = ''] = /^(env|file|exec|keychain|vault):(.+)$/.exec(text) ?? [];
  switch (scheme) {
    case 'env':
      return /^[A-Za-z_][A-Za-z0-9_.()-]*$/.test(rest)
        ? { kind: 'env', variable: rest }
        : undefined;
    case 'file':
      return { kind: 'file', path: pathFrom(rest, folder) };
    case 'exec': {
      const [program, ...args] = shellWords(rest) ?? [];
      return program === undefined || program === ''
        ? undefined
        : { kind: 'exec', command: [program, ...args], folder: resolve(folder) };
    }
    case 'keychain':
      return { kind: 'keychain', name: rest };
    case 'vault': {
      const [, path = rest, key] = /^(.+)#([^#]+)$/.exec(rest) ?? [];
      return {
        kind: 'vault',
        path: pathFrom(path, folder),
        ...(key !== undefined && { key }),
      };
    }
    case undefined:
    default:
      return undefined;
  }
}

/** A path as a file in `folder` means it: relative to that folder, `~/` from the user's home. */
export function pathFrom(path: string, folder: string): string {
  return /^~[/\\]/.test(path) ? resolve(homedir(), path.slice(2)) : resolve(folder, path);
}

/** The reference as it may be shown; of a command only the program, for its arguments may say too much. */
export function showRef(ref: SecretRef): string {
  switch (ref.kind) {
    case 'env':
      return `env:${ref.variable}`;
    case 'file':
      return `file:${ref.path}`;
    case 'exec':
      return `exec:${ref.command[0]}`;
    case 'prompt':
      return 'prompt';
    case 'keychain':
      return `keychain:${ref.name}`;
    case 'vault':
      return `vault:${ref.path}${ref.key === undefined ? '' : `#${ref.key}`}`;
    default:
      return unreachable(ref);
  }
}
