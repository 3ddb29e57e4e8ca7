/** Signing in a connection with NTLM under Negotiate: two posts with empty bodies, no second attempt. */
import { hostname } from 'node:os';
import { ContactError } from '../../core/contact.ts';
import type { PasswordLogon } from '../../core/secret.ts';
import { badReply } from './bad-reply.ts';
import { channelBindings } from './channel-bindings.ts';
import { quote } from './host-text.ts';
import { httpProblem } from './http-answers.ts';
import type { Hello } from '../transport.ts';
import type { HttpConnection, HttpReply } from './http-connection.ts';
import { answerChallenge, clockSkewSeconds } from './ntlm-answer.ts';
import { NtlmContext } from './ntlm-context.ts';
import { accountName, isLocalAccount, passwordHash } from './ntlm-identity.ts';
import {
  AV,
  avValue,
  isStrongEnough,
  negotiateMessage,
  readChallenge,
  type Challenge,
} from './ntlm-messages.ts';
import { NotThisWay } from './not-this-way.ts';
import { greetingOf, listed, offeredSchemes, tokenFor } from './offers.ts';
import type { Prepared, Protection, Scheme, Tell } from './scheme.ts';
import { ntlmSeal } from './seal.ts';

export const SOAP_TYPE = 'application/soap+xml;charset=UTF-8';
const NOTHING = Buffer.alloc(0);
const NEGOTIATE = negotiateMessage();
/** Domain controllers refuse beyond five minutes. */
const MAX_SKEW_SECONDS = 300;
/** As Windows names machines in its security log: the first label, 15 characters. */
const WORKSTATION = hostname().replace(/\..*/, '').slice(0, 15).toUpperCase();

/** NTLM, raw under Negotiate. @param name of the host, for the target of the log-on. */
export function ntlmScheme(logon: PasswordLogon, name: string): Scheme {
  return {
    name: 'negotiate',
    offeredAs: 'Negotiate',
    needsTls: false,
    ask: async (connection, tell): Promise<Prepared> => {
      const challenged = await askForChallenge(connection, logon.user, tell);
      const { clockSkewSeconds } = challenged;
      return {
        ...(clockSkewSeconds !== undefined && { clockSkewSeconds }),
        prove: (line, told) => proveIdentity(line, challenged, { logon, name, tell: told }),
      };
    },
  };
}

/** What the host said before it knew who asks. */
interface Challenged {
  readonly challenge: Challenge;
  readonly clockSkewSeconds: number | undefined;
}

function helloOf({ targetInfo }: Challenge): Hello {
  const text = (id: number): string | undefined => avValue(targetInfo, id)?.toString('utf16le');
  const computer = text(AV.computer);
  const dnsName = text(AV.dnsComputer);
  const domain = text(AV.domain);
  const dnsDomain = text(AV.dnsDomain);
  return {
    ...(computer !== undefined && { computer }),
    ...(dnsName !== undefined && { dnsName }),
    ...(domain !== undefined && { domain }),
    ...(dnsDomain !== undefined && { dnsDomain }),
  };
}

/** First leg: no credential travels. @throws ContactError stage http for what is no WinRM, auth when NTLM is not offered. */
async function askForChallenge(
  connection: HttpConnection,
  user: string,
  tell: Tell,
): Promise<Challenged> {
  const reply = await post(connection, NEGOTIATE);
  tell(greetingOf(reply));
  if (reply.status !== 401) throw httpProblem(reply);
  const token = tokenFor(reply.offers, 'Negotiate');
  if (token === 'bad') throw badReply('holds an NTLM challenge that is no base64');
  if (token === 'none') throw notOffered(reply, user);
  const challenge = readChallenge(token);
  if (!isStrongEnough(challenge.flags)) {
    const message =
      'the host offers NTLM only without 128-bit session security; raise NtlmMinServerSec there';
    throw new ContactError({ stage: 'auth', code: 'AUTH_UNAVAILABLE', message });
  }
  const skew = clockSkewSeconds(challenge, Date.now());
  tell({ ...helloOf(challenge), ...(skew !== undefined && { clockSkewSeconds: skew }) });
  return { challenge, clockSkewSeconds: skew };
}

interface Proof {
  readonly logon: PasswordLogon;
  /** Of the host. */
  readonly name: string;
  readonly tell: Tell;
}

/** Second leg: proves that we know the password. @throws ContactError stage auth when the host refuses. */
async function proveIdentity(
  connection: HttpConnection,
  { challenge, clockSkewSeconds: skew }: Challenged,
  { logon, name, tell }: Proof,
): Promise<Protection> {
  const computer = avValue(challenge.targetInfo, AV.computer)?.toString('utf16le') ?? '';
  const account = accountName(logon.user, computer);
  const answer = answerChallenge({
    negotiate: NEGOTIATE,
    challenge,
    account,
    passwordHash: passwordHash(logon, account),
    targetName: `HTTP/${name}`,
    workstation: WORKSTATION,
    ...(connection.certificate && { channelBindings: channelBindings(connection.certificate) }),
  });
  const reply = await post(connection, answer.message);
  if (reply.status === 401) {
    tell(greetingOf(reply));
    throw refused(reply, logon.user, skew);
  }
  if (reply.status !== 200 || reply.body.length > 0) throw httpProblem(reply);
  // Inside TLS nothing is sealed a second time.
  if (connection.certificate) return { kind: 'tls' };
  return { kind: 'sealed', seal: ntlmSeal(new NtlmContext(answer.sessionKey)) };
}

function post(connection: HttpConnection, token: Buffer): Promise<HttpReply> {
  return connection.post(SOAP_TYPE, NOTHING, `Negotiate ${token.toString('base64')}`);
}

function notOffered({ offers }: HttpReply, user: string): NotThisWay {
  const schemes = offeredSchemes(offers);
  const hasNegotiate = schemes.some((scheme) => scheme.toLowerCase() === 'negotiate');
  const message = hasNegotiate
    ? `the host offers ${listed(schemes)} but refuses NTLM for ${quote(user)}: its policy restricts NTLM, or the account is protected`
    : `the host offers ${listed(schemes)}, not Negotiate, to ${quote(user)}; enable it there: winrm set winrm/config/service/auth`;
  return new NotThisWay(new ContactError({ stage: 'auth', code: '401', message }), schemes);
}

function refused({ offers }: HttpReply, user: string, skew: number | undefined): ContactError {
  if (skew !== undefined && Math.abs(skew) > MAX_SKEW_SECONDS) {
    const minutes = Math.round(Math.abs(skew) / 60);
    const message = `the host refused ${quote(user)}, and its clock is ${minutes} min ${skew < 0 ? 'behind' : 'ahead'}; set its time first`;
    return new ContactError({ stage: 'auth', code: '0x80090324', message });
  }
  const why = isLocalAccount(user)
    ? 'wrong password, locked, or UAC filters local accounts (LocalAccountTokenFilterPolicy)'
    : 'wrong password, locked, disabled or not allowed here';
  const message = `the host refused ${quote(user)}: ${why}; it offers ${listed(offeredSchemes(offers))}`;
  return new ContactError({ stage: 'auth', code: '401', message });
}
