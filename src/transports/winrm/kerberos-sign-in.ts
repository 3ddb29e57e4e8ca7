/** Signing in a connection with Kerberos, by itself or inside SPNEGO: one post, and the host proves itself in its reply. */
import { ContactError } from '../../core/contact.ts';
import { badReply } from './bad-reply.ts';
import { serverEndPoint } from './channel-bindings.ts';
import { httpProblem } from './http-answers.ts';
import type { HttpConnection, HttpReply } from './http-connection.ts';
import { kerberosProblem } from './kerberos-problem.ts';
import { kerberosSeal } from './kerberos-seal.ts';
import { startKerberos, type KerberosLogon, type KerberosWish } from './kerberos.ts';
import { NotThisWay } from './not-this-way.ts';
import { offeredSchemes, tokenFor } from './offers.ts';
import type { Protection, Scheme } from './scheme.ts';
import { SOAP_TYPE } from './sign-in.ts';

const NAMES = { kerberos: 'Kerberos', negotiate: 'Negotiate' } as const;
const PROTOCOLS = {
  kerberos: 'application/HTTP-Kerberos-session-encrypted',
  negotiate: 'application/HTTP-SPNEGO-session-encrypted',
} as const;
const NOTHING = Buffer.alloc(0);
/** SPNEGO may want to agree once more on what was agreed. */
const MOST_LEGS = 3;
/** Codes of kerberosProblem that tell of a password that was tried, at the domain controller. */
const TRIED: ReadonlySet<string> = new Set(['0x8009030C']);

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
    needsTls: false,
    async begin() {
      try {
        // Gets the ticket, or finds out why not, before a connection is made for nothing.
        const { context } = await startKerberos(wish);
        context[Symbol.dispose]();
      } catch (error) {
        if (!(error instanceof ContactError) || TRIED.has(error.code)) throw error;
        throw new NotThisWay(error);
      }
      return { prove: (connection) => prove(connection, wish, scheme) };
    },
  };
}

async function prove(
  connection: HttpConnection,
  wish: KerberosWish,
  scheme: keyof typeof NAMES,
): Promise<Protection> {
  const { certificate } = connection;
  const bindings = certificate && serverEndPoint(certificate);
  const { context, token, principal } = await startKerberos({
    ...wish,
    ...(bindings && { bindings }),
  });
  connection.onEnd(() => context[Symbol.dispose]());
  let next = token;
  for (let leg = 1; leg <= MOST_LEGS; leg += 1) {
    const authorization = `${NAMES[scheme]} ${next.toString('base64')}`;
    const reply = await connection.post(SOAP_TYPE, NOTHING, authorization);
    const answer = tokenFor(reply.offers, NAMES[scheme]);
    if (answer === 'bad') throw badReply('holds a Kerberos token that is no base64');
    if (reply.status === 401 && answer === 'none') throw notTaken(reply, NAMES[scheme]);
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
      if (certificate) return { kind: 'tls' };
      return { kind: 'sealed', seal: kerberosSeal(context, PROTOCOLS[scheme]) };
    }
  }
  throw badReply('never comes to an end of the log-on');
}

/** Not offered: nobody looked at the ticket. Offered: somebody did, and said no. */
function notTaken({ offers }: HttpReply, name: string): Error {
  const schemes = offeredSchemes(offers);
  const list = schemes.join(', ') || 'no way to sign in';
  const isOffered = schemes.some((each) => each.toLowerCase() === name.toLowerCase());
  const message = isOffered
    ? 'the host refused the Kerberos ticket: the account may not log on there from the network'
    : `the host offers ${list}, not ${name}; enable it there: winrm set winrm/config/service/auth`;
  const problem = new ContactError({ stage: 'auth', code: '401', message });
  return isOffered ? problem : new NotThisWay(problem);
}
