/** From doors and schemes to a line that is signed in. */
import { ContactError } from '../../core/contact.ts';
import type { Steps } from '../steps.ts';
import type { Hello } from '../transport.ts';
import { closedDoor, type Peer } from './connect.ts';
import { openDoor, type Opened } from './doors.ts';
import { ConnectionLost } from './http-connection.ts';
import { Line } from './line.ts';
import { NotThisWay } from './not-this-way.ts';
import { listed } from './offers.ts';
import type { Prepared, Protection, Scheme } from './scheme.ts';

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
  const passedOver: PassedOver[] = [];
  let offers: readonly string[] | undefined;
  for (const scheme of entrance.schemes) {
    if (offers && isMissing(scheme, offers)) {
      passedOver.push({ scheme, problem: notOffered(scheme, offers) });
      continue;
    }
    try {
      return await signInBy(scheme, entrance, steps, signal);
    } catch (error) {
      if (!(error instanceof NotThisWay)) throw asProblem(error);
      passedOver.push({ scheme, problem: error.problem });
      offers = error.offers ?? offers;
    }
  }
  throw noWay(passedOver);
}

interface PassedOver {
  readonly scheme: Scheme;
  readonly problem: ContactError;
}

function isMissing({ offeredAs }: Scheme, offers: readonly string[]): boolean {
  const wanted = offeredAs?.toLowerCase();
  return wanted !== undefined && !offers.some((offer) => offer.toLowerCase() === wanted);
}

function notOffered({ offeredAs }: Scheme, offers: readonly string[]): ContactError {
  const message = `the host offers ${listed(offers)}, not ${offeredAs}`;
  return new ContactError({ stage: 'auth', code: '401', message });
}

/** Each reason once: where Kerberos is missing, it is so by itself and inside Negotiate. */
function noWay(passedOver: readonly PassedOver[]): ContactError {
  const reasons = [...new Map(passedOver.map((each) => [each.problem.message, each])).values()];
  const [first] = reasons;
  if (first !== undefined && reasons.length === 1) return first.problem;
  const why = reasons.map(({ scheme, problem }) => `${scheme.name}: ${problem.message}`).join('; ');
  // Of the several the last is the plainest; those before it are what the user asked for first.
  const code = reasons.at(-1)?.problem.code ?? 'AUTH_UNAVAILABLE';
  return new ContactError({ stage: 'auth', code, message: `no way to sign in: ${why}` });
}

/** One scheme's way in. */
interface Attempt extends Entrance {
  readonly scheme: Scheme;
  /** What was prepared without the host. */
  readonly begun: Prepared | undefined;
}

async function signInBy(
  scheme: Scheme,
  entrance: Entrance,
  steps: Steps,
  signal: AbortSignal,
): Promise<SignedIn> {
  const doors = scheme.needsTls ? entrance.doors.filter(({ tls }) => tls) : entrance.doors;
  if (doors.length === 0) throw needsTls(scheme);
  const begun = await scheme.begin?.({ ms: steps.limits.connectMs, signal });
  try {
    return await proveBy({ ...entrance, doors, scheme, begun }, steps, signal);
  } finally {
    begun?.drop?.();
  }
}

async function proveBy(attempt: Attempt, steps: Steps, signal: AbortSignal): Promise<SignedIn> {
  const { scheme, begun, admit, onHello = nobody } = attempt;
  let reached = await reach(attempt, steps, signal);
  const stop = (): void => reached.connection.destroy();
  try {
    await admit();
    // The host, or something in between, may have closed the line meanwhile: no credential was used on it yet.
    if (!reached.connection.isOpen) reached = await reach(attempt, steps, signal);
    const { connection, peer, asked } = reached;
    const prepared = asked ?? begun;
    if (prepared === undefined) throw new TypeError(`${scheme.name} has nothing to prove`);
    const work = (): Promise<Protection> => prepared.prove(connection, onHello);
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
async function reach(attempt: Attempt, steps: Steps, signal: AbortSignal): Promise<Reached> {
  try {
    return await reachOnce(attempt, steps, signal);
  } catch (error) {
    if (!isSlammed(error)) throw error;
  }
  try {
    return await reachOnce(attempt, steps, signal);
  } catch (error) {
    const door = attempt.doors.find(({ tls }) => tls === undefined);
    // Over TLS bytes did come; without it nobody knows who closed the door.
    throw isSlammed(error) && door ? closedDoor('ECONNRESET', door.port) : error;
  }
}

function isSlammed(error: unknown): boolean {
  if (error instanceof ConnectionLost) return error.code !== 'CUT_OFF';
  return error instanceof ContactError && error.stage === 'tcp' && error.code === 'ECONNRESET';
}

async function reachOnce(
  { scheme, doors, onHello }: Attempt,
  steps: Steps,
  signal: AbortSignal,
): Promise<Reached> {
  const opened = await openDoor(doors, steps, signal, onHello);
  const { ask } = scheme;
  if (ask === undefined) return { ...opened, asked: undefined };
  const stop = (): void => opened.connection.destroy();
  try {
    const work = (): Promise<Prepared> => ask(opened.connection, onHello ?? nobody);
    return { ...opened, asked: await steps.run('http', signal, { work, stop }) };
  } catch (error) {
    stop();
    throw error;
  }
}

const nobody = (): void => undefined;

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
