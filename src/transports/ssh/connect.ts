/**
 * One SSH connection to one host: stream, host key, log-on. A refused password is never tried a second time, by no
 * other name either: which way of asking for it the host wants is found out before it is used.
 */
import { userInfo } from 'node:os';
import type { AnyAuthMethod, AuthHandlerMiddleware, ClientErrorExtensions, ParsedKey } from 'ssh2';
import ssh2 from 'ssh2';
import { ContactError } from '../../core/contact.ts';
import { errnoOf } from '../../core/error.ts';
import type { SshSettings } from '../../core/host.ts';
import type { Logon } from '../../core/secret.ts';
import type { Steps } from '../steps.ts';
import type { Endpoint, OpenContext } from '../transport.ts';
import { checkHostKey, fingerprintOf, keyType, knownHosts, preferredTypes } from './host-key.ts';
import { readKeys, type OfferedKeys } from './keys.ts';
import { knownName } from './known-hosts.ts';

export interface SshConnection {
  readonly client: ssh2.Client;
  /** `publickey`, `password` or `keyboard-interactive`. */
  readonly auth: string;
  /** Aborted when the connection has ended, with what is to be said of it. */
  readonly lost: AbortSignal;
  /** When the last byte came, on the clock of `performance.now()`. */
  readonly heardAt: () => number;
}

export interface Ask {
  readonly endpoint: Endpoint;
  readonly settings: SshSettings;
  readonly logon: Logon;
  readonly admit: OpenContext['admit'];
  readonly onHello?: OpenContext['onHello'];
  /** How often an idle line is asked whether it is still there, and how many answers may be missing. */
  readonly keepalive?: { readonly everyMs: number; readonly missed: number };
}

const KEEPALIVE = { everyMs: 15_000, missed: 4 };
/** In the order of OpenSSH's client; SHA-1 signatures are not among them. */
const HOST_KEY_TYPES = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const;

type Methods = readonly AnyAuthMethod['type'][];

/** Connects and signs in. @throws ContactError stage tcp, relay, tls or auth; `timeout`; the signal's reason. */
export async function connectSsh(
  ask: Ask,
  steps: Steps,
  signal: AbortSignal,
): Promise<SshConnection> {
  const { endpoint, settings, logon, keepalive = KEEPALIVE } = ask;
  const means = await meansOf(logon, settings);
  const known = (await knownHosts(settings.knownHosts)).keysOf(
    settings.hostKeyAlias ?? knownName(endpoint.name, settings.port),
  );
  const ending = new AbortController();
  const stop = (reason: unknown): void => ending.abort(reason);
  const client = new ssh2.Client();
  const lost = new AbortController();
  let heardAt = performance.now();
  try {
    const { stream } = await steps.run('tcp', signal, {
      work: () =>
        endpoint.dial(settings.port, {
          ms: steps.limits.dialMs ?? steps.limits.connectMs,
          signal: ending.signal,
        }),
      stop,
    });
    ending.signal.addEventListener('abort', () => stream.destroy(), { once: true });
    const talk = new Talk(client, means, ask.admit);
    let refusedKey: ContactError | undefined;
    client.on('error', (error) => {
      const problem = refusedKey ?? problemOf(error, talk, means);
      talk.fail(problem);
      lost.abort(problem);
    });
    client.on('close', () => {
      const problem = talk.isSecured
        ? lostProblem(talk, errnoOf(lost.signal.reason))
        : noSsh('ECONNRESET');
      talk.fail(problem);
      lost.abort(problem);
    });
    client.on('greeting', () => undefined);
    await steps.run('tls', signal, {
      stop,
      work: () => {
        client.connect({
          sock: stream,
          username: means.user,
          readyTimeout: 0,
          keepaliveInterval: keepalive.everyMs,
          keepaliveCountMax: keepalive.missed,
          algorithms: { serverHostKey: preferredTypes(known, HOST_KEY_TYPES) as never },
          hostVerifier: (key: Buffer) => {
            ask.onHello?.({ hostKey: { type: keyType(key), fingerprint: fingerprintOf(key) } });
            try {
              const alias = settings.hostKeyAlias;
              checkHostKey(
                {
                  host: endpoint.name,
                  port: settings.port,
                  key,
                  ...(alias !== undefined && { alias }),
                },
                known,
              );
              return true;
            } catch (error) {
              if (!(error instanceof ContactError)) throw error;
              refusedKey = error;
              return false;
            }
          },
          authHandler: talk.handler,
        });
        // Behind the library's own ear: nothing is taken from it.
        stream.on('data', () => {
          heardAt = performance.now();
        });
        return talk.secured;
      },
    });
    await talk.choose();
    await steps.run('auth', signal, { work: () => talk.signIn(), stop });
    return {
      client,
      auth: talk.used === 'agent' ? 'publickey' : talk.used,
      lost: lost.signal,
      heardAt: () => heardAt,
    };
  } catch (error) {
    stop(error);
    client.destroy();
    throw error;
  }
}

