/** What a host offers for signing in: its WWW-Authenticate headers, which may be one list or several lines. */
import type { Hello } from '../transport.ts';
import type { HttpReply } from './http-connection.ts';

const MAX_SCHEMES = 6;

/** Names of the schemes offered, as the host spells them. */
export function offeredSchemes(lines: readonly string[]): string[] {
  const names = lines.flatMap((line) =>
    // A name stands at the start of the list or after a comma, and is no `parameter=value`.
    [...line.matchAll(/(?:^|,)\s*([A-Za-z][\w-]{0,30})(?=\s|,|$)(?!\s*=)/g)].map(
      ([, name]) => name ?? '',
    ),
  );
  return [...new Set(names)].slice(0, MAX_SCHEMES);
}

/** As a message names them. */
export function listed(schemes: readonly string[]): string {
  return schemes.join(', ') || 'no way to sign in';
}

/** What a reply tells of the host. A reply with a token offers one scheme only, which is not all that there is. */
export function greetingOf({ offers, server }: HttpReply): Hello {
  const schemes = offeredSchemes(offers);
  const isWhole =
    schemes.length > 0 &&
    tokenFor(offers, 'Negotiate') === 'none' &&
    tokenFor(offers, 'Kerberos') === 'none';
  return { ...(server !== '' && { software: server }), ...(isWhole && { offers: schemes }) };
}

const TOKENS = {
  Negotiate: /(?:^|,)\s*Negotiate\s+([^\s,]+)/i,
  Kerberos: /(?:^|,)\s*Kerberos\s+([^\s,]+)/i,
} as const;

/** The token of a scheme among them; `bad` when there is one that is no base64. */
export function tokenFor(
  lines: readonly string[],
  scheme: keyof typeof TOKENS,
): Buffer | 'none' | 'bad' {
  for (const line of lines) {
    const token = TOKENS[scheme].exec(line)?.[1];
    if (token === undefined) continue;
    const isBase64 = token.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(token);
    return isBase64 ? Buffer.from(token, 'base64') : 'bad';
  }
  return 'none';
}
