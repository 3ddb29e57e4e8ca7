/** A log-on as NTLM wants it: names, and the hash in the place of the password. */
import { ContactError } from '../../core/contact.ts';
import type { PasswordLogon, Secret } from '../../core/secret.ts';
import { HmacMd5 } from './hmac-md5.ts';
import { md4 } from './md4.ts';
import { utf16 } from './ntlm-messages.ts';

export interface AccountName {
  readonly domain: string;
  readonly user: string;
}

/**
 * `DOMAIN\user`, `user@domain` (sent whole, without a domain), `.\user` (of the host itself, by the computer name
 * its challenge tells) and `user`.
 */
export function accountName(user: string, computer: string): AccountName {
  const slash = user.indexOf('\\');
  if (slash < 0) return { domain: '', user };
  const domain = user.slice(0, slash);
  return { domain: domain === '.' ? computer : domain, user: user.slice(slash + 1) };
}

/** Whether the account is one of the host itself, as far as its name tells. */
export function isLocalAccount(user: string): boolean {
  return user.startsWith('.\\') || !/[\\@]/.test(user);
}

/** Hashes already made, by password and account: a thousand hosts share one credential. */
const made = new WeakMap<Secret, Map<string, Buffer>>();

/** NTOWFv2 (MS-NLMP 3.3.2) of an account. @throws ContactError where this machine refuses MD5. */
export function passwordHash(logon: PasswordLogon, account: AccountName): Buffer {
  const name = `${account.domain}\\${account.user}`;
  const hashes = made.get(logon.password) ?? new Map<string, Buffer>();
  made.set(logon.password, hashes);
  const hash = hashes.get(name) ?? ntowfv2(logon.password.reveal(), account);
  hashes.set(name, hash);
  return hash;
}

function ntowfv2(password: string, { domain, user }: AccountName): Buffer {
  const key = md4(utf16(password));
  const name = upperCase(user) + domain;
  try {
    return new HmacMd5(key).digest(utf16(name));
  } catch (cause) {
    const message =
      'the OpenSSL of this machine refuses MD5 (FIPS mode?), which NTLM needs; use another console machine';
    throw new ContactError({ stage: 'auth', code: 'AUTH_UNAVAILABLE', message }, { cause });
  }
}

/** Unit by unit, as Windows does it: `ß` stays `ß`. */
function upperCase(text: string): string {
  return Array.from(text, (character) => {
    const upper = character.toUpperCase();
    return upper.length === character.length ? upper : character;
  }).join('');
}
