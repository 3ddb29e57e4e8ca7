import { Duplex } from 'node:stream';
import { createSecureContext } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { ContactError, type ContactStage } from '../../../src/core/contact.ts';
import { tcpProblem } from '../../../src/transports/dial.ts';
import { Steps } from '../../../src/transports/steps.ts';
import type { Dial, DialLimit } from '../../../src/transports/transport.ts';
import type { Peer } from '../../../src/transports/winrm/connect.ts';
import { openDoor } from '../../../src/transports/winrm/doors.ts';

/** How one port behaves when it is dialled. */
type Port = (limit: DialLimit) => Promise<Duplex>;

const refuses: Port = () => Promise.reject(tcpProblem('ECONNREFUSED', 0));
const timesOut: Port = () => Promise.reject(tcpProblem('ETIMEDOUT', 0));
const drops: Port = ({ signal }) =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

interface Way {
  readonly doors: readonly Peer[];
  readonly dialled: number[];
  /** Of each attempt, in the order of `dialled`. */
  readonly signals: AbortSignal[];
}

function wayTo(https: Port, http: Port): Way {
  const dialled: number[] = [];
  const signals: AbortSignal[] = [];
  const dial: Dial = async (port, limit) => {
    dialled.push(port);
    signals.push(limit.signal);
    return { stream: await (port === 5986 ? https : http)(limit) };
  };
  const tls = {
    context: createSecureContext(),
    serverName: 'ws-1.test',
    trust: { kind: 'authorities' as const },
  };
  const doors = [
    { name: 'ws-1.test', dial, port: 5986, tls },
    { name: 'ws-1.test', dial, port: 5985 },
  ];
  return { doors, dialled, signals };
}

/** A line on which nothing is ever said. */
const opens: Port = () => Promise.resolve(silent());
const silent = (): Duplex =>
  new Duplex({ read: () => undefined, write: (_bytes, _encoding, done) => done() });
/** One that breaks off the handshake. */
const breaksOff: Port = () => {
  const stream: Duplex = new Duplex({
    read: () => undefined,
    write: () => void stream.destroy(),
  });
  return Promise.resolve(stream);
};

function enter({ doors }: Way, options: { signal?: AbortSignal; stages?: ContactStage[] } = {}) {
  const { signal = new AbortController().signal, stages = [] } = options;
  const onStage = (stage: ContactStage): void => void stages.push(stage);
  const limits = { connectMs: 1500, collectMs: 1500 };
  return openDoor(doors, new Steps({ limits, onStage }), signal);
}

describe('of both ports', () => {
  test.each<[string, Port, Port]>([
    ['refuses HTTPS', refuses, opens],
    ['drops HTTPS', drops, opens],
    ['breaks off TLS', breaksOff, opens],
  ])('a host that %s is entered by HTTP', async (_, https, http) => {
    const way = wayTo(https, http);
    const { peer, connection } = await enter(way);
    expect(peer.port).toBe(5985);
    expect(connection.isOpen).toBe(true);
    expect(way.dialled).toEqual([5986, 5985]);
    expect(way.signals.at(-1)?.aborted).toBe(false);
    connection.destroy();
  });

  test('one that is not waited for any longer is left', async () => {
    const way = wayTo(drops, opens);
    (await enter(way)).connection.destroy();
    expect(way.signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  test('HTTPS that answers at once keeps HTTP from being dialled', async () => {
    const way = wayTo(opens, opens);
    const entering = enter(way); // into a handshake that never ends
    await new Promise((resolve) => void setTimeout(resolve, 400));
    expect(way.dialled).toEqual([5986]);
    // When its time is over, the other port gets its turn.
    expect((await entering).peer.port).toBe(5985);
  });

  test('a late one is closed behind the first', async () => {
    let late: Duplex | undefined;
    const slow: Port = async () => {
      await new Promise((resolve) => void setTimeout(resolve, 400));
      late = silent();
      return late;
    };
    const { peer, connection } = await enter(wayTo(slow, opens));
    expect(peer.port).toBe(5985);
    await expect.poll(() => late?.destroyed).toBe(true);
    expect(connection.isOpen).toBe(true);
    connection.destroy();
  });
});

describe('both closed', () => {
  test.each<[string, Port, Port, string]>([
    ['refuse', refuses, refuses, 'ECONNREFUSED'],
    ['are silent', timesOut, timesOut, 'ETIMEDOUT'],
    ['refuse one and drop the other', timesOut, refuses, 'ECONNREFUSED'],
    ['drop one and refuse the other', refuses, timesOut, 'ECONNREFUSED'],
  ])('that %s come to one problem that names both', async (_, https, http, code) => {
    const stages: ContactStage[] = [];
    await expect(enter(wayTo(https, http), { stages })).rejects.toMatchObject({
      stage: 'tcp',
      code,
      message: expect.stringContaining('5986 and 5985') as string,
    });
    expect(stages).toEqual(['tcp']);
  });

  test('a jump host that fails is what is told', async () => {
    const relay = new ContactError({ stage: 'relay', code: 'ECONNREFUSED', message: 'jump' });
    const way = wayTo(() => Promise.reject(relay), timesOut);
    await expect(enter(way)).rejects.toBe(relay);
  });

  test('an HTTPS that breaks off is told, not the HTTP that is closed', async () => {
    await expect(enter(wayTo(breaksOff, refuses))).rejects.toMatchObject({ stage: 'tls' });
  });

  test('silence at both is over when the limit is', async () => {
    await expect(enter(wayTo(drops, drops))).rejects.toMatchObject({
      stage: 'tcp',
      code: 'ETIMEDOUT',
    });
  });
});

test('whoever stops waiting leaves nothing behind', async () => {
  const stop = new AbortController();
  const way = wayTo(drops, drops);
  const entering = enter(way, { signal: stop.signal });
  const reason = new Error('stopped');
  await expect.poll(() => way.dialled.length).toBe(2);
  stop.abort(reason);
  await expect(entering).rejects.toBe(reason);
  expect(way.signals.map(({ aborted }) => aborted)).toEqual([true, true]);
});
