/** The WinRM client alone against hosts that others wrote: gss-ntlmssp, OpenSSL, and every fault the rig knows. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { backgroundDone } from '../../src/transports/winrm/background.ts';
import { rigFolder, startRig, type Rig } from '../support/rig.ts';
import { look, RIG_LOGON, type Looked } from './winrm/look.ts';
import { HTTP_PORT, HTTPS_PORT, serveFleet, type Fleet } from './winrm/serve-fleet.ts';

/** Signs that a client spoke wrongly, was careless, or left something behind. */
const MUST_BE_ZERO = [
  'passwords_in_clear',
  'plaintext_refused',
  'sealed_with_token_refused',
  'seal_errors',
  'server_errors',
  'shells_left_open',
];

function atFault(counters: Record<string, number>): string[] {
  return MUST_BE_ZERO.filter((name) => (counters[name] ?? 0) !== 0);
}

describe('a fleet with every fault of the mix', () => {
  let rig: Rig;
  const faultMix = join(rigFolder(), 'samples', 'fault_mix.yaml');
  beforeAll(async () => {
    rig = await startRig({
      hosts: 200,
      make: `--faults ${faultMix} --fault-share 2 --https-share 0.2 --latency lan --http-port 25885 --https-port 25886`.split(
        ' ',
      ),
      block: 61,
      controlPort: 25_890,
    });
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  test('comes to the stage and code that each fault is known for', async () => {
    const { hosts } = JSON.parse(readFileSync(join(rig.folder, 'inventory.json'), 'utf8')) as {
      hosts: { name: string; address: string; port: number; scheme: string }[];
    };
    const expected = rig.expected();
    // The rig's unknown names are a matter of look-ups, which the transport is spared.
    const left = hosts.filter(({ name }) => expected[name]?.fault !== 'unknown-name');
    const wrong: string[] = [];
    const lookAtOne = async (host: (typeof left)[number]): Promise<void> => {
      const entry = expected[host.name];
      const ca = host.scheme === 'https' ? { ca: join(rig.folder, 'ca.pem') } : {};
      const looked = await look({ address: host.address, port: host.port, ...ca });
      if (!fits(looked, entry?.expect)) {
        wrong.push(`${host.name} ${entry?.fault}: ${JSON.stringify(looked).slice(0, 200)}`);
      }
    };
    const worker = async (): Promise<void> => {
      for (let host = left.pop(); host !== undefined; host = left.pop()) await lookAtOne(host);
    };
    await Promise.all(Array.from({ length: 32 }, worker));
    await backgroundDone();
    expect(wrong).toEqual([]);
    expect(atFault(await rig.total())).toEqual([]);
  });
});

type Wanted = string | { readonly [key: string]: string | string[] } | undefined;

/** `evidence-or-STAGE` lets either pass; lists are honest in each entry. */
function fits(looked: Looked, wanted: Wanted): boolean {
  if (typeof wanted === 'object') {
    if (looked.kind !== 'contact') return false;
    const got: Record<string, string | undefined> = { ...looked };
    return Object.entries(wanted).every(([key, values]) =>
      [values].flat().includes(got[key] ?? ''),
    );
  }
  if (looked.kind === 'evidence') return wanted?.startsWith('evidence') === true;
  const stage = looked.kind === 'output' ? 'collector' : looked.stage;
  return wanted === `evidence-or-${stage}`;
}

const evidence = join(rigFolder(), 'samples', 'evidence', 'healthy.json');
const document = readFileSync(evidence, 'utf8');
const BAD = { kind: 'contact', stage: 'http', code: 'BAD_REPLY' };
const LIMIT = { kind: 'contact', stage: 'timeout', code: 'LIMIT' };
const GOOD = { kind: 'evidence', document };

interface Case {
  readonly name: string;
  readonly host?: object;
  readonly wanted: object;
  /** Not all shells can be ended: the host did not say which it had opened. */
  readonly mayLeave?: true;
}

const plain: readonly Case[] = [
  { name: 'a host in good order', wanted: GOOD },
  { name: 'Japanese Windows', host: { locale: 'ja-JP' }, wanted: GOOD },
  {
    name: 'output a few bytes at a time',
    host: { receive_bytes: 700, stream_chunk_bytes: 13 },
    wanted: GOOD,
  },
  {
    name: 'chunked replies',
    host: { faults: [{ at: 'any', kind: 'chunked', bytes: 7 }] },
    wanted: GOOD,
  },
  { name: 'a host of 2008 with small envelopes', host: { max_envelope_kb: 150 }, wanted: GOOD },
  {
    name: 'one poll without an answer',
    host: { max_timeout_s: 1, evidence_delay_ms: 2500 },
    wanted: GOOD,
  },
  {
    name: 'a connection closed after each reply',
    host: { faults: [{ at: 'any', kind: 'close_after' }] },
    wanted: GOOD,
  },
  {
    name: 'a reply followed by more bytes',
    host: { faults: [{ at: 'command', kind: 'extra_bytes' }] },
    wanted: GOOD,
  },
  {
    name: 'a lost shell',
    host: { faults: [{ at: 'command', kind: 'lose_shells', times: 1 }] },
    wanted: GOOD,
  },
  {
    name: 'constrained language',
    host: { powershell: { language_mode: 'ConstrainedLanguage' } },
    wanted: { kind: 'evidence' },
  },
  {
    name: 'NTLM switched off',
    host: { ntlm: false },
    wanted: { kind: 'contact', stage: 'auth', code: '401' },
  },
  {
    name: 'a challenge with a bit flipped',
    host: { faults: [{ at: 'challenge', kind: 'flip_challenge_bit', byte: 26 }] },
    wanted: { kind: 'contact', stage: 'auth', code: '401' },
  },
  {
    name: 'a challenge that is garbage',
    host: { faults: [{ at: 'auth', kind: 'garbage_challenge' }] },
    wanted: BAD,
  },
  {
    name: 'a challenge cut short',
    host: { faults: [{ at: 'auth', kind: 'truncated_challenge' }] },
    wanted: BAD,
  },
  {
    name: 'garbage instead of HTTP',
    host: { faults: [{ at: 'accept', kind: 'garbage' }] },
    wanted: BAD,
  },
  {
    name: 'a door that closes',
    host: { faults: [{ at: 'accept', kind: 'close' }] },
    wanted: { kind: 'contact', stage: 'tcp', code: 'ECONNRESET' },
  },
  {
    name: 'a full envelope quota',
    host: { max_envelope_kb: 20 },
    wanted: { kind: 'contact', stage: 'http', code: '413' },
  },
  {
    name: 'a full operation quota',
    host: { max_operations_per_user: 0 },
    wanted: { kind: 'contact', stage: 'shell', code: '0x803381A6' },
  },
  ...[
    'entity_bomb',
    'deep_xml',
    'truncated_xml',
    'garbage_xml',
    'bad_base64',
    'wrong_relates_to',
  ].map(receiving),
  ...['plaintext_reply', 'bad_seal', 'wrong_sealed_length', 'replay_reply', 'empty_reply'].map(
    receiving,
  ),
  ...['huge_length', 'header_flood', 'continue_flood'].map(receiving),
  {
    name: 'a web page in the middle',
    host: { faults: [{ at: 'receive', kind: 'wrong_content_type' }] },
    wanted: { kind: 'contact', stage: 'http', code: 'NOT_WSMAN' },
  },
  ...['wrong_http_length', 'hang_mid_response', 'hang'].map((kind) => ({
    name: `${kind} while it collects`,
    host: { faults: [{ at: 'receive', kind }] },
    wanted: { ...LIMIT, during: 'collector' },
  })),
  {
    name: 'a shell that never opens',
    host: { faults: [{ at: 'create', kind: 'hang' }] },
    wanted: { ...LIMIT, during: 'shell' },
  },
  {
    name: 'a shell whose reply is lost',
    host: { faults: [{ at: 'create', kind: 'bad_seal' }] },
    wanted: BAD,
    mayLeave: true,
  },
];

function receiving(kind: string): Case {
  return {
    name: `${kind} while it collects`,
    host: { faults: [{ at: 'receive', kind }] },
    wanted: BAD,
  };
}

const overTls: readonly Case[] = [
  {
    name: 'channel bindings required',
    host: { cbt: 'strict', tls: { certificate: 'ca_signed' } },
    wanted: GOOD,
  },
  {
    name: 'channel bindings required, RSA key',
    host: { cbt: 'strict', tls: { certificate: 'ca_signed', key: 'rsa' } },
    wanted: GOOD,
  },
  {
    name: 'channel bindings required, TLS 1.2',
    host: { cbt: 'strict', tls: { certificate: 'ca_signed', max_version: '1.2' } },
    wanted: GOOD,
  },
  {
    name: 'an expired certificate',
    host: { tls: { certificate: 'expired' } },
    wanted: { kind: 'contact', stage: 'tls', code: 'CERT_HAS_EXPIRED' },
  },
  {
    name: 'a certificate of tomorrow',
    host: { tls: { certificate: 'not_yet_valid' } },
    wanted: { kind: 'contact', stage: 'tls', code: 'CERT_NOT_YET_VALID' },
  },
  {
    name: "another host's certificate",
    host: { tls: { certificate: 'wrong_host' } },
    wanted: { kind: 'contact', stage: 'tls', code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
  },
  {
    name: 'a self-signed certificate',
    host: { tls: { certificate: 'self_signed' } },
    wanted: { kind: 'contact', stage: 'tls', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
  },
  {
    name: 'TLS 1.0',
    host: { tls: { certificate: 'ca_signed', max_version: '1.0' } },
    wanted: { kind: 'contact', stage: 'tls' },
  },
  {
    name: 'a TLS alert',
    host: { faults: [{ at: 'tls', kind: 'alert' }] },
    wanted: { kind: 'contact', stage: 'tls' },
  },
  {
    name: 'plain HTTP on the port of TLS',
    host: { faults: [{ at: 'tls', kind: 'plain_http' }] },
    wanted: { kind: 'contact', stage: 'tls' },
  },
  {
    name: 'a handshake that is reset',
    host: { faults: [{ at: 'tls', kind: 'reset' }] },
    wanted: { kind: 'contact', stage: 'tls', code: 'ECONNRESET' },
  },
  {
    name: 'a handshake that never ends',
    host: { faults: [{ at: 'tls', kind: 'hang' }] },
    wanted: { ...LIMIT, during: 'tls' },
  },
];

const limits = { connectMs: 2500, collectMs: 5000 };

describe('one host at a time', () => {
  let fleet: Fleet;
  const addressOf = (index: number): string => `127.62.0.${index + 1}`;
  const nameOf = (index: number): string => `ws-${index + 1}`;
  const all = [...plain, ...overTls];
  beforeAll(async () => {
    fleet = await serveFleet(
      all.map(({ host }, index) => ({
        name: nameOf(index),
        address: addressOf(index),
        evidence,
        ...(index >= plain.length && { http: false, https: true }),
        ...host,
      })),
    );
  });
  afterAll(() => fleet[Symbol.asyncDispose]());

  test.for(all.map((each, index) => ({ ...each, index })))(
    '$name',
    async ({ index, wanted, mayLeave }) => {
      const ca = index < plain.length ? {} : { ca: fleet.ca };
      const port = index < plain.length ? HTTP_PORT : HTTPS_PORT;
      const looked = await look({ address: addressOf(index), port, limits, ...ca });
      await backgroundDone();
      expect(looked).toMatchObject(wanted);
      const faults = atFault(await fleet.stats(nameOf(index)));
      expect(faults.filter((name) => mayLeave !== true || name !== 'shells_left_open')).toEqual([]);
    },
  );

  test('a cold host costs one connection and six round trips, over TLS too', async () => {
    const indices = [0, plain.length];
    const before = await Promise.all(indices.map((index) => fleet.stats(nameOf(index))));
    await look({ address: addressOf(0), port: HTTP_PORT });
    await look({ address: addressOf(plain.length), port: HTTPS_PORT, ca: fleet.ca });
    await backgroundDone();
    const after = await Promise.all(indices.map((index) => fleet.stats(nameOf(index))));
    const costs = after.map((counters, at) =>
      ['connections', 'requests'].map((key) => (counters[key] ?? 0) - (before[at]?.[key] ?? 0)),
    );
    expect(costs).toEqual([
      [1, 6],
      [1, 6],
    ]);
  });

  test.each([
    [String.raw`patch\ADMINISTRATOR`, 'Sealed-1'],
    ['Administrator@patch.test', 'Sealed-1'],
    [String.raw`.\localadmin`, 'Local-1'],
    ['localadmin', 'Local-1'],
    [String.raw`ws-1\localadmin`, 'Local-1'],
    [String.raw`PATCH\jürgen`, 'Straße-✓'],
  ])('signs in as %s', async (user, password) => {
    const logon = { kind: 'password' as const, user, password: new Secret(password) };
    expect(await look({ address: addressOf(0), port: HTTP_PORT }, logon)).toMatchObject(GOOD);
    await backgroundDone();
  });

  test('tells a clock that agrees', async () => {
    const looked = await look({ address: addressOf(0), port: HTTP_PORT });
    await backgroundDone();
    expect(looked).toMatchObject({
      skew: expect.toSatisfy((skew: number) => Math.abs(skew) <= 1) as number,
    });
  });

  test('tries a wrong password once', async () => {
    const before = await fleet.stats(nameOf(0));
    const logon = {
      kind: 'password' as const,
      user: RIG_LOGON.user,
      password: new Secret('wrong'),
    };
    const looked = await look({ address: addressOf(0), port: HTTP_PORT }, logon);
    expect(looked).toMatchObject({ kind: 'contact', stage: 'auth', code: '401' });
    const after = await fleet.stats(nameOf(0));
    expect((after['auth_failures'] ?? 0) - (before['auth_failures'] ?? 0)).toBe(1);
  });
});
