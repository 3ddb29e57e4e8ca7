import { dialDirect } from '../../../src/transports/dial.ts';
import { writeFileSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ContactStage } from '../../../src/core/contact.ts';
import { Secret } from '../../../src/core/secret.ts';
import { createWinrm } from '../../../src/transports/winrm/winrm.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { ownCertificate, type Identity } from './own-certificate.ts';
import { LIMITS } from './run-script.ts';

interface TlsHost {
  readonly port: number;
  readonly ca: string;
  /** What came through the handshake, and the names that were asked for. */
  readonly heard: string[];
  readonly names: unknown[];
  readonly accepted: () => number;
  /** Connections still open. */
  readonly open: () => number;
}

/** A host that shows a certificate, and hangs up on whoever speaks to it. */
async function tlsHost(identity: Identity): Promise<TlsHost> {
  const ca = join(temporaryFolder(), 'ca.pem');
  writeFileSync(ca, identity.cert);
  const heard: string[] = [];
  const names: unknown[] = [];
  const server = createServer({ ...identity }, (socket) => {
    names.push(socket.servername);
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      heard.push(bytes.toString('latin1'));
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
    });
  });
  const sockets = new Set<Socket>();
  let accepted = 0;
  server.on('connection', (socket: Socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return {
    port: (server.address() as AddressInfo).port,
    ca,
    heard,
    names,
    accepted: () => accepted,
    open: () => sockets.size,
  };
}

interface OpenOptions {
  readonly ca?: string;
  readonly signal?: AbortSignal;
  readonly onStage?: (stage: ContactStage) => void;
}

function open(name: string, port: number, options: OpenOptions = {}): Promise<unknown> {
  const { ca, signal = new AbortController().signal, onStage = () => undefined } = options;
  return createWinrm().open(
    { name, dial: dialDirect(['127.0.0.1']) },
    { tls: 'always', auth: ['negotiate'], port, ...(ca !== undefined && { ca }) },
    { kind: 'password', user: 'anna', password: new Secret('p') },
    {
      limits: LIMITS,
      signal,
      onStage,
      onCommand: () => undefined,
      admit: () => Promise.resolve(),
    },
  );
}

test('a certificate we know is trusted, and HTTP begins', async () => {
  const { port, ca, heard, names } = await tlsHost(ownCertificate('ws-1.test'));
  await expect(open('ws-1.test', port, { ca })).rejects.toMatchObject({
    stage: 'http',
    code: '404',
  });
  expect(heard[0]).toContain(`Host: ws-1.test:${port}\r\n`);
  expect(names).toEqual(['ws-1.test']);
});

test('a name in other letters is asked for, and found in the certificate, as DNS spells it', async () => {
  const spelt = 'xn--01-2h4aqevjb.test';
  const { port, ca, names } = await tlsHost(ownCertificate(spelt));
  await expect(open('サーバー01.test', port, { ca })).rejects.toMatchObject({ stage: 'http' });
  expect(names).toEqual([spelt]);
});

test('a certificate nobody knows is refused whatever the environment says', async () => {
  const { port, heard } = await tlsHost(ownCertificate('ws-1.test'));
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(open('ws-1.test', port)).rejects.toMatchObject({
    stage: 'tls',
    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  });
  expect(heard).toEqual([]);
});

test('a run that is stopped as tls begins leaves no connection open', async () => {
  const stop = new AbortController();
  const reason = new Error('the user pressed Ctrl-C');
  const host = await tlsHost(ownCertificate('ws-1.test'));
  const onStage = (stage: ContactStage): void => {
    if (stage === 'tls') stop.abort(reason);
  };
  await expect(open('ws-1.test', host.port, { signal: stop.signal, onStage })).rejects.toBe(reason);
  await expect.poll(() => host.accepted()).toBe(1);
  await expect.poll(() => host.open()).toBe(0);
});
