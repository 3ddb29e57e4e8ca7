import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GssError, NoLibrary } from '../../../src/transports/winrm/gss.ts';
import { isRefusal, kerberosProblem } from '../../../src/transports/winrm/kerberos-problem.ts';
import { rotate } from '../../../src/transports/winrm/gss-rotate.ts';
import { kerberosSeal } from '../../../src/transports/winrm/kerberos-seal.ts';
import { userOf } from '../../../src/transports/winrm/kerberos-user.ts';

const BASE = -1_765_328_384;

/** A wrap token as gss_wrap makes it: header, confounder and text, copy of the header and checksum. */
function tokenOf(text: Buffer, checksum: number): Buffer {
  const header = Buffer.from('050402ff000000000000000000000007', 'hex');
  const rest = Buffer.alloc(16 + 16 + checksum);
  rest.forEach((_, at) => rest.writeUInt8(at & 0xff, at));
  return Buffer.concat([header, rest.subarray(0, 16), text, rest.subarray(16)]);
}

test('a token is rotated by its checksum and header copy, so that its head is as long as it is longer than the text', () => {
  const bytes = fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each));
  fc.assert(
    fc.property(bytes, fc.constantFrom(12, 24), (text, checksum) => {
      const token = tokenOf(text, checksum);
      const rotated = rotate(token, text.length);
      const count = rotated.readUInt16BE(6);
      expect(count).toBe(token.length - text.length - 32);
      // What whoever opens it does first (RFC 4121, 4.2.5).
      const body = rotated.subarray(16);
      const back = Buffer.concat([
        rotated.subarray(0, 16),
        body.subarray(count),
        body.subarray(0, count),
      ]);
      back.writeUInt16BE(0, 6);
      expect(back.equals(token)).toBe(true);
    }),
  );
});

test.each([
  ['of RC4', '60810000'],
  ['that is signed only', '050400ff000000000000000000000007'],
  ['that is empty', ''],
])('a token %s is refused', (_, hex) => {
  const token = Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(60)]);
  expect(() => rotate(token, 10)).toThrow(
    expect.objectContaining({ stage: 'auth', code: 'KDC_ERR_ETYPE_NOSUPP' }) as Error,
  );
});

describe('a body', () => {
  const PROTOCOL = 'application/HTTP-Kerberos-session-encrypted';
  const HEAD = Buffer.alloc(60, 0xaa);
  /** Seals nothing. */
  const context = {
    seal: (text: Uint8Array) => ({ signature: HEAD, sealed: Buffer.from(text) }),
    open: ({ sealed }: { readonly sealed: Buffer }): Buffer => sealed,
  };
  const seal = kerberosSeal(context, PROTOCOL);

  test('announces the text’s length, and a head as long as the token is longer', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }),
        async (text) => {
          const body = await seal.close([text]);
          const length = Buffer.byteLength(text);
          const head = body.toString('latin1');
          expect(head).toContain(`;Length=${length}\r\n`);
          const at = head.indexOf('octet-stream\r\n') + 'octet-stream\r\n'.length;
          expect(body.readUInt32LE(at)).toBe(60);
          expect((await seal.open(seal.contentType, body)).toString()).toBe(
            Buffer.from(text).toString(),
          );
        },
      ),
    );
  });

  test('of the other protocol, or whose seal is not right, is not believed', async () => {
    const body = await seal.close(['text']);
    const other = kerberosSeal(context, 'application/HTTP-SPNEGO-session-encrypted').contentType;
    expect(() => seal.open(other, body)).toThrow(
      expect.objectContaining({ code: 'BAD_REPLY' }) as Error,
    );
    const failing = {
      ...context,
      open: (): Buffer => {
        throw new GssError(6 << 16, 0, 'bad signature');
      },
    };
    expect(() => kerberosSeal(failing, PROTOCOL).open(seal.contentType, body)).toThrow(
      expect.objectContaining({ stage: 'http', code: 'BAD_REPLY' }) as Error,
    );
  });

  test('cannot be written when the ticket has come to its end', () => {
    const ended = {
      ...context,
      seal: (): never => {
        throw new GssError(12 << 16, 0, 'The context has expired');
      },
    };
    expect(() => kerberosSeal(ended, PROTOCOL).close(['text'])).toThrow(
      expect.objectContaining({ stage: 'auth', code: 'TICKET_EXPIRED' }) as Error,
    );
  });
});

