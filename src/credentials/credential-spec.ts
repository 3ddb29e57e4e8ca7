/** What the inventory says of a credential: who signs in, and where the secret is to be found. */
import { PatchwhyError } from '../core/error.ts';
import type { SecretRef } from './secret-ref.ts';
import { REFERENCE_HINT, secretRef } from './secret-ref.ts';

export type CredentialSpec =
  | {
      readonly kind: 'password';
      readonly name: string;
      /** `DOMAIN\user`, `user@domain`, `.\user` or `user`. */
      readonly user: string;
      readonly password: SecretRef;
    }
  /** A command that prints the user on its first line and the secret on its second. */
  | {
      readonly kind: 'helper';
      readonly name: string;
      readonly helper: SecretRef & { readonly kind: 'exec' };
    }
  /** A Kerberos ticket: of the ticket cache, or got by a keytab (absolute path). */
  | {
      readonly kind: 'ticket';
      readonly name: string;
      /** Principal, `user@REALM`; absent: the one of the ticket cache. */
      readonly user?: string;
      readonly keytab?: string;
    }
  /** An SSH key: of the agent, or in a file (absolute path). */
  | {
      readonly kind: 'key';
      readonly name: string;
      readonly user: string;
      readonly key: 'agent' | { readonly path: string };
      readonly passphrase?: SecretRef;
    }
  /** A client certificate and its key, PEM files (absolute paths). */
  | {
      readonly kind: 'certificate';
      readonly name: string;
      /** For messages; absent: the subject of the certificate. */
      readonly user?: string;
      readonly certificate: string;
      readonly key: { readonly path: string };
      readonly passphrase?: SecretRef;
    }
  /** Written wrongly; the problem has been told with its place. */
  | { readonly kind: 'unusable'; readonly name: string; readonly reason: string };

/**
 * A credential given by flags or variables of the command line, for hosts without an inventory.
 * Throws `credentials.literal` (exit 2) when the reference is none; the text is not repeated.
 */
export function credentialFromFlags(
  name: string,
  user: string,
  { password, folder }: { readonly password: string; readonly folder: string },
): CredentialSpec {
  const ref = secretRef(password, folder);
  if (ref === undefined) {
    throw new PatchwhyError(
      'credentials.literal',
      `the password of ${user} is not given as a reference`,
      REFERENCE_HINT,
    );
  }
  return { kind: 'password', name, user, password: ref };
}
