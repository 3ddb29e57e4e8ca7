/** A whole exchange, cut off after every number of bytes that the host sends in it. */
import { Duplex, duplexPair } from 'node:stream';
import pLimit from 'p-limit';
import { describe, expect, test } from 'vitest';
import { ContactError } from '../../../src/core/contact.ts';
import type { Dial } from '../../../src/transports/transport.ts';
import { fakeHost, type FakeHost, type Leg } from './fake-host.ts';
import { runScript, type RunOptions } from './run-script.ts';

type Style = 'end' | 'reset';

interface Line {
  readonly dial: Dial;
  /** Bytes that came from the host so far. */
  readonly passed: () => number;
}

/** Lets so many bytes of the host through, over all its connections; then each of them ends. No sockets: it is done often. */
function lineTo(host: FakeHost, most = Infinity, style: Style = 'end'): Line {
  let passed = 0;
  const dial: Dial = (_port, { signal }) => {
    const [near, far] = duplexPair();
    const stream = new Duplex({
      allowHalfOpen: false,
      read: () => void near.resume(),
      write: (bytes: Buffer, _encoding, done) => void near.write(bytes, () => done()),
      destroy: (error, done) => {
        near.destroy();
        far.destroy();
        done(error);
      },
    });
    near.on('data', (bytes: Buffer) => {
      const left = Math.max(most - passed, 0);
      passed += bytes.length;
      if (left > 0 && !stream.push(bytes.subarray(0, left))) near.pause();
      if (bytes.length <= left) return;
      if (style === 'end') stream.push(null);
      else setImmediate(() => stream.destroy(Object.assign(new Error(), { code: 'ECONNRESET' })));
    });
    near.on('end', () => stream.push(null)).on('error', () => stream.destroy());
    far.on('error', () => stream.destroy());
    signal.addEventListener('abort', () => stream.destroy(), { once: true });
    host.accept(far);
    return Promise.resolve({ stream });
  };
  return { dial, passed: () => passed };
}

const STAGES: ReadonlySet<string> = new Set(['tcp', 'http', 'auth', 'shell', 'collector']);

interface Cut {
  readonly told: string;
  readonly legs: readonly Leg[];
}

async function cutAt(bytes: number, style: Style, options: RunOptions) {
  const host = await fakeHost();
  const { dial } = lineTo(host, bytes, style);
  const told = await runScript(host, { ...options, dial }).then(
    ({ stdout }) => (stdout === 'hello' ? 'whole' : `half: ${stdout}`),
    (error: unknown) => {
      const isProblem = error instanceof ContactError && STAGES.has(error.stage);
      return isProblem ? 'problem' : `${String(error)} ${(error as Error).stack}`;
    },
  );
  return { told, legs: host.legs } satisfies Cut;
}

/** Every so-manieth length that what the host sends can be cut to. */
async function cuts(style: Style, step: number, options: RunOptions = {}) {
  const host = await fakeHost();
  const { dial, passed } = lineTo(host);
  await runScript(host, { ...options, dial }).catch(() => undefined);
  const limit = pLimit(24);
  const lengths = Array.from({ length: Math.ceil(passed() / step) }, (_, n) => n * step);
  return Promise.all(lengths.map((bytes) => limit(() => cutAt(bytes, style, options))));
}

describe.each<[Style, number]>([
  ['end', 1],
  ['reset', 7],
])('a host cut off by %s, at every place in steps of %i', (style, step) => {
  test('comes to its document or to a problem with a stage, never to half a document', async () => {
    const all = await cuts(style, step);
    expect(all.length).toBeGreaterThan(2000 / step);
    expect(new Set(all.map(({ told }) => told))).toEqual(new Set(['problem', 'whole']));
    // Once for the first log-on and once for each time it came back: for the poll, and to delete the shell.
    const proofs = all.map(({ legs }) => legs.filter((leg) => leg === 'authenticate').length);
    expect(Math.max(...proofs)).toBeLessThanOrEqual(3);
  }, 60_000);

  test('never sees a refused password a second time', async () => {
    const all = await cuts(style, 1, { password: 'wrong' });
    expect(all.length).toBeGreaterThan(200);
    for (const { told, legs } of all) {
      expect(told).toBe('problem');
      expect(legs.filter((leg) => leg === 'authenticate').length).toBeLessThanOrEqual(1);
      expect(legs).not.toContain('create');
    }
  });
});
