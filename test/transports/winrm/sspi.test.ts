import koffi from 'koffi';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import type { Call } from '../../../src/transports/winrm/gss.ts';
import {
  isLasting,
  isRefusal,
  kerberosProblem,
} from '../../../src/transports/winrm/kerberos-problem.ts';
import { kerberosSeal } from '../../../src/transports/winrm/kerberos-seal.ts';
import { identityOf } from '../../../src/transports/winrm/kerberos-user.ts';
import {
  acquireSspi,
  callsOf,
  sspiBindings,
  SspiContext,
  SspiError,
} from '../../../src/transports/winrm/sspi.ts';

interface Desc {
  readonly cBuffers: number;
  readonly pBuffers: unknown;
}

interface Part {
  readonly type: number;
  readonly bytes: Buffer;
}

interface Raw {
  readonly cbBuffer: number;
  readonly BufferType: number;
  readonly pvBuffer: unknown;
}

const rawOf = ({ cBuffers, pBuffers }: Desc): Raw[] =>
  koffi.decode(pBuffers, koffi.array('SecBuffer', cBuffers)) as Raw[];

/** The buffers of a message, as the library finds them in memory. */
const partsOf = (desc: Desc): Part[] =>
  rawOf(desc).map(({ cbBuffer, BufferType, pvBuffer }) => ({
    type: BufferType,
    bytes: Buffer.from(
      Buffer.from(cbBuffer === 0 ? [] : new Uint8Array(koffi.view(pvBuffer, cbBuffer))),
    ),
  }));

/** What a library does to a message: bytes into the caller's memory, and how many they are. */
function write(desc: Desc, texts: readonly (Buffer | undefined)[]): void {
  const raw = rawOf(desc);
  const after = raw.map((part, at) => {
    const text = texts[at];
    if (text === undefined) return part;
    if (text.length > 0) new Uint8Array(koffi.view(part.pvBuffer, text.length)).set(text);
    return { ...part, cbBuffer: text.length };
  });
  koffi.encode(desc.pBuffers, koffi.array('SecBuffer', raw.length), after);
}

const KERBEROS = 'application/HTTP-Kerberos-session-encrypted';
const CONTINUE = 0x9_0312;
const ALL = 0x1_001e;
const SEQUENCE: unknown[] = [];