describe('failures by code', () => {
  const failed = (offset: number): GssError =>
    new GssError(13 << 16, (BASE + offset) >>> 0, 'Text in any language');

  test.each([
    [7, '0x80090303'],
    [12, '0x8009030C'],
    [14, 'KDC_ERR_ETYPE_NOSUPP'],
    [18, '0x8009030C'],
    [31, '0x80090322'],
    [32, 'TICKET_EXPIRED'],
    [37, '0x80090324'],
    [41, '0x80090322'],
    [156, '0x80090311'],
    [195, '0x8009030E'],
  ])('%i of the table, asked for a service, is %s', (offset, code) => {
    expect(kerberosProblem(failed(offset), 'HTTP/ws-1')).toMatchObject({ stage: 'auth', code });
  });

  test.each([
    [1, '0x8009030C'],
    [6, 'KDC_ERR_C_PRINCIPAL_UNKNOWN'],
    [14, 'KDC_ERR_ETYPE_NOSUPP'],
    [18, '0x8009030C'],
    [23, '0x8009030C'],
    [24, '0x8009030C'],
    [31, '0x8009030C'],
    [37, '0x80090324'],
    [154, '0x80090311'],
    [156, '0x80090311'],
    [195, '0x8009030E'],
  ])('%i of the table, asked for a user, is %s', (offset, code) => {
    const problem = kerberosProblem(failed(offset), 'anna@ACME.EXAMPLE', 'user');
    expect(problem).toMatchObject({ stage: 'auth', code });
  });

  test('no credential at all, and what nobody has met', () => {
    expect(kerberosProblem(new GssError(7 << 16, 100_005, ''), 'x')).toMatchObject({
      code: '0x8009030E',
    });
    expect(kerberosProblem(new GssError(13 << 16, 1, 'odd'), 'x')).toMatchObject({
      code: 'KERBEROS',
    });
  });

  test('no library is told with what to install', () => {
    expect(kerberosProblem(new NoLibrary('there is no GSSAPI library'), 'x')).toMatchObject({
      code: 'AUTH_UNAVAILABLE',
      message: expect.stringContaining('apt install') as string,
    });
  });

  test('a refusal counts as a password tried, a silent or unknown directory does not', () => {
    const of = (offset: number): boolean => isRefusal(kerberosProblem(failed(offset), 'a', 'user'));
    expect([18, 23, 24, 31].map(of)).toEqual([true, true, true, true]);
    expect([6, 37, 154, 156, 195].map(of)).toEqual([false, false, false, false, false]);
  });
});

describe('a user as Windows spells it', () => {
  const canonical = (name: string): Promise<string> => Promise.resolve(`${name}@ACME.EXAMPLE`);

  test.each([
    ['anna@acme.example', 'anna@ACME.EXAMPLE'],
    ['anna@other.example', 'anna@OTHER.EXAMPLE'],
    [String.raw`acme\anna`, 'anna@ACME.EXAMPLE'],
    [String.raw`lab.example\anna`, 'anna@LAB.EXAMPLE'],
    ['anna', 'anna@ACME.EXAMPLE'],
  ])('%s is principal %s', async (user, principal) => {
    expect(await userOf(user, canonical)).toBe(principal);
  });

  test.each([
    ['of the host itself', String.raw`.\anna`],
    ['of a domain whose realm nobody knows', String.raw`LAB\anna`],
  ])('%s is never tried on a namesake', async (_, user) => {
    await expect(userOf(user, canonical)).rejects.toMatchObject({
      stage: 'auth',
      code: 'AUTH_UNAVAILABLE',
    });
  });
});
