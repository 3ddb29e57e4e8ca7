import { describe, expect, test } from 'vitest';
import { fakeHost, type Leg } from './fake-host.ts';
import { runScript } from './run-script.ts';

const HTTP = 'HTTP/1.1';
const CHALLENGE = 'WWW-Authenticate: Negotiate';

/** A host that answers one leg with these very bytes, and keeps the connection open. */
function answering(at: Leg, bytes: string): ReturnType<typeof fakeHost> {
  return fakeHost(({ leg, socket }) => {
    if (leg !== at) return undefined;
    socket.write(bytes, 'latin1');
    return 'taken';
  });
}

const BAD = { stage: 'http', code: 'BAD_REPLY' };
const FLOOD = 'X-Flood: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n'.repeat(3000);

describe('whoever answers the first request', () => {
  test.each([
    ['in another protocol', 'SSH-2.0-OpenSSH_9.5\r\n', BAD],
    ['with TLS', '\u0016\u0003\u0001\u0002\u0000\u0001garbage\r\n\r\n', BAD],
    ['with endless headers', `${HTTP} 401 No\r\n${FLOOD}`, BAD],
    ['with endless interim replies', `${HTTP} 100 Continue\r\n\r\n`.repeat(5000), BAD],
    [
      'with two lengths',
      `${HTTP} 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello`,
      BAD,
    ],
    [
      'with a length nobody has room for',
      `${HTTP} 200 OK\r\nContent-Length: 99999999999\r\n\r\nx`,
      BAD,
    ],
    [
      'with a body without end',
      `${HTTP} 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'8000\r\n'.padEnd(0x80_06, 'x')}\r\n`.repeat(
        1,
      ) + `${'8000\r\n'.padEnd(0x80_06, 'x')}\r\n`.repeat(20),
      BAD,
    ],
    ['with broken chunks', `${HTTP} 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`, BAD],
    [
      'with a challenge that is no base64',
      `${HTTP} 401 No\r\n${CHALLENGE} TlRM!!!\r\nContent-Length: 0\r\n\r\n`,
      BAD,
    ],
    [
      'with a challenge cut short',
      `${HTTP} 401 No\r\n${CHALLENGE} TlRMTVNTUAACAAAABQA=\r\nContent-Length: 0\r\n\r\n`,
      BAD,
    ],
    [
      'with a web page',
      `${HTTP} 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>`,
      { stage: 'http', code: 'NOT_WSMAN' },
    ],
    [
      'with nothing at all',
      `${HTTP} 200 OK\r\nContent-Length: 0\r\n\r\n`,
      { stage: 'http', code: 'NOT_WSMAN' },
    ],
    [
      'with a redirect',
      `${HTTP} 302 Found\r\nLocation: https://portal.test/\r\nContent-Length: 0\r\n\r\n`,
      { stage: 'http', code: '302' },
    ],
    [
      'with 404',
      `${HTTP} 404 Not Found\r\nContent-Length: 0\r\n\r\n`,
      { stage: 'http', code: '404' },
    ],
    ['with 503', `${HTTP} 503 No\r\nContent-Length: 0\r\n\r\n`, { stage: 'http', code: '503' }],
  ])('%s is found out', async (_, bytes, expected) => {
    const host = await answering('negotiate', bytes);
    await expect(runScript(host)).rejects.toMatchObject(expected);
    expect(host.legs).not.toContain('authenticate');
    await expect.poll(() => host.open()).toBe(0);
  });
});

describe('a signed-in host', () => {
  const soapType = 'Content-Type: application/soap+xml;charset=UTF-8';
  const sealedType =
    'Content-Type: multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"';
  const framed = (length: number, rest: string): string =>
    '--Encrypted Boundary\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n' +
    `\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=${length}\r\n` +
    `--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n${rest}`;
  const reply = (type: string, body: string): string =>
    `${HTTP} 200 OK\r\n${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

  test.each([
    ['that answers unsealed', reply(soapType, '<s:Envelope/>'), BAD],
    ['that answers empty', reply(soapType, ''), BAD],
    [
      'with a seal that is not its own',
      reply(
        sealedType,
        framed(4, '\u0010\0\0\u00000123456789abcdefabcd--Encrypted Boundary--\r\n'),
      ),
      BAD,
    ],
    [
      'that seals less than it says',
      reply(
        sealedType,
        framed(9, '\u0010\0\0\u00000123456789abcdefabcd--Encrypted Boundary--\r\n'),
      ),
      BAD,
    ],
    [
      'with a web page in between',
      reply('Content-Type: text/html', '<title>Log in</title>'),
      { stage: 'http', code: 'NOT_WSMAN' },
    ],
    [
      'whose service fails',
      `${HTTP} 500 No\r\nContent-Length: 0\r\n\r\n`,
      { stage: 'http', code: '500' },
    ],
    [
      'for which the request is too large',
      `${HTTP} 413 No\r\nContent-Length: 0\r\n\r\n`,
      { stage: 'http', code: '413' },
    ],
  ])('%s is not believed', async (_, bytes, expected) => {
    const host = await answering('create', bytes);
    await expect(runScript(host)).rejects.toMatchObject(expected);
    expect(host.legs.filter((leg) => leg === 'create')).toHaveLength(1);
    await expect.poll(() => host.open()).toBe(0);
  });

  test('that answers with broken XML under a good seal is not believed, and its shell is ended', async () => {
    const host = await fakeHost(({ leg }) =>
      leg === 'receive' ? { xml: '<s:Envelope><s:Body>\u0000<rsp:Shell></s:Envelope' } : undefined,
    );
    await expect(runScript(host)).rejects.toMatchObject(BAD);
    expect(host.legs.slice(5)).toEqual(['negotiate', 'authenticate', 'delete']);
  });

  test('that drops a reply in and one more after it is still understood', async () => {
    const host = await fakeHost(({ leg, before, socket, response }) => {
      if (leg === 'create' && before === 0) {
        response.once('finish', () =>
          socket.write(`${HTTP} 200 OK\r\nContent-Length: 5\r\n\r\nextra`),
        );
      }
      return undefined;
    });
    expect((await runScript(host)).stdout).toBe('hello');
  });
});
