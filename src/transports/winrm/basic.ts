/** Basic: the password itself with every request. Only inside TLS, and for accounts of the host alone (Microsoft). */
import type { PasswordLogon } from '../../core/secret.ts';
import type { Scheme } from './scheme.ts';

export function basicScheme({ user, password }: PasswordLogon): Scheme {
  return {
    name: 'basic',
    offeredAs: 'Basic',
    needsTls: true,
    begin: () => {
      // Whoever names the host itself need not say so to it.
      const account = user.startsWith('.\\') ? user.slice(2) : user;
      const pair = Buffer.from(`${account}:${password.reveal()}`, 'utf8').toString('base64');
      const authorization = `Basic ${pair}`;
      return Promise.resolve({ prove: () => Promise.resolve({ kind: 'tls', authorization }) });
    },
  };
}
