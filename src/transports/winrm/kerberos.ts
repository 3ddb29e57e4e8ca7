/**
 * Signing in with Kerberos by the GSSAPI of this machine. Where it is missing, all the rest works, and whoever asks for
 * Kerberos is told what to install. Not on Windows: its SSPI is another interface.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { ContactError } from '../../core/contact.ts';
import { errnoOf } from '../../core/error.ts';
import type { PasswordLogon, TicketLogon } from '../../core/secret.ts';
import { GssContext, GssError, type GssWish, type Mechanism } from './gss.ts';
import { kerberosProblem } from './kerberos-problem.ts';

/** A context that has its first token. */
export interface Started {
  readonly context: GssContext;
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

/** Services under which WinRM may be known; domain controllers and some servers lack one of them. */
const SERVICES = ['HTTP', 'WSMAN'] as const;
/** The only failure after which the other service is worth a question. */
const UNKNOWN_PRINCIPAL = '0x80090303';

/**
 * The first token for a host, for whichever service the directory knows.
 * @throws ContactError stage auth; nothing has been sent to the host then.
 */
export async function startKerberos(wish: KerberosWish): Promise<Started> {
  const store = await storeOf(wish.logon);
  let problem: ContactError | undefined;
  for (const service of SERVICES) {
    const principal = `${service}/${wish.host}`;
    try {
      const { context, token } = await inStore(store, () => firstToken({ ...wish, service }));
      return { context, token, principal };
    } catch (error) {
      const told = kerberosProblem(error, principal);
      problem ??= told;
      if (told.code !== UNKNOWN_PRINCIPAL) throw told;
    }
  }
  const names = SERVICES.map((service) => `${service}/${wish.host}`).join(' nor ');
  const message = `the directory knows neither service principal ${names}; use the full name of the host, set winrm.spn_host, or mend domain_realm in krb5.conf`;
  throw new ContactError({ stage: 'auth', code: UNKNOWN_PRINCIPAL, message }, { cause: problem });
}

async function firstToken(wish: GssWish): Promise<{ context: GssContext; token: Buffer }> {
  const context = await GssContext.create(wish);
  try {
    return { context, token: await context.step() };
  } catch (error) {
    context[Symbol.dispose]();
    // SPNEGO has codes of its own, which say nothing; asked for by itself, Kerberos tells its own.
    if (error instanceof GssError && wish.mechanism === 'spnego') {
      using plain = await GssContext.create({ ...wish, mechanism: 'krb5' });
      await plain.step();
    }
    throw error;
  }
}

/** Variables by which MIT krb5 finds tickets and keys; undefined: as the user has them. */
type Store = Readonly<Partial<Record<'KRB5CCNAME' | 'KRB5_CLIENT_KTNAME', string>>>;

/** The library reads the environment, which is one for the whole process: one first token at a time. */
const oneAtATime = pLimit(1);

function inStore<T>(store: Store, work: () => Promise<T>): Promise<T> {
  return oneAtATime(async () => {
    const before = Object.keys(store).map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, store);
    try {
      return await work();
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });
}

const stores = new WeakMap<KerberosLogon, Promise<Store>>();
let count = 0;

/** Got once for each credential: its failure is that of all hosts, and costs one log-on. */
function storeOf(logon: KerberosLogon): Promise<Store> {
  const known = stores.get(logon) ?? makeStore(logon);
  stores.set(logon, known);
  return known;
}

async function makeStore(logon: KerberosLogon): Promise<Store> {
  if (logon.kind === 'password') return withPassword(logon);
  if (logon.keytab === undefined) return {};
  count += 1;
  // Tickets got by the keytab stay in this process.
  return {
    KRB5CCNAME: `MEMORY:patchwhy-${process.pid}-${count}`,
    KRB5_CLIENT_KTNAME: `FILE:${logon.keytab}`,
  };
}

const KINIT_LIMIT_MS = 20_000;

/** A ticket for a password, by kinit(1), which reads it from stdin; its cache is ours alone and ends with us. */
function withPassword({ user, password }: PasswordLogon): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), 'patchwhy-krb-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const cache = `FILE:${join(folder, 'cache')}`;
  const { PATH, HOME, KRB5_CONFIG, SystemRoot } = process.env;
  const env = { PATH, HOME, KRB5_CONFIG, SystemRoot, LC_ALL: 'C' };
  const principal = principalOf(user);
  return new Promise((resolve, reject) => {
    const options = { env, timeout: KINIT_LIMIT_MS, windowsHide: true } as const;
    const child = execFile('kinit', ['-c', cache, principal], options, (error, stdout, stderr) => {
      if (error === null) return resolve({ KRB5CCNAME: cache });
      if (errnoOf(error) === 'ENOENT') {
        const message =
          'Kerberos with a password needs kinit on this machine (apt install krb5-user), or a ticket that is there already';
        return reject(new ContactError({ stage: 'auth', code: 'AUTH_UNAVAILABLE', message }));
      }
      reject(kerberosProblem(new Error(`${stdout} ${stderr}`.trim() || 'kinit failed'), principal));
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(`${password.reveal()}\n`);
  });
}

/** `user@realm` with its realm in capitals; `DOMAIN\user` is a user of the default realm. */
export function principalOf(user: string): string {
  const at = user.lastIndexOf('@');
  if (at > 0) return `${user.slice(0, at)}@${user.slice(at + 1).toUpperCase()}`;
  return user.slice(user.indexOf('\\') + 1);
}
