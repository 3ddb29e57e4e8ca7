import { describe, expect, test } from 'vitest';
import { openSocket } from '../../../src/transports/winrm/connect.ts';
import { fakeHost } from './fake-host.ts';

const REASON = new Error('the user pressed Ctrl-C');
const NOBODY = '127.0.0.77';

describe('a host with several addresses', () => {
  test('is reached at the first that answers', async () => {
    const { port, address } = await fakeHost();
    const peer = { name: 'ws-1', addresses: [NOBODY, address], port };
    const socket = await openSocket(peer, 5000, new AbortController().signal);
    expect(socket.remoteAddress).toBe(address);
    socket.destroy();
  });

  test('is not tried at the next one after a stop', async () => {
    const stop = new AbortController();
    const host = await fakeHost();
    const peer = { name: 'ws-1', addresses: [NOBODY, host.address], port: host.port };
    const opening = openSocket(peer, 5000, stop.signal);
    stop.abort(REASON);
    await expect(opening).rejects.toBe(REASON);
  });

  test('keeps no connection that was made as the stop came', async () => {
    const stop = new AbortController();
    const { port, address } = await fakeHost();
    const socket = await openSocket(
      { name: 'ws-1', addresses: [address], port },
      5000,
      stop.signal,
    );
    stop.abort(REASON);
    expect(socket.destroyed).toBe(true);
  });
});
