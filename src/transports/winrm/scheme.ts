/** Ways to sign in: what each needs, and which of them a log-on has. */
import type { AuthScheme } from '../../core/host.ts';
import type { Logon } from '../../core/secret.ts';
import type { DialLimit, Hello } from '../transport.ts';
import { basicScheme } from './basic.ts';
import { certificateScheme } from './certificate.ts';
import type { Peer } from './connect.ts';
import type { HttpConnection } from './http-connection.ts';
import { kerberosScheme } from './kerberos-sign-in.ts';
import { ntlmScheme } from './sign-in.ts';
import type { Seal } from './seal.ts';

/** How the requests of a connection that is signed in are protected. */
export type Protection =
  | { readonly kind: 'sealed'; readonly seal: Seal }
  /** TLS protects them; each says who asks where the scheme wants that. */
  | { readonly kind: 'tls'; readonly authorization?: string };

/** A log-on that has not used the credential yet. */
export interface Prepared {
  /** Host clock minus console clock, in seconds, where it was told. */
  readonly clockSkewSeconds?: number;
  /** Uses the credential, once. @throws ContactError stage auth when the host refuses it, NotThisWay */
  readonly prove: (connection: HttpConnection, tell: Tell) => Promise<Protection>;
  /** It is not going to be used, or has been. */
  readonly drop?: () => void;
}

/** Told what the host says of itself. */
export type Tell = (hello: Hello) => void;

export interface Scheme {
  /** As `session.way` tells it. */
  readonly name: string;
  /** As hosts offer it; absent: they do not. */
  readonly offeredAs?: string;
  /** Its secret would travel in clear otherwise. */
  readonly needsTls: boolean;
  /** What can be done without the host: nothing of it counts as a try. @throws NotThisWay */
  readonly begin?: (limit: DialLimit) => Promise<Prepared>;
  /** What the host is asked before the credential is used. @throws NotThisWay when it does not offer the scheme. */
  readonly ask?: (connection: HttpConnection, tell: Tell) => Promise<Prepared>;
}

/** The schemes that a log-on can use, in the order of the settings. */
export function schemesOf(
  auth: readonly AuthScheme[],
  logon: Logon,
  { name, spnHost }: Pick<Peer, 'name'> & { readonly spnHost?: string },
): readonly Scheme[] {
  const host = spnHost ?? name;
  switch (logon.kind) {
    case 'certificate':
      return [certificateScheme()];
    case 'ticket':
      return auth.flatMap((scheme) =>
        scheme === 'basic' ? [] : [kerberosScheme(scheme, host, logon)],
      );
    case 'password':
      return auth.map((scheme) => {
        if (scheme === 'kerberos') return kerberosScheme(scheme, host, logon);
        return scheme === 'basic' ? basicScheme(logon) : ntlmScheme(logon, name);
      });
    case 'key':
      return [];
  }
}
