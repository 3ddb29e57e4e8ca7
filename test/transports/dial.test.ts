import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { dialDirect } from '../../src/transports/dial.ts';
import { fakeHost } from './winrm/fake-host.ts';

const REASON = new Error('the user pressed Ctrl-C');
const NOBODY = '127.0.0.77';

function limit(stop = new AbortController()) {
  return { ms: 5000, signal: stop.signal };
}

describe('a host with several addresses', () => {
  test('is reached at the first that answers', async () => {
    const { port, address } = await fakeHost();
    const dialled = await dialDirect([NOBODY, address])(port, limit());
    expect(dialled.address).toBe(address);
    expect((dialled.stream as Socket).remoteAddress).toBe(address);
    dialled.stream.destroy();
  });

  test('that answers nowhere is told by the errno of the last', async () => {
    const { port } = await fakeHost();
    await expect(dialDirect([NOBODY, '127.0.0.78'])(port, limit())).rejects.toMatchObject({
      stage: 'tcp',
      code: 'ECONNREFUSED',
      message: expect.stringContaining(`port ${port}`) as string,
    });
  });

  test('is not tried at the next one after a stop', async () => {
    const stop = new AbortController();
    const host = await fakeHost();
    const opening = dialDirect([NOBODY, host.address])(host.port, limit(stop));
    stop.abort(REASON);
    await expect(opening).rejects.toBe(REASON);
  });

  test('keeps no connection that was made as the stop came', async () => {
    const stop = new AbortController();
    const { port, address } = await fakeHost();
    const { stream } = await dialDirect([address])(port, limit(stop));
    stop.abort(REASON);
    expect(stream.destroyed).toBe(true);
  });
});