/** What we have to sign in with. */
interface Means {
  readonly user: string;
  readonly password?: string;
  readonly keys?: OfferedKeys;
}

async function meansOf(logon: Logon, settings: SshSettings): Promise<Means> {
  const user = ('user' in logon ? logon.user : '') || settings.user || userInfo().username;
  switch (logon.kind) {
    case 'password':
      return { user: logon.user, password: logon.password.reveal() };
    case 'key':
      return { user, keys: await readKeys(logon, settings.identityFiles ?? []) };
    case 'ticket':
    case 'certificate': {
      const message = `SSH takes a password or a key, and the credential is a ${logon.kind}; give the host another one`;
      throw new ContactError({ stage: 'auth', code: 'AUTH_UNAVAILABLE', message });
    }
  }
}

/** The conversation about who we are: asked for by ssh2 step by step, answered when the gate lets us. */
class Talk {
  readonly #means: Means;
  readonly #admit: () => Promise<void>;
  readonly #secured = Promise.withResolvers<void>();
  readonly #chosen = Promise.withResolvers<void>();
  readonly #ready = Promise.withResolvers<void>();
  #next: ((method: AnyAuthMethod | false) => void) | undefined;
  #offers: Methods | undefined;
  #queue: AnyAuthMethod[] = [];
  isSecured = false;
  isSignedIn = false;
  used = 'none';

