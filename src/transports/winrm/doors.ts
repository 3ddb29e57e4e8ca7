/**
 * The ports of a host at which WinRM may be: HTTPS, HTTP with sealed messages, or whichever of both answers. Where both
 * may be, both are tried at once, so that a port that a firewall drops costs nothing.
 */
import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { ContactError } from '../../core/contact.ts';
import type { Steps } from '../steps.ts';
import type { DialLimit, Hello } from '../transport.ts';
import { authority, closedDoor, openStream, secure, type Peer } from './connect.ts';
import { HttpConnection } from './http-connection.ts';

export interface Opened {
  readonly connection: HttpConnection;
  /** The door that was taken. */
  readonly peer: Peer;
}

/** What HTTPS is given before HTTP is tried beside it, so that a host in the next room has the time to answer. */
const HEAD_START_MS = 200;

/**
 * Connects at the first door that leads in. One whose certificate is not trusted is left before anything is sent, for
 * the next, where messages are sealed. @throws ContactError stage tcp, tls or relay; the signal's reason.
 */
export async function openDoor(
  doors: readonly Peer[],
  steps: Steps,
  signal: AbortSignal,
  onHello?: (hello: Hello) => void,
): Promise<Opened> {
  const leaving = new AbortController();
  const leave = (reason: unknown): void => leaving.abort(reason);
  const ms = steps.limits.connectMs;
  try {
    const found = await steps.run('tcp', signal, {
      work: () => firstOf(doors, { ms, signal: leaving.signal }),
      stop: leave,
    });
    const { stream, peer } = found;
    if (peer.tls === undefined)
      return { connection: new HttpConnection(stream, { host: authority(peer) }), peer };
    const { tls } = peer;
    try {
      const work = (): Promise<HttpConnection> => secure(stream, peer, tls, onHello);
      return { connection: await steps.run('tls', signal, { work, stop: leave }), peer };
    } catch (error) {
      const others = doors.filter((door) => door.tls === undefined);
      if (others.length === 0 || !isUntrusted(error) || signal.aborted) throw error;
      return await openOther(others, steps, signal, error);
    }
  } catch (error) {
    leave(error); // a stop between the two steps ends neither
    throw error;
  }
}

/** That the other door is closed, too, says less than what is wrong with this one. */
async function openOther(
  doors: readonly Peer[],
  steps: Steps,
  signal: AbortSignal,
  problem: unknown,
): Promise<Opened> {
  try {
    return await openDoor(doors, steps, signal);
  } catch (error) {
    throw error instanceof ContactError && error.stage === 'tcp' ? problem : error;
  }
}

/** TLS that failed or hangs says nothing against sealed messages at the other port. A certificate that changed does. */
function isUntrusted(error: unknown): boolean {
  if (!(error instanceof ContactError) || error.code === 'CERT_CHANGED') return false;
  return error.stage === 'tls' || error.during === 'tls';
}

interface Found {
  readonly stream: Duplex;
  readonly peer: Peer;
}

/** The first door that opens; the others are not waited for. */
async function firstOf(doors: readonly Peer[], { ms, signal }: DialLimit): Promise<Found> {
  const [first, second] = doors;
  if (first === undefined) throw new TypeError('no door to try');
  if (second === undefined) return { stream: await openStream(first, { ms, signal }), peer: first };
  const tries = [new AbortController(), new AbortController()] as const;
  let isOver = false;
  const open = async (peer: Peer, own: AbortController, other: AbortController): Promise<Found> => {
    const limit = { ms, signal: AbortSignal.any([signal, own.signal]) };
    const stream = await openStream(peer, limit);
    if (isOver) stream.destroy();
    isOver = true;
    other.abort(new Error('the other door was open first'));
    return { stream, peer };
  };
  const early = open(first, tries[0], tries[1]);
  const late = Promise.race([Promise.allSettled([early]), wait(HEAD_START_MS)]).then(() =>
    isOver ? early : open(second, tries[1], tries[0]),
  );
  try {
    return await Promise.any([early, late]);
  } catch (error) {
    signal.throwIfAborted();
    throw bothClosed(doors, (error as AggregateError).errors);
  }
}

/** A refusal tells more than silence: the host is up. */
function bothClosed(doors: readonly Peer[], reasons: readonly unknown[]): unknown {
  const problems = reasons.filter((reason) => reason instanceof ContactError);
  const told =
    problems.find(({ stage }) => stage !== 'tcp') ??
    problems.find(({ code }) => code === 'ECONNREFUSED') ??
    problems[0];
  if (told === undefined) return reasons[0];
  return told.stage === 'tcp'
    ? closedDoor(told.code, doors.map(({ port }) => port).join(' and '))
    : told;
}