/** A library that does what the test says, called through real memory; structures are declared once. */
const library: Record<string, (...values: never[]) => number> = {};
const secur32 = callsOf(koffi, {
  func: (prototype) => {
    const name = /(\w+)\(/.exec(prototype)?.[1] ?? '';
    const call = (...values: never[]): number => {
      SEQUENCE.push(name);
      return library[name]?.(...values) ?? 0;
    };
    const async_ = (...values: unknown[]): void => {
      const done = values.pop() as (error: unknown, result: number) => void;
      setImmediate(() => done(null, call(...(values as never[]))));
    };
    return Object.assign(call, { async: async_ }) as unknown as Call;
  },
});

function say(calls: Record<string, (...values: never[]) => number>): void {
  SEQUENCE.length = 0;
  for (const name of Object.keys(library)) delete library[name];
  Object.assign(library, calls);
}

const credential = new Map<'krb5' | 'spnego', unknown>([
  ['krb5', { dwLower: 1, dwUpper: 2 }],
  ['spnego', { dwLower: 3, dwUpper: 4 }],
]);
const WISH = { service: 'HTTP', host: 'ws-1.acme.example', mechanism: 'krb5', credential } as const;

/** InitializeSecurityContext with one answer after the other. */
function answers(
  ...each: readonly { token: string; status?: number; attributes?: number }[]
): (...values: never[]) => number {
  let at = 0;
  return (...values) => {
    const [, , , , , , , , next, output, attributes] = values as unknown as [...unknown[]] as [
      unknown,
      unknown,
      unknown,
      unknown,
      unknown,
      unknown,
      unknown,
      unknown,
      object,
      Desc,
      number[],
    ];
    const { token = '', status = 0, attributes: got = ALL } = each[at] ?? {};
    at += 1;
    Object.assign(next, { dwLower: 7, dwUpper: 8 });
    attributes[0] = got;
    write(output, [Buffer.from(token, 'latin1')]);
    return status;
  };
}

async function complete(): Promise<SspiContext> {
  const context = await SspiContext.create(WISH, secur32);
  library['InitializeSecurityContextW'] = answers({ token: 'first' });
  await context.step();
  return context;
}

test.each([
  ['SecHandle', 16, {}],
  ['SecBuffer', 16, { cbBuffer: 0, BufferType: 4, pvBuffer: 8 }],
  ['SecBufferDesc', 16, { ulVersion: 0, cBuffers: 4, pBuffers: 8 }],
  ['SecSizes', 16, { cbBlockSize: 8, cbSecurityTrailer: 12 }],
  ['SecIdentity', 48, { User: 0, UserLength: 8, Domain: 16, Password: 32, Flags: 44 }],
] as const)('%s is laid out as sspi.h has it for 64 bits', (name, size, offsets) => {
  expect(koffi.sizeof(name)).toBe(size);
  for (const [member, offset] of Object.entries(offsets))
    expect([member, koffi.offsetof(name, member)]).toEqual([member, offset]);
});

test('channel bindings are eight words and the data, which the last word finds', () => {
  const data = Buffer.from('tls-server-end-point:0123');
  const bindings = sspiBindings(data);
  expect(bindings.readUInt32LE(24)).toBe(data.length);
  expect(bindings.subarray(bindings.readUInt32LE(28)).equals(data)).toBe(true);
  expect(bindings.subarray(0, 24).equals(Buffer.alloc(24))).toBe(true);
});

describe('a log-on', () => {
  test('asks for the service, mutual and sealed, and goes on with what the host answers', async () => {
    const seen: unknown[][] = [];
    const inputs: Part[][] = [];
    const reply = answers({ token: 'AP-REQ', status: CONTINUE }, { token: '' });
    say({
      InitializeSecurityContextW: (...values) => {
        seen.push([...values]);
        const input = values[6] as unknown as Desc | null;
        inputs.push(input ? partsOf(input) : []);
        return reply(...values);
      },
    });
    const bindings = Buffer.from('tls-server-end-point:0123');
    using context = await SspiContext.create({ ...WISH, bindings }, secur32);
    expect((await context.step()).toString()).toBe('AP-REQ');
    expect(context.isComplete).toBe(false);
    expect(await context.step(Buffer.from('AP-REP'))).toHaveLength(0);
    expect(context.isComplete).toBe(true);
    const [first = [], second = []] = seen;
    expect(first.slice(0, 4)).toEqual([
      credential.get('krb5'),
      null,
      'HTTP/ws-1.acme.example',
      ALL,
    ]);
    expect(second[1]).toEqual({ dwLower: 7, dwUpper: 8 });
    expect(inputs.map((parts) => parts.map(({ type }) => type))).toEqual([[14], [2, 14]]);
    expect(inputs[1]?.[0]?.bytes.toString()).toBe('AP-REP');
    expect(inputs[0]?.[0]?.bytes.equals(sspiBindings(bindings))).toBe(true);
  });

  test.each([
    ['that fell back to NTLM', { token: '`NTLMSSP\0\u0001', status: CONTINUE }],
    ['without mutual proof', { token: '', attributes: ALL & ~0x2 }],
    ['that cannot seal', { token: '', attributes: ALL & ~0x10 }],
  ])('%s is no Kerberos', async (_, answer) => {
    say({ InitializeSecurityContextW: answers(answer) });
    using context = await SspiContext.create({ ...WISH, mechanism: 'spnego' }, secur32);
    await expect(context.step()).rejects.toMatchObject({ code: '0x80090302' });
  });

  test('that fails tells the status of Windows', async () => {
    say({ InitializeSecurityContextW: () => 0x8009_0322 | 0 });
    using context = await SspiContext.create(WISH, secur32);
    await expect(context.step()).rejects.toMatchObject({ code: '0x80090322' });
  });
});

describe('a session', () => {
  const sizes = (...values: never[]): number => {
    const [, , into] = values as unknown as [unknown, unknown, object];
    Object.assign(into, { cbSecurityTrailer: 60 });
    return 0;
  };

  test('seals into a head, as long as Windows makes it, and as many bytes as the text', async () => {
    let seen: Part[] = [];
    say({
      QueryContextAttributesW: sizes,
      EncryptMessage: (...values) => {
        const desc = values[2] as unknown as Desc;
        seen = partsOf(desc);
        write(desc, [Buffer.alloc(59, 0x41), Buffer.from('SEALED')]);
        return 0;
      },
    });
    using context = await complete();
    const { signature, sealed } = context.seal(Buffer.from('secret'));
    expect(seen.map(({ type, bytes }) => [type, bytes.length])).toEqual([
      [2, 60],
      [1, 6],
    ]);
    expect(seen[1]?.bytes.toString()).toBe('secret');
    expect(signature).toEqual(Buffer.alloc(59, 0x41));
    expect(sealed.toString()).toBe('SEALED');
    const body = await kerberosSeal(context, KERBEROS).close(['secret']);
    expect(body.toString('latin1')).toContain(';Length=6\r\n');
  });

  test('opens in place, and believes nothing that is only signed, or changed', async () => {
    let quality = 0;
    let status = 0;
    say({
      DecryptMessage: (...values) => {
        const [, desc, , told] = values as unknown as [unknown, Desc, unknown, number[]];
        expect(partsOf(desc).map(({ type, bytes }) => [type, bytes.toString()])).toEqual([
          [2, 'HEAD'],
          [1, 'SEALED'],
        ]);
        write(desc, [undefined, Buffer.from('text')]);
        told[0] = quality;
        return status;
      },
    });
    using context = await complete();
    const parts = { signature: Buffer.from('HEAD'), sealed: Buffer.from('SEALED') };
    expect(context.open(parts).toString()).toBe('text');
    quality = 0x8000_0001;
    expect(() => context.open(parts)).toThrow(
      expect.objectContaining({ code: '0x80090302' }) as Error,
    );
    quality = 0;
    status = 0x8009_030f | 0;
    expect(() => context.open(parts)).toThrow(
      expect.objectContaining({ code: '0x8009030F' }) as Error,
    );
  });

  test('is ended once, and used no more', async () => {
    say({});
    const context = await complete();
    context[Symbol.dispose]();
    context[Symbol.dispose]();
    expect(() => context.seal(Buffer.from('x'))).toThrow(
      expect.objectContaining({ code: '0x80090317' }) as Error,
    );
    expect(SEQUENCE.filter((name) => name === 'DeleteSecurityContext')).toHaveLength(1);
  });
});

describe('a credential', () => {
  test('of the current user names nobody, for both packages', async () => {
    const seen: unknown[][] = [];
    say({ AcquireCredentialsHandleW: (...values) => (seen.push(values), 0) });
    expect([...(await acquireSspi(undefined, secur32)).keys()]).toEqual(['krb5', 'spnego']);
    expect(seen.map((values) => values.slice(0, 5))).toEqual(
      ['Kerberos', 'Negotiate'].map((name) => [null, name, 2, null, null]),
    );
  });

  test('of a password is for Kerberos alone: Negotiate would try it with NTLM, too', async () => {
    const texts: unknown[][] = [];
    say({
      AcquireCredentialsHandleW: (...values) => {
        const id = values[4] as unknown as Record<string, unknown>;
        texts.push(
          ['User', 'Domain', 'Password'].map((name) => {
            const length = Number(id[`${name}Length`]) * 2;
            return length === 0
              ? id[name]
              : Buffer.from(koffi.view(id[name], length)).toString('utf16le');
          }),
        );
        expect([values[1], id['Flags']]).toEqual(['Kerberos', 2]);
        return 0;
      },
    });
    const password = new Secret('Straße-✓');
    const explicit = { user: 'Jürgen', domain: 'ACME', password };
    expect([...(await acquireSspi(explicit, secur32)).keys()]).toEqual(['krb5']);
    await acquireSspi({ user: 'anna@acme.example', domain: '', password }, secur32);
    expect(texts).toEqual([
      ['Jürgen', 'ACME', 'Straße-✓'],
      ['anna@acme.example', null, 'Straße-✓'],
    ]);
  });
});

test.each([
  ['anna@acme.example', { user: 'anna@acme.example', domain: '' }],
  [String.raw`ACME\anna`, { user: 'anna', domain: 'ACME' }],
  ['anna', { user: 'anna', domain: '' }],
])('Windows is told of %s', (user, identity) => {
  expect(identityOf(user)).toEqual(identity);
});

test('accounts of the host itself have no Kerberos on Windows either', () => {
  expect(() => identityOf(String.raw`.\anna`)).toThrow(
    expect.objectContaining({ code: 'AUTH_UNAVAILABLE' }) as Error,
  );
});

describe('a status', () => {
  test.each([
    [0x8009_0303, '0x80090303'],
    [0x8009_030c, '0x8009030C'],
    [0x8009_030e, '0x8009030E'],
    [0x8009_0311, '0x80090311'],
    [0x8009_0317, 'TICKET_EXPIRED'],
    [0x8009_0322, '0x80090322'],
    [0x8009_0324, '0x80090324'],
    [0x8009_0341, '0x80090303'],
    [0x8009_0342, 'KDC_ERR_ETYPE_NOSUPP'],
    [0x8009_0308, '0x80090308'],
  ])('%i, asked for a service, is %s', (status, code) => {
    expect(kerberosProblem(new SspiError(status), 'HTTP/ws-1')).toMatchObject({
      stage: 'auth',
      code,
    });
  });

  test('that nobody knows ends the tries of a password: the account may be locked', () => {
    const problem = kerberosProblem(new SspiError(0xc000_0234 | 0), String.raw`ACME\anna`, 'user');
    expect(problem.message).toContain('0xC0000234');
    expect([isRefusal(problem), isLasting(problem)]).toEqual([true, true]);
  });

  test('of a silent domain controller does not', () => {
    const problem = kerberosProblem(new SspiError(0x8009_0311), 'anna', 'user');
    expect([isRefusal(problem), isLasting(problem)]).toEqual([false, false]);
  });
});
