/** Environment variables that hold secrets: whoever is started by this program does not get them. */
import { unreachable } from '../core/error.ts';
import type { CredentialSpec } from './credential-spec.ts';
import type { SecretRef } from './secret-ref.ts';

/** Variables of our own that may hold a secret, whether an inventory names them or not. */
const OURS = /^PATCHWHY_.*(?:PASSWORD|PASSPHRASE|SECRET|TOKEN)/i;

/** The variables that credentials name as `env:`, used or not. */
export function secretVariables(credentials: Iterable<CredentialSpec>): ReadonlySet<string> {
  const variables = new Set<string>();
  for (const spec of credentials)
    for (const ref of referencesOf(spec)) if (ref.kind === 'env') variables.add(ref.variable);
  return variables;
}

/** Every reference to a secret that a credential has. */
export function referencesOf(spec: CredentialSpec): readonly SecretRef[] {
  switch (spec.kind) {
    case 'password':
      return [spec.password];
    case 'helper':
      return [spec.helper];
    case 'ticket':
      return spec.keytab === undefined ? [] : [{ kind: 'file', path: spec.keytab }];
    case 'key':
    case 'certificate': {
      const passphrase = spec.passphrase === undefined ? [] : [spec.passphrase];
      return spec.key === 'agent'
        ? passphrase
        : [{ kind: 'file', path: spec.key.path }, ...passphrase];
    }
    case 'unusable':
      return [];
    default:
      return unreachable(spec);
  }
}

/** The environment for a child. Windows takes names in any case. */
export function withoutSecrets(
  env: NodeJS.ProcessEnv,
  variables: ReadonlySet<string>,
): NodeJS.ProcessEnv {
  const withheld = new Set([...variables].map(spelling));
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !withheld.has(spelling(name)) && !OURS.test(name)),
  );
}

/**
 * Takes the secrets out of an environment that children inherit (`process.env`) and gives a copy that still has them.
 */
export function takeSecrets(
  env: NodeJS.ProcessEnv,
  variables: ReadonlySet<string>,
): NodeJS.ProcessEnv {
  const copy = { ...env };
  const kept = withoutSecrets(copy, variables);
  for (const name of Object.keys(copy)) if (!(name in kept)) delete env[name];
  return copy;
}

function spelling(name: string): string {
  return process.platform === 'win32' ? name.toUpperCase() : name;
}
