import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ContactStage } from '../../../src/core/contact.ts';
import { Secret, type Logon } from '../../../src/core/secret.ts';
import { dialDirect } from '../../../src/transports/dial.ts';
import type { Hello, Session } from '../../../src/transports/transport.ts';
import { backgroundDone } from '../../../src/transports/winrm/background.ts';
import type { FirstUse } from '../../../src/transports/winrm/first-use.ts';
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
  readonly firstUse?: FirstUse;
  readonly logon?: Logon;
  readonly onHello?: (hello: Hello) => void;
  readonly signal?: AbortSignal;
  readonly onStage?: (stage: ContactStage) => void;
}

const PASSWORD: Logon = { kind: 'password', user: 'anna', password: new Secret('p') };

function open(name: string, port: number, options: OpenOptions = {}): Promise<Session> {
  const { ca, firstUse, onHello, logon = PASSWORD } = options;
  const { signal = new AbortController().signal, onStage = () => undefined } = options;
  return createWinrm(firstUse).open(
    { name, dial: dialDirect(['127.0.0.1']) },
    { tls: 'always', auth: ['negotiate'], port, ...(ca !== undefined && { ca }) },
    logon,
    {
      limits: LIMITS,
      signal,
      onStage,
      onCommand: () => undefined,
      admit: () => Promise.resolve(),
      ...(onHello && { onHello }),
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

describe('a host that does not come to terms', () => {
  const alert = (description: string): string => `150303000202${description}`;
  const hello = `160301002a020000260301${'07'.repeat(32)}00002f00`;

  test.each<[string, string | undefined, RegExp, RegExp]>([
    ['refuses our versions', alert('46'), /PROTOCOL_VERSION/, /TLS 1\.0 or 1\.1 only/],
    ['answers in TLS 1.0', hello, /^ERR_SSL_UNSUPPORTED_PROTOCOL$/, /TLS 1\.0 or 1\.1 only/],
    ['shares no cipher', alert('28'), /HANDSHAKE_FAILURE/, /share no cipher/],
    [
      'speaks HTTP',
      Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n').toString('hex'),
      /^ERR_SSL_WRONG_VERSION_NUMBER$/,
      /5986 is HTTPS and 5985 is not/,
    ],
    ['hangs up', undefined, /^ECONNRESET$/, /breaks off the TLS handshake/],
  ])('and %s is told so', async (_, answer, code, message) => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.once('data', () => socket.end(Buffer.from(answer ?? '', 'hex')));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    await expect(open('ws-1.test', port)).rejects.toMatchObject({
      stage: 'tls',
      code: expect.stringMatching(code) as string,
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('what the host shows is told', () => {
  test.each([true, false])('whether we trust it (%s) or not', async (isTrusted) => {
    const { port, ca } = await tlsHost(ownCertificate('ws-1.test'));
    const hellos: Hello[] = [];
    const onHello = (hello: Hello): void => void hellos.push(hello);
    await open('ws-1.test', port, { ...(isTrusted && { ca }), onHello }).catch(() => undefined);
    const shown = new X509Certificate(readFileSync(ca)).fingerprint256;
    expect(hellos[0]?.certificate).toMatchObject({
      subject: 'ws-1.test',
      issuer: 'ws-1.test',
      sha256: shown.replaceAll(':', '').toLowerCase(),
    });
  });
});

describe('trust on first use', () => {
  const SHOWN = '0'.repeat(64);

  test.each<[string, FirstUse['recall'], string]>([
    ['of another certificate', () => Promise.resolve(SHOWN), 'CERT_CHANGED'],
    [
      'that cannot be kept',
      () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })),
      'ENOSPC',
    ],
  ])('%s ends the contact before anything is sent', async (_, recall, code) => {
    const { port, heard } = await tlsHost(ownCertificate('ws-1.test'));
    const opening = open('ws-1.test', port, { firstUse: { recall } });
    await expect(opening).rejects.toMatchObject({ stage: 'tls', code });
    expect(heard).toEqual([]);
  });

  test('is not asked about a certificate that an authority vouches for', async () => {
    const { port, ca, heard } = await tlsHost(ownCertificate('ws-1.test'));
    const recall = (): Promise<string> => Promise.reject(new Error('asked'));
    await expect(open('ws-1.test', port, { ca, firstUse: { recall } })).rejects.toMatchObject({
      stage: 'http',
      code: '404',
    });
    expect(heard).toHaveLength(1);
  });
});

test('a client certificate is shown, and each request says that it is the log-on', async () => {
  const identity = ownCertificate('ws-1.test');
  const own = ownCertificate('anna');
  const heard: string[] = [];
  const names: unknown[] = [];
  const server = createServer({ ...identity, requestCert: true, ca: own.cert }, (socket) => {
    names.push(socket.getPeerCertificate().subject.CN);
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      heard.push(bytes.toString('latin1'));
      socket.end('HTTP/1.1 401 No\r\nWWW-Authenticate: Negotiate\r\nContent-Length: 0\r\n\r\n');
    });
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const ca = join(temporaryFolder(), 'ca.pem');
  writeFileSync(ca, identity.cert);
  const { port } = server.address() as AddressInfo;
  const logon = {
    kind: 'certificate' as const,
    user: 'anna',
    certificate: own.cert,
    key: new Secret(own.key),
  };
  const session = await open('ws-1.test', port, { ca, logon });
  const { signal } = new AbortController();
  await expect(async () => {
    for await (const chunk of session.run({ kind: 'powershell', script: '1' }, signal)) void chunk;
  }).rejects.toMatchObject({
    stage: 'auth',
    code: '401',
    message: expect.stringContaining('it offers Negotiate') as string,
  });
  await session[Symbol.asyncDispose]();
  await backgroundDone();
  expect(names).toEqual(['anna']);
  expect(heard[0]).toContain(
    'Authorization: http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual\r\n',
  );
});
