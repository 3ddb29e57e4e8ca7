/**
 * Tickets for hosts, by the GSSAPI of this machine, or by SSPI on Windows. Where it is missing, all the rest works, and
 * whoever asks for Kerberos is told what to install.
 */
import { access, constants } from 'node:fs/promises';
import pLimit from 'p-limit';
import { ContactError } from '../../core/contact.ts';
import { errnoOf } from '../../core/error.ts';
import type { PasswordLogon, TicketLogon } from '../../core/secret.ts';
import { within } from '../within.ts';
import { canonicalUser, GssError, hasGss, type Mechanism } from './gss.ts';
import { GssContext, type GssWish, type KerberosCredential } from './gss-context.ts';
import { acquire } from './gss-credential.ts';
import { quote } from './host-text.ts';
import { kerberosProblem, noController, UNKNOWN_SERVICE, isLasting } from './kerberos-problem.ts';
import type { KerberosContext } from './kerberos-seal.ts';
import { identityOf, userOf } from './kerberos-user.ts';
import { acquireSspi, hasSspi, SEC_E, SspiContext, SspiError } from './sspi.ts';

/** A context that has its first token. */
export interface Started {
  readonly context: KerberosContext;
  /** To be sent. */
  readonly token: Buffer;
  /** The service principal that the directory knows, `HTTP/host`. */
  readonly principal: string;
}

export type KerberosLogon = TicketLogon | PasswordLogon;

export interface KerberosWish {
  /** Name of the host in the service principal. */
  readonly host: string;
  readonly logon: KerberosLogon;
  readonly mechanism: Mechanism;
  /** Of the TLS connection, where there is one. */
  readonly bindings?: Uint8Array;
}

export interface KerberosLimit {
  readonly ms: number;
  readonly signal: AbortSignal;
}

/** Services under which WinRM may be known; domain controllers and some servers lack one of them. */
const SERVICES = ['HTTP', 'WSMAN'] as const;
/**
 * A question to a domain controller keeps one of the few threads of this process until the library gives up by itself:
 * names and files of other hosts need some, too.
 */
const MOST_QUESTIONS = 2;
const IS_WINDOWS = process.platform === 'win32';
const asking = pLimit(MOST_QUESTIONS);
/** So long nobody asks a domain controller again that did not answer. */
const SILENCE_MS = 30_000;

/**
 * The first token for a host, for whichever service the directory knows.
 * @param limit of one question to the domain controller, from the moment it is asked
 * @throws ContactError stage auth; nothing has been sent to the host then; the signal's reason.
 */
export async function startKerberos(wish: KerberosWish, limit: KerberosLimit): Promise<Started> {
  const account = accountOf(wish.logon);
  let problem: ContactError | undefined;
  for (const service of SERVICES) {
    const principal = `${service}/${wish.host}`;
    try {
      return { ...(await asking(() => ask({ ...wish, service }, account, limit))), principal };
    } catch (error) {
      limit.signal.throwIfAborted();
      const told = kerberosProblem(error, principal);
      problem ??= told;
      account.hasFailed(told);
      if (told.code !== UNKNOWN_SERVICE) throw told;
    }
  }
  const names = SERVICES.map((service) => `${service}/${wish.host}`).join(' nor ');
  const message = `the directory knows neither service principal ${names}; use the full name of the host, set winrm.spn_host, or mend domain_realm in krb5.conf`;
  throw new ContactError({ stage: 'auth', code: UNKNOWN_SERVICE, message }, { cause: problem });
}

/** One question, which is left to the library when nobody waits for it any longer. */
function ask(
  wish: Omit<GssWish, 'credential'>,
  account: Account,
  { ms, signal }: KerberosLimit,
): Promise<Pick<Started, 'context' | 'token'>> {
  if (account.silent && performance.now() < account.silent.until)
    return Promise.reject(account.silent.problem);
  let isAbandoned = false;
  const expired = (): ContactError => {
    const problem = noController(`no answer in ${Math.round(ms / 100) / 10} s`);
    account.silent = { problem, until: performance.now() + SILENCE_MS };
    return problem;
  };
  const stop = (): void => {
    isAbandoned = true;
  };
  return within({ ms, signal, expired, stop }, async () => {
    await account.signIn(wish);
    const { credential } = account;
    const started = await firstToken({ ...wish, ...(credential && { credential }) });
    if (isAbandoned) started.context[Symbol.dispose]();
    return started;
  });
}

