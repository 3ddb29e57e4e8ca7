/** From addresses to a line that is signed in. */
import { ContactError } from '../../core/contact.ts';
import type { PasswordLogon } from '../../core/secret.ts';
import { authority, closedDoor, openStream, secure, type Peer } from './connect.ts';
import { ConnectionLost, HttpConnection } from './http-connection.ts';
import { Line } from './line.ts';
import { askForChallenge, proveIdentity, type Challenged } from './sign-in.ts';
import type { Steps } from '../steps.ts';

export interface Entrance {
  readonly peer: Peer;
  readonly logon: PasswordLogon;
  /** Awaited before the credential is used, outside every limit. */
  readonly admit: () => Promise<void>;
}

export interface SignedIn {
  readonly line: Line;
  /** Host clock minus console clock, in seconds. */
  readonly clockSkewSeconds: number | undefined;
}

/** Connects and signs in. @throws ContactError, the signal's reason, or what `admit` rejects with. */
export async function signIn(
  entrance: Entrance,
  steps: Steps,
  signal: AbortSignal,
): Promise<SignedIn> {
  let reached = await reach(entrance, steps, signal);
  const stop = (): void => reached.connection.destroy();
  try {
    await entrance.admit();
    // The host, or something in between, may have closed the line meanwhile: no credential was used on it yet.
    if (!reached.connection.isOpen) reached = await reach(entrance, steps, signal);
    const { connection, challenged } = reached;
    const context = await steps.run('auth', signal, {
      work: () => proveIdentity(connection, challenged, entrance.logon, entrance.peer.name),
      stop,
    });
    const line = new Line(connection, entrance.peer.tls ? undefined : context);
    return { line, clockSkewSeconds: challenged.clockSkewSeconds };
  } catch (error) {
    stop();
    throw asProblem(error);
  }
}

interface Reached {
  readonly connection: HttpConnection;
  readonly challenged: Challenged;
}

/** As far as the challenge. A door slammed before a byte came is tried once more: no credential was used yet. */
async function reach(entrance: Entrance, steps: Steps, signal: AbortSignal): Promise<Reached> {
  try {
    return await reachOnce(entrance, steps, signal);
  } catch (error) {
    if (!isSlammed(error)) throw asProblem(error);
  }
  try {
    return await reachOnce(entrance, steps, signal);
  } catch (error) {
    // Over TLS bytes did come; without it nobody knows who closed the door.
    throw isSlammed(error) && !entrance.peer.tls
      ? closedDoor('ECONNRESET', entrance.peer.port)
      : asProblem(error);
  }
}

function isSlammed(error: unknown): boolean {
  if (error instanceof ConnectionLost) return error.code !== 'CUT_OFF';
  return error instanceof ContactError && error.stage === 'tcp' && error.code === 'ECONNRESET';
}

async function reachOnce(entrance: Entrance, steps: Steps, signal: AbortSignal): Promise<Reached> {
  const connection = await connect(entrance.peer, steps, signal);
  const stop = (): void => connection.destroy();
  try {
    const challenged = await steps.run('http', signal, {
      work: () => askForChallenge(connection, entrance.logon.user),
      stop,
    });
    return { connection, challenged };
  } catch (error) {
    stop();
    throw error;
  }
}

async function connect(peer: Peer, steps: Steps, signal: AbortSignal): Promise<HttpConnection> {
  const { tls } = peer;
  const leaving = new AbortController();
  const leave = (reason: unknown): void => leaving.abort(reason);
  try {
    const socket = await steps.run('tcp', signal, {
      work: () => openStream(peer, { ms: steps.limits.connectMs, signal: leaving.signal }),
      stop: leave,
    });
    if (tls === undefined) return new HttpConnection(socket, { host: authority(peer) });
    return await steps.run('tls', signal, { work: () => secure(socket, peer, tls), stop: leave });
  } catch (error) {
    leave(error); // a stop between the two steps ends neither
    throw error;
  }
}

/** Errors as they leave this folder. */
export function asProblem(error: unknown): unknown {
  return error instanceof ConnectionLost ? lostProblem(error) : error;
}

function lostProblem(lost: ConnectionLost): ContactError {
  const { code } = lost;
  if (code === '401') {
    const message =
      'the host forgot the log-on in mid-session; is its WinRM service being restarted?';
    return new ContactError({ stage: 'auth', code, message }, { cause: lost });
  }
  const message =
    code === 'CUT_OFF'
      ? 'the reply was cut off half-way: the host restarts, or something in between closes connections'
      : `the host dropped the connection (${code}): is it restarting? scan again in a few minutes`;
  return new ContactError({ stage: 'http', code, message }, { cause: lost });
}
