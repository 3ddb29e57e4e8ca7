/** Signing in a connection with Kerberos, by itself or inside SPNEGO: one post, and the host proves itself in its reply. */
import { ContactError } from '../../core/contact.ts';
import type { DialLimit } from '../transport.ts';
import { badReply } from './bad-reply.ts';
import { serverEndPoint } from './channel-bindings.ts';
import { httpProblem } from './http-answers.ts';
import { quote } from './host-text.ts';
import type { HttpConnection, HttpReply } from './http-connection.ts';
import { isRefusal, kerberosProblem } from './kerberos-problem.ts';
import { kerberosSeal } from './kerberos-seal.ts';
import { startKerberos, type KerberosLogon, type KerberosWish, type Started } from './kerberos.ts';
import { NotThisWay } from './not-this-way.ts';
import { greetingOf, listed, offeredSchemes, tokenFor } from './offers.ts';
import type { Protection, Scheme, Tell } from './scheme.ts';
import { SOAP_TYPE } from './sign-in.ts';

const NAMES = { kerberos: 'Kerberos', negotiate: 'Negotiate' } as const;
const PROTOCOLS = {
  kerberos: 'application/HTTP-Kerberos-session-encrypted',
  negotiate: 'application/HTTP-SPNEGO-session-encrypted',
} as const;
const NOTHING = Buffer.alloc(0);
/** SPNEGO may want to agree once more on what was agreed. */
const MOST_LEGS = 3;
/** A first token bears its time; hosts refuse one that is older than five minutes. */
const FRESH_MS = 60_000;

/** @param host name in the service principal. */
export function kerberosScheme(
  scheme: keyof typeof NAMES,
  host: string,
  logon: KerberosLogon,
): Scheme {
  const mechanism = scheme === 'kerberos' ? 'krb5' : 'spnego';
  const wish: KerberosWish = { host, logon, mechanism };
  return {
    name: 'kerberos',
    offeredAs: NAMES[scheme],
    needsTls: false,
    async begin(limit) {
      try {
        // Gets the ticket, or finds out why not, before a connection is made for nothing.
        const first = new First(await startKerberos(wish, limit));
        return {
          prove: async (connection, tell) =>
            prove({ connection, tell, scheme }, await first.or(connection, wish, limit)),
          drop: () => first.drop(),
        };
      } catch (error) {
        if (!(error instanceof ContactError) || isRefusal(error)) throw error;
        throw new NotThisWay(error);
      }
    },
  };
}

/** What was started before there was a connection: good for the first that wants no channel bindings, for a while. */
class First {
  #started: Started | undefined;
  readonly #at = performance.now();

  constructor(started: Started) {
    this.#started = started;
  }

  /** This one, or another for what the connection wants; in either case the caller's to end. */
  async or(
    { certificate }: HttpConnection,
    wish: KerberosWish,
    limit: DialLimit,
  ): Promise<Started> {
    const started = this.#started;
    if (!certificate && started && performance.now() - this.#at < FRESH_MS) {
      this.#started = undefined;
      return started;
    }
    const bindings = certificate && serverEndPoint(certificate);
    return startKerberos({ ...wish, ...(bindings && { bindings }) }, limit);
  }

  drop(): void {
    this.#started?.context[Symbol.dispose]();
    this.#started = undefined;
  }
}

interface Talk {
  readonly connection: HttpConnection;
  readonly tell: Tell;
  readonly scheme: keyof typeof NAMES;
}

async function prove(
  { connection, tell, scheme }: Talk,
  { context, token, principal }: Started,
): Promise<Protection> {
  connection.onEnd(() => context[Symbol.dispose]());
  const name = NAMES[scheme];
  let next = token;
  for (let leg = 1; leg <= MOST_LEGS; leg += 1) {
    const authorization = `${name} ${next.toString('base64')}`;
    const reply = await connection.post(SOAP_TYPE, NOTHING, authorization);
    tell(greetingOf(reply));
    const answer = tokenFor(reply.offers, name);
    if (answer === 'bad') throw badReply('holds a Kerberos token that is no base64');
    if (reply.status === 401 && answer === 'none') throw notTaken(reply, name, principal);
    if (reply.status !== 200 && reply.status !== 401) throw httpProblem(reply);
    if (answer === 'none') throw badReply('does not prove that it is the host (no Kerberos token)');
    try {
      // The host's proof; after a refusal its reason.
      next = await context.step(answer);
    } catch (error) {
      throw kerberosProblem(error, principal);
    }
    if (reply.status === 200 && context.isComplete) {
      // Inside TLS nothing is sealed a second time.
      if (connection.certificate) return { kind: 'tls' };
      return { kind: 'sealed', seal: kerberosSeal(context, PROTOCOLS[scheme]) };
    }
  }
  throw badReply('never comes to an end of the log-on');
}

/** Not offered: nobody looked at the ticket. Offered: somebody did, and said no. */
function notTaken({ offers }: HttpReply, name: string, principal: string): Error {
  const schemes = offeredSchemes(offers);
  const isOffered = schemes.some((each) => each.toLowerCase() === name.toLowerCase());
  const message = isOffered
    ? `the host refused the ticket for ${quote(principal, 80)}: that principal is another account's (setspn -X), or the account may not log on there; it offers ${listed(schemes)}`
    : `the host offers ${listed(schemes)}, not ${name}; enable it there: winrm set winrm/config/service/auth`;
  const problem = new ContactError({ stage: 'auth', code: '401', message });
  return isOffered ? problem : new NotThisWay(problem, schemes);
}
