import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { HttpConnection } from '../../../src/transports/winrm/http-connection.ts';

async function connected(
  serve: (socket: Socket) => void,
  silenceMs?: number,
  host = 'ws-1:5985',
): Promise<HttpConnection> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    serve(socket);
    onTestFinished(() => void socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  const connection = new HttpConnection(socket, {
    host,
    ...(silenceMs && { silenceMs }),
  });
  onTestFinished(() => connection.destroy());
  return connection;
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

test('a request says all that WinRM wants, and nothing of proxies, compression or chunks', async () => {
  let sent = '';
  const connection = await connected((socket) =>
    socket.on('data', (bytes) => {
      sent += bytes.toString();
      if (sent.endsWith('body')) socket.write(OK);
    }),
  );
  const reply = await connection.post('text/x', Buffer.from('body'), 'Negotiate abc');
  expect(reply).toMatchObject({ status: 200, body: Buffer.from('ok') });
  const [first, ...headers] = sent.split('\r\n');
  expect(first).toBe('POST /wsman HTTP/1.1');
  expect(headers.slice(0, -2).toSorted()).toEqual([
    'Accept-Encoding: identity',
    'Authorization: Negotiate abc',
    'Connection: Keep-Alive',
    'Content-Length: 4',
    'Content-Type: text/x',
    'Host: ws-1:5985',
    'User-Agent: patchwhy',
  ]);
});

test('a hundred exchanges on one connection leave no listeners behind', async () => {
  const connection = await connected((accepted) => accepted.on('data', () => accepted.write(OK)));
  const warnings: unknown[] = [];
  const onWarning = (warning: unknown): number => warnings.push(warning);
  process.on('warning', onWarning);
  onTestFinished(() => void process.off('warning', onWarning));
  for (let n = 0; n < 100; n += 1) await connection.post('text/x', Buffer.from('x'));
  expect(connection.isOpen).toBe(true);
  expect(warnings).toEqual([]);
});

describe('a connection', () => {
  test('that stays silent is given up as lost', async () => {
    const connection = await connected(() => undefined, 200);
    await expect(connection.post('text/x', Buffer.from('x'))).rejects.toMatchObject({
      name: 'ConnectionLost',
      code: 'ETIMEDOUT',
    });
    expect(connection.isOpen).toBe(false);
  });

  test('that falls silent in the middle of a reply has cut it off', async () => {
    const connection = await connected(
      (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx'),
      200,
    );
    await expect(connection.post('text/x', Buffer.from('x'))).rejects.toMatchObject({
      code: 'CUT_OFF',
    });
  });

  test('that nobody uses may be silent for as long as it likes', async () => {
    const idle = await connected((socket) => socket.on('data', () => socket.write(OK)), 60);
    await idle.post('text/x', Buffer.from('x'));
    const clock = await connected(() => undefined, 240);
    await expect(clock.post('text/x', Buffer.from('x'))).rejects.toMatchObject({
      code: 'ETIMEDOUT',
    });
    expect(idle.isOpen).toBe(true);
    expect(await idle.post('text/x', Buffer.from('x'))).toMatchObject({ status: 200 });
  });

  test('that is asked for what HTTP cannot say is not called lost', async () => {
    const connection = await connected(() => undefined, undefined, 'サーバー01');
    await expect(connection.post('text/x', Buffer.from('x'))).rejects.toMatchObject({
      name: 'TypeError',
      code: 'ERR_INVALID_CHAR',
    });
    expect(connection.isOpen).toBe(false);
  });

  test('that is gone takes no request, and says so at once', async () => {
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    const connection = await connected((socket) => socket.once('close', resolve));
    connection.destroy();
    await gone;
    await expect(connection.post('text/x', Buffer.from('x'))).rejects.toMatchObject({
      name: 'ConnectionLost',
      code: 'ECONNRESET',
    });
  });

  test('that the host closes between two requests says so', async () => {
    const connection = await connected((socket) => socket.on('data', () => socket.end(OK)));
    await connection.post('text/x', Buffer.from('x'));
    await expect.poll(() => connection.isOpen).toBe(false);
  });
});