  constructor(client: ssh2.Client, means: Means, admit: () => Promise<void>) {
    this.#means = means;
    this.#admit = admit;
    client.once('ready', () => {
      this.isSignedIn = true;
      this.#ready.resolve();
    });
    for (const { promise } of [this.#secured, this.#chosen, this.#ready])
      promise.catch(() => undefined);
  }

  /** Resolves when the host has shown a key we trust. */
  get secured(): Promise<void> {
    return this.#secured.promise;
  }

  get offers(): Methods {
    return this.#offers ?? [];
  }

  fail(problem: ContactError): void {
    this.#secured.reject(problem);
    this.#chosen.reject(problem);
    this.#ready.reject(problem);
  }

  /** Asked first before anything was tried, then after each refusal with what the host still takes. */
  readonly handler: AuthHandlerMiddleware = (left, _partial, next) => {
    if (!this.isSecured) {
      this.isSecured = true;
      this.#secured.resolve();
      // "none" tells what the host takes, and tries nothing.
      next({ type: 'none', username: this.#means.user });
      return;
    }
    this.#next = next as (method: AnyAuthMethod | false) => void;
    if (this.#offers === undefined) {
      this.#offers = left ?? [];
      this.#queue = this.#methods(this.#offers);
      this.#chosen.resolve();
    } else this.#goOn();
  };

  /** Waits until it is known what to try, and until it may be tried. @throws ContactError when nothing fits. */
  async choose(): Promise<void> {
    await Promise.race([this.#chosen.promise, this.#ready.promise]);
    if (this.#offers === undefined) return; // the host asked for nothing
    if (this.#queue.length === 0) throw nothingFits(this.#offers, this.#means);
    await this.#admit();
  }

  signIn(): Promise<void> {
    this.#goOn();
    return this.#ready.promise;
  }

  #goOn(): void {
    const next = this.#next;
    this.#next = undefined;
    const method = this.#queue.shift();
    if (method !== undefined) this.used = method.type;
    next?.(method ?? false);
  }

  #methods(offers: Methods): AnyAuthMethod[] {
    const { user: username, password, keys } = this.#means;
    if (password !== undefined) {
      if (offers.includes('password')) return [{ type: 'password', username, password }];
      if (!offers.includes('keyboard-interactive')) return [];
      return [{ type: 'keyboard-interactive', username, prompt: answerWith(password) }];
    }
    if (!offers.includes('publickey')) return [];
    const { agent, parsed = [] } = keys ?? {};
    return [
      ...parsed.map((key: ParsedKey) => ({ type: 'publickey' as const, username, key })),
      ...(agent === undefined ? [] : [{ type: 'agent' as const, username, agent }]),
    ] as AnyAuthMethod[];
  }
}

/** Answers one hidden question with the password, once; anything else is not ours to answer. */
function answerWith(password: string) {
  let isUsed = false;
  return (
    _name: string,
    _instructions: string,
    _lang: string,
    prompts: readonly { readonly prompt: string; readonly echo?: boolean }[],
    finish: (answers: string[]) => void,
  ): void => {
    const isPassword = prompts.length === 1 && prompts[0]?.echo !== true && !isUsed;
    if (prompts.length > 0) isUsed = true;
    finish(isPassword ? [password] : []);
  };
}

function nothingFits(offers: Methods, means: Means): ContactError {
  const have = means.password === undefined ? 'a key' : 'a password';
  const message = `the host takes ${offers.join(', ') || 'no way to sign in'}, and the credential of "${means.user}" is ${have}`;
  return new ContactError({ stage: 'auth', code: 'AUTH_UNAVAILABLE', message });
}

function problemOf(
  error: Error & Partial<ClientErrorExtensions>,
  talk: Talk,
  means: Means,
): ContactError {
  const code = errnoOf(error);
  if (error.level === 'client-authentication' || isHungUp(error, talk)) return refused(talk, means);
  if (talk.isSecured) return lostProblem(talk, code);
  if (error.level === 'client-socket' && code !== undefined) return noSsh(code);
  if (/no matching/i.test(error.message)) {
    const message =
      'no way of encrypting that both sides know; the SSH server there is too old, or locked down to others';
    return new ContactError({ stage: 'tls', code: 'EPROTO', message }, { cause: error });
  }
  return noSsh('EPROTO', error);
}

/** SSH_MSG_DISCONNECT has a number (RFC 4253, 11.1). In answer to a credential it is a no, as after MaxAuthTries. */
function isHungUp(error: Error, { isSignedIn, used }: Talk): boolean {
  return !isSignedIn && used !== 'none' && 'code' in error && typeof error.code === 'number';
}

function refused({ used, offers }: Talk, { user, keys }: Means): ContactError {
  const what =
    used === 'publickey' || used === 'agent'
      ? `it lets in with none of these: ${keys?.described ?? 'our keys'}; administrators' keys stand in ProgramData\\ssh\\administrators_authorized_keys`
      : 'wrong password, locked, or not allowed to sign in over SSH';
  const message = `the host refused "${user}": ${what}; it takes ${offers.join(', ')}`;
  return new ContactError({ stage: 'auth', code: 'PERMISSION_DENIED', message });
}

function lostProblem({ isSignedIn }: Talk, code = 'ECONNRESET'): ContactError {
  const when = isSignedIn ? '' : ' at the log-on';
  const message = `the connection broke off${when} (${code}): is it restarting? scan again in a few minutes`;
  return new ContactError({ stage: isSignedIn ? 'shell' : 'auth', code, message });
}

/** It was reached, and what answered was no SSH server, or no longer one. */
function noSsh(code: string, cause?: Error): ContactError {
  const message = `no SSH server answers there (${code}): another service, a firewall, or sshd at its limit (MaxStartups)`;
  return new ContactError({ stage: 'tls', code, message }, { cause });
}