async function firstToken(wish: GssWish): Promise<{ context: KerberosContext; token: Buffer }> {
  const context = await create(wish);
  try {
    return { context, token: await context.step() };
  } catch (error) {
    context[Symbol.dispose]();
    // SPNEGO has codes of its own, which say nothing; asked for by itself, Kerberos tells its own.
    const hasCode = error instanceof GssError || error instanceof SspiError;
    if (hasCode && wish.mechanism === 'spnego') {
      using plain = await create({ ...wish, mechanism: 'krb5' });
      await plain.step();
    }
    throw error;
  }
}

/** Whether tickets can be had here: there is a library, and something to call it with. */
export function hasTicketLibrary(): Promise<boolean> {
  return IS_WINDOWS ? hasSspi() : hasGss();
}

function create(wish: GssWish): Promise<KerberosContext> {
  return IS_WINDOWS ? SspiContext.create(wish) : GssContext.create(wish);
}

interface Account {
  /** Undefined before the first log-on, and always for the ticket cache of the user. */
  credential: KerberosCredential | undefined;
  /** A domain controller that did not answer in time. */
  silent: { readonly problem: ContactError; readonly until: number } | undefined;
  /** Gets the credential where there is none yet; hosts that come meanwhile wait for the same log-on. */
  readonly signIn: (wish: Asked) => Promise<void>;
  /** What has expired is got anew the next time. */
  readonly hasFailed: (problem: ContactError) => void;
}

const accounts = new WeakMap<KerberosLogon, Account>();

/** One for each credential of a run: its failure is that of all hosts, and costs one log-on. */
function accountOf(logon: KerberosLogon): Account {
  const known = accounts.get(logon) ?? makeAccount(logon);
  accounts.set(logon, known);
  return known;
}

function makeAccount(logon: KerberosLogon): Account {
  let signing: Promise<void> | undefined;
  const account: Account = {
    credential: undefined,
    silent: undefined,
    signIn: (wish) => (signing ??= signIn(wish)),
    hasFailed: ({ code }) => {
      if (code === 'TICKET_EXPIRED') signing = undefined;
    },
  };
  const signIn = async (wish: Asked): Promise<void> => {
    try {
      account.credential = await credentialOf(logon, wish);
    } catch (error) {
      const isThere = logon.kind === 'ticket' && logon.keytab === undefined;
      const problem = kerberosProblem(error, logon.user, isThere ? 'cache' : 'user');
      // A password that was refused is never tried again; a domain controller may be back.
      if (!isLasting(problem)) signing = undefined;
      throw problem;
    }
  };
  return account;
}

/** The host for which a log-on is wanted first. */
type Asked = Pick<GssWish, 'service' | 'host'>;

async function credentialOf(
  logon: KerberosLogon,
  wish: Asked,
): Promise<KerberosCredential | undefined> {
  if (IS_WINDOWS) return ofWindows(logon, wish);
  if (logon.kind === 'password') return acquire(await userOf(logon.user, canonicalUser), logon);
  const { keytab, user } = logon;
  if (keytab === undefined)
    // The caches may hold tickets of several users.
    return user === '' ? undefined : acquire(user, { kind: 'ticket' });
  try {
    await access(keytab, constants.R_OK);
  } catch (cause) {
    const message = `the keytab ${quote(keytab, 80)} cannot be read (${errnoOf(cause) ?? 'unknown'}); check its path and whom it belongs to`;
    throw unavailable(message, { cause });
  }
  return acquire(user, { kind: 'ticket', keytab });
}

async function ofWindows(logon: KerberosLogon, wish: Asked): Promise<KerberosCredential> {
  if (logon.kind === 'ticket') {
    if (logon.keytab !== undefined)
      throw unavailable(
        'Windows takes no keytabs; use { kerberos: cache } under that account, or user and password',
      );
    if (logon.user !== '')
      throw unavailable(
        `Windows has the tickets of its own session only; run it as ${quote(logon.user, 80)}, or leave out user`,
      );
    return acquireSspi();
  }
  const { password, user } = logon;
  const credential = await acquireSspi({ ...identityOf(user), password });
  // Only a ticket shows whether the password is right: one host asks for all, so that a wrong one is tried once.
  using context = await create({ ...wish, mechanism: 'krb5', credential });
  try {
    await context.step();
  } catch (error) {
    if (!(error instanceof SspiError && error.status === SEC_E.targetUnknown)) throw error;
  }
  return credential;
}

function unavailable(message: string, options?: ErrorOptions): ContactError {
  return new ContactError({ stage: 'auth', code: 'AUTH_UNAVAILABLE', message }, options);
}
