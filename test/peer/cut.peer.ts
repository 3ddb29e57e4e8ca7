/** A whole exchange, cut off after every number of bytes that it has. */
import { connect, createServer, type AddressInfo } from 'node:net';
import pLimit from 'p-limit';
import { expect, onTestFinished, test } from 'vitest';
import { ContactError } from '../../src/core/contact.ts';
import { backgroundDone } from '../../src/transports/winrm/background.ts';
import { fakeHost, type FakeHost } from '../transports/winrm/fake-host.ts';
import { runScript } from '../transports/winrm/run-script.ts';

interface Proxy {
  readonly port: number;
  readonly address: string;
  /** Bytes that came from the host so far. */
  readonly passed: () => number;
}

/** Passes everything on until so many bytes have come from the host; then all its connections end. */
async function cutAfter(host: FakeHost, most: number, style: 'end' | 'reset'): Promise<Proxy> {
  let passed = 0;
  const server = createServer((near) => {
    const far = connect(host.port, host.address);
    const end = (): void => {
      if (style === 'end') near.end();
      else near.resetAndDestroy();
      far.destroy();
    };
    near.on('error', () => far.destroy()).on('close', () => far.destroy());
    far.on('error', () => near.destroy()).on('close', () => near.destroy());
    near.pipe(far);
    far.on('data', (bytes: Buffer) => {
      const left = most - passed;
      passed += bytes.length;
      if (bytes.length <= left) return void near.write(bytes);
      if (left <= 0) return end();
      near.write(bytes.subarray(0, left), end);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return {
    port: (server.address() as AddressInfo).port,
    address: '127.0.0.1',
    passed: () => passed,
  };
}

const STAGES: ReadonlySet<string> = new Set([
  'tcp',
  'http',
  'auth',
  'shell',
  'collector',
  'timeout',
]);

test.each(['end', 'reset'] as const)(
  'cut by %s, it ends in the document or in a problem with a stage, never in half a document or a second log-on',
  async (style) => {
    const whole = await cutAfter(await fakeHost(), Number.MAX_SAFE_INTEGER, style);
    await runScript(whole);
    await backgroundDone();
    const length = whole.passed();
    expect(length).toBeGreaterThan(2000);
    const limit = pLimit(24);
    const wrong: string[] = [];
    const one = async (bytes: number): Promise<void> => {
      const host = await fakeHost();
      const proxy = await cutAfter(host, bytes, style);
      const limits = { connectMs: 3000, collectMs: 3000 };
      const told = await runScript(proxy, { limits }).then(
        ({ stdout }) => (stdout === 'hello' ? 'whole' : `half: ${stdout}`),
        (error: unknown) =>
          error instanceof ContactError && STAGES.has(error.stage) ? 'problem' : String(error),
      );
      if (told !== 'whole' && told !== 'problem') wrong.push(`${bytes}: ${told}`);
      // Once for the first log-on, once for coming back; a password is not tried on and on.
      const proofs = host.legs.filter((leg) => leg === 'authenticate').length;
      if (proofs > 2) wrong.push(`${bytes}: ${proofs} log-ons`);
    };
    await Promise.all(Array.from({ length }, (_, bytes) => limit(() => one(bytes))));
    await backgroundDone();
    expect(wrong).toEqual([]);
  },
  120_000,
);
