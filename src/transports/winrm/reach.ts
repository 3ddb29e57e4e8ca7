/** From doors and schemes to a line that is signed in. */
import { ContactError } from '../../core/contact.ts';
import type { Steps } from '../steps.ts';
import type { Hello } from '../transport.ts';
import { closedDoor, type Peer } from './connect.ts';
import { openDoor, type Opened } from './doors.ts';
import { ConnectionLost } from './http-connection.ts';
import { Line } from './line.ts';
import { NotThisWay } from './not-this-way.ts';
import type { Prepared, Scheme } from './scheme.ts';

export interface Entrance {
  /** In the order in which they are wanted; at least one. */
  readonly doors: readonly Peer[];
  /** In the order in which they are tried; at least one. */
  readonly schemes: readonly Scheme[];
  /** Awaited before the credential is used, outside every limit. */
  readonly admit: () => Promise<void>;
  readonly onHello?: (hello: Hello) => void;
}

export interface SignedIn {
  readonly line: Line;
  readonly scheme: Scheme;
  /** Host clock minus console clock, in seconds. */
  readonly clockSkewSeconds: number | undefined;
}

/**
 * Connects and signs in by the first scheme that can be used. From one to the next only where the credential was not
 * used yet: a refusal is final. @throws ContactError, the signal's reason, or what `admit` rejects with.
 */
export async function signIn(
  entrance: Entrance,
  steps: Steps,
  signal: AbortSignal,
): Promise<SignedIn> {
  const passedOver: [Scheme, ContactError][] = [];
  for (const scheme of entrance.schemes) {
    try {
      return await signInBy(scheme, entrance, steps, signal);
    } catch (error) {
      if (!(error instanceof NotThisWay)) throw asProblem(error);
      passedOver.push([scheme, error.problem]);
    }
  }
  throw noWay(passedOver);
}

function noWay(passedOver: readonly [Scheme, ContactError][]): ContactError {
  const [[, only] = [], ...others] = passedOver;
  if (only !== undefined && others.length === 0) return only;
  const why = passedOver.map(([{ name }, { message }]) => `${name}: ${message}`).join('; ');
  // Of the several the last is the plainest; those before it are what the user asked for first.
  const code = passedOver.at(-1)?.[1].code ?? 'AUTH_UNAVAILABLE';
  return new ContactError({ stage: 'auth', code, message: `no way to sign in: ${why}` });
}

async function signInBy(
  scheme: Scheme,
  entrance: Entrance,
  steps: Steps,
  signal: AbortSignal,
): Promise<SignedIn> {
  const doors = scheme.needsTls ? entrance.doors.filter(({ tls }) => tls) : entrance.doors;
  if (doors.length === 0) throw needsTls(scheme);
  const way = { ...entrance, doors };
  const begun = await scheme.begin?.();
  let reached = await reach(scheme, way, steps, signal);
  const stop = (): void => reached.connection.destroy();
  try {
    await entrance.admit();
    // The host, or something in between, may have closed the line meanwhile: no credential was used on it yet.
    if (!reached.connection.isOpen) reached = await reach(scheme, way, steps, signal);
    const { connection, peer, asked } = reached;
    const prepared = asked ?? begun;
    if (prepared === undefined) throw new TypeError(`${scheme.name} has nothing to prove`);
    const work = (): ReturnType<Prepared['prove']> => prepared.prove(connection);
    const protection = await steps.run('auth', signal, { work, stop });
    const line = new Line(connection, protection, peer);
    return { line, scheme, clockSkewSeconds: prepared.clockSkewSeconds };
  } catch (error) {
    stop();
    throw error;
  }
}

function needsTls({ name }: Scheme): NotThisWay {
  const message = `${name} goes over HTTPS only, and winrm.tls allows none; set it to auto or always`;
  return new NotThisWay(new ContactError({ stage: 'auth', code: 'AUTH_UNAVAILABLE', message }));
}

interface Reached extends Opened {
  /** What the host was asked, where the scheme asks. */
  readonly asked: Prepared | undefined;
}

/** As far as the credential. A door slammed before a byte came is tried once more: no credential was used yet. */
async function reach(
  scheme: Scheme,
  entrance: Entrance,
  steps: Steps,
  signal: AbortSignal,
): Promise<Reached> {
  try {
    return await reachOnce(scheme, entrance, steps, signal);
  } catch (error) {
    if (!isSlammed(error)) throw error;
  }
  try {
    return await reachOnce(scheme, entrance, steps, signal);
  } catch (error) {
    const door = entrance.doors.find(({ tls }) => tls === undefined);
    // Over TLS bytes did come; without it nobody knows who closed the door.
    throw isSlammed(error) && door ? closedDoor('ECONNRESET', door.port) : error;
  }
}

function isSlammed(error: unknown): boolean {
  if (error instanceof ConnectionLost) return error.code !== 'CUT_OFF';
  return error instanceof ContactError && error.stage === 'tcp' && error.code === 'ECONNRESET';
}

async function reachOnce(
  scheme: Scheme,
  { doors, onHello }: Entrance,
  steps: Steps,
  signal: AbortSignal,
): Promise<Reached> {
  const opened = await openDoor(doors, steps, signal, onHello);
  const { ask } = scheme;
  if (ask === undefined) return { ...opened, asked: undefined };
  const stop = (): void => opened.connection.destroy();
  const tell = onHello ?? ((): undefined => undefined);
  try {
    const asked = await steps.run('http', signal, {
      work: () => ask(opened.connection, tell),
      stop,
    });
    return { ...opened, asked };
  } catch (error) {
    stop();
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
