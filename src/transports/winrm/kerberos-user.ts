/** From a user as Windows spells it to a Kerberos principal; never to a namesake in another realm. */
import { ContactError } from '../../core/contact.ts';
import { quote } from './host-text.ts';

const LOCAL = 'accounts of the host itself have no Kerberos';

/**
 * `user@realm` gets its realm in capitals. `DOMAIN\user` has no realm: it is that of this machine if it begins with the
 * same word, otherwise nobody knows it, and the password must not be tried on a namesake.
 * @param canonical adds the realm of this machine: `user@ACME.EXAMPLE`
 * @throws ContactError stage auth
 */
export async function userOf(
  user: string,
  canonical: (name: string) => Promise<string>,
): Promise<string> {
  const at = user.lastIndexOf('@');
  if (at > 0) return `${user.slice(0, at)}@${user.slice(at + 1).toUpperCase()}`;
  const slash = user.indexOf('\\');
  const name = user.slice(slash + 1);
  const domain = slash < 0 ? '' : user.slice(0, slash).toUpperCase();
  if (domain === '.') throw unknown(user, LOCAL);
  if (domain.includes('.')) return `${name}@${domain}`;
  const full = await canonical(name);
  const realm = full.slice(full.lastIndexOf('@') + 1);
  if (domain === '' || realm.replace(/\..*/, '').toUpperCase() === domain) return full;
  throw unknown(
    user,
    `this machine's realm is ${quote(realm)}, which is not ${quote(domain)}; write user@REALM`,
  );
}

/** What Windows is told of a user; it finds the domain by itself, whichever of its names is given. */
export interface Identity {
  readonly user: string;
  /** Empty: `user@domain` says it, or it is that of this machine. */
  readonly domain: string;
}

/** @throws ContactError stage auth for an account of the host itself */
export function identityOf(user: string): Identity {
  const slash = user.indexOf('\\');
  if (slash < 0) return { user, domain: '' };
  const domain = user.slice(0, slash);
  if (domain === '.') throw unknown(user, LOCAL);
  return { user: user.slice(slash + 1), domain };
}

function unknown(user: string, why: string): ContactError {
  const message = `no Kerberos principal for ${quote(user)}: ${why}`;
  return new ContactError({ stage: 'auth', code: 'AUTH_UNAVAILABLE', message });
}
