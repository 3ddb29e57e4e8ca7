import { describe, expect, test } from 'vitest';
import { ContactError } from '../../src/core/contact.ts';
import { hostId, type Host } from '../../src/core/host.ts';
import { Secret, type Logon } from '../../src/core/secret.ts';
import { CredentialGate } from '../../src/credentials/gate.ts';
import { remoteSource, type RemoteParts } from '../../src/sources/remote.ts';
import type { LookContext } from '../../src/sources/source.ts';
import { Names } from '../../src/transports/names.ts';
import type { Chunk, OpenContext, Session } from '../../src/transports/transport.ts';

const logon: Logon = { kind: 'password', user: 'ACME\\svc', password: new Secret('x') };

function host(name: string, address = '127.0.0.1'): Host {
  return {
    id: hostId(name),
    address,
    labels: { site: 'roma' },
    reach: {
      kind: 'winrm',
      credential: 'c',
      winrm: { tls: 'never', auth: ['negotiate'], port: 5985 },
      via: [],
    },
    limits: { connectMs: 1000, collectMs: 1000 },
  };
}

type Answer = (script: string) => readonly Chunk[];

function session(answer: Answer): Session {
  return {
    way: { wire: 'winrm-http' },
    clockSkewSeconds: -7,
    async *run(job) {
      await Promise.resolve();
      yield* answer(job.kind === 'powershell' ? job.script : job.command);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** What a collector's reply looks like: the frame the script asks for, around a document. */
function framed(script: string, document: string): Chunk[] {
  const nonce = /nonce=([0-9a-zA-Z]+)/.exec(script)?.[1] ?? '';
  const bytes = Buffer.from(document);
  const text = `PATCHWHY-BEGIN_${nonce}_${bytes.length}\r\n${document}\r\nPATCHWHY-END_${nonce}\r\n`;
  return [
    { kind: 'stdout', bytes: Buffer.from(text) },
    { kind: 'exit', code: 0 },
  ];
}

const stdout = (text: string): Chunk => ({ kind: 'stdout', bytes: Buffer.from(text) });
const DOCUMENT = JSON.stringify({
  schema: 'evidence/1',
  host: 'whatever',
  collectedAt: '2026-11-21T06:00:00Z',
  os: { build: 26100 },
});

interface Parts extends Partial<Omit<RemoteParts, 'transports'>> {
  readonly open?: (context: OpenContext, name: string) => Promise<Session>;
}

function sourceOf({
  open = () => Promise.resolve(session((script) => framed(script, DOCUMENT))),
  ...parts
}: Parts) {
  return remoteSource({
    names: new Names({ servers: ['127.0.0.1:9'], limitMs: 50 }),
    logons: new Map([['c', logon]]),
    gates: new Map([['c', new CredentialGate('c')]]),
    now: () => new Date('2026-11-21T06:30:00Z'),
    transports: {
      winrm: { open: (endpoint, _settings, _logon, context) => open(context, endpoint.name) },
      ssh: { open: (endpoint, _settings, _logon, context) => open(context, endpoint.name) },
      local: { open: (context) => open(context, 'localhost') },
      relays: {
        through: () => Promise.resolve(() => Promise.reject(new Error('not dialled'))),
        problem: () => Promise.resolve(undefined),
        isResting: () => false,
        close: () => Promise.resolve(),
      },
    },
    ...parts,
  });
}

function context(parts: Partial<LookContext> = {}): LookContext {
  return {
    signal: new AbortController().signal,
    slot: (work) => work(),
    onStage: () => undefined,
    onCommand: () => undefined,
    onNotice: () => undefined,
    ...parts,
  };
}

describe('a look at a living host', () => {
  test("brings its document home, under the inventory's name and labels, with the clock skew the log-on told", async () => {
    const { look } = await sourceOf({}).look(host('ws-1'), context());
    expect(look).toMatchObject({
      kind: 'evidence',
      evidence: {
        host: 'ws-1',
        labels: { site: 'roma' },
        collectedAt: '2026-11-21T06:00:00Z',
        clockSkewSeconds: -7,
      },
    });
  });

  test.each<[string, Answer, string]>([
    [
      'nothing but noise',
      () => [stdout('Welcome to ACME!\r\n'), { kind: 'exit', code: 0 }],
      'NOISE',
    ],
    [
      'a document cut in half',
      (script) => [
        ...framed(script, DOCUMENT)
          .slice(0, 1)
          .map((chunk) =>
            chunk.kind === 'stdout' ? { ...chunk, bytes: chunk.bytes.subarray(0, 80) } : chunk,
          ),
        { kind: 'exit', code: undefined },
      ],
      'CUT_OFF',
    ],
    [
      'a framed text that is no JSON',
      (script) => framed(script, 'Get-Thing : failed'),
      'BAD_REPLY',
    ],
    [
      'a newer schema',
      (script) => framed(script, DOCUMENT.replace('evidence/1', 'evidence/2')),
      'UNKNOWN_SCHEMA',
    ],
  ])('that answers with %s ends at stage collector', async (_, answer, code) => {
    const { look } = await sourceOf({ open: () => Promise.resolve(session(answer)) }).look(
      host('ws-1'),
      context(),
    );
    expect(look).toMatchObject({
      kind: 'contact',
      contact: { host: 'ws-1', contact: { stage: 'collector', code } },
    });
  });

  test('whose document stands among a banner and antivirus noise is read all the same', async () => {
    const answer: Answer = (script) => [
      stdout('*** ACME property ***\r\n'),
      ...framed(script, DOCUMENT),
      stdout('scan ok'),
    ];
    const { look } = await sourceOf({ open: () => Promise.resolve(session(answer)) }).look(
      host('ws-1'),
      context(),
    );
    expect(look.kind).toBe('evidence');
  });

  test('whose name is unknown ends at stage dns and takes no slot', async () => {
    let slots = 0;
    const counting = context({
      slot: (work) => {
        slots += 1;
        return work();
      },
    });
    const { look } = await sourceOf({}).look(host('ws-1', 'no-such-host.invalid'), counting);
    expect(look).toMatchObject({ kind: 'contact', contact: { contact: { stage: 'dns' } } });
    expect(slots).toBe(0);
  });

  test('that this version cannot reach is skipped with the reason of the inventory', async () => {
    const later: Host = {
      ...host('ws-1'),
      reach: { kind: 'unavailable', transport: 'ssh', reason: 'ssh comes later' },
    };
    expect(await sourceOf({}).look(later, context())).toEqual({
      look: { kind: 'skipped', reason: 'ssh comes later' },
    });
  });

  test('that hangs past --timeout ends as timeout, naming the step', async () => {
    const open = ({ signal, onStage }: OpenContext): Promise<Session> =>
      new Promise((_resolve, reject) => {
        onStage('auth');
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
    const { look } = await sourceOf({ open, hostMs: 20 }).look(host('ws-1'), context());
    expect(look).toMatchObject({
      contact: { contact: { stage: 'timeout', code: 'LIMIT', during: 'auth' } },
    });
  });

  test('that is stopped by the user is no contact failure', async () => {
    const stop = new AbortController();
    const open = async ({ signal }: OpenContext): Promise<Session> => {
      stop.abort('interrupted');
      signal.throwIfAborted();
      throw new Error('unreachable');
    };
    await expect(
      sourceOf({ open }).look(host('ws-1'), context({ signal: stop.signal })),
    ).rejects.toBe('interrupted');
  });
});

test('waiting for the first log-ons of a credential does not count against --timeout', async () => {
  const gate = new CredentialGate('c');
  const first = [1, 2, 3].map(() => gate.admit(new AbortController().signal));
  await Promise.all(first);
  const open = async ({ admit }: OpenContext): Promise<Session> => {
    const turn = admit();
    // Far past the limit of 50 ms, the three before it are done.
    setTimeout(() => gate.accepted(), 100);
    await turn;
    return session((script) => framed(script, DOCUMENT));
  };
  const source = sourceOf({ open, hostMs: 50, gates: new Map([['c', gate]]) });
  expect((await source.look(host('ws-9'), context())).look.kind).toBe('evidence');
});

describe('a host whose trouble may pass', () => {
  const dropped = new ContactError({ stage: 'http', code: 'ECONNRESET', message: 'dropped' });
  const patient = { wait: () => Promise.resolve(), random: () => 0.5 };

  test('is tried again in a slot of its own, so that none is held while it is waited for', async () => {
    const order: string[] = [];
    let opens = 0;
    const open = async ({ admit, onStage }: OpenContext): Promise<Session> => {
      await admit();
      onStage('shell'); // the host took the password
      opens += 1;
      if (opens < 3) throw dropped;
      return session((script) => framed(script, DOCUMENT));
    };
    const counting = context({
      slot: async (work) => {
        order.push('slot');
        const result = await work();
        order.push('free');
        return result;
      },
      onStage: (stage, note) => {
        if (stage === 'queued') order.push(`wait after ${note?.again?.tries}`);
      },
    });
    const { look } = await sourceOf({ open, patience: patient }).look(host('ws-1'), counting);
    expect(look.kind).toBe('evidence');
    expect(order).toEqual([
      'slot',
      'free',
      'wait after 1',
      'slot',
      'free',
      'wait after 2',
      'slot',
      'free',
    ]);
  });

  test('is not tried again when its line was lost over a password that nobody has vouched for', async () => {
    let opens = 0;
    const open = async ({ admit }: OpenContext): Promise<Session> => {
      await admit();
      opens += 1;
      throw dropped;
    };
    const gate = new CredentialGate('c');
    const source = sourceOf({ open, patience: patient, gates: new Map([['c', gate]]) });
    await source.look(host('ws-1'), context());
    expect(opens).toBe(1);
    await gate.admit(new AbortController().signal);
    gate.accepted();
    await source.look(host('ws-2'), context());
    expect(opens).toBe(1 + 3);
  });

  test('is tried again when an answer got lost with a connection; one that came whole all the same counts', async () => {
    let opens = 0;
    const open = (): Promise<Session> => {
      opens += 1;
      const answered = opens > 1;
      return Promise.resolve({
        ...session((script) => (answered ? framed(script, DOCUMENT) : [{ kind: 'exit', code: 0 }])),
        isInterrupted: true,
      });
    };
    const { look } = await sourceOf({ open, patience: patient }).look(host('ws-1'), context());
    expect({ kind: look.kind, opens }).toEqual({ kind: 'evidence', opens: 2 });
  });

  test('is not tried again when its line was whole and it said nothing', async () => {
    let opens = 0;
    const open = (): Promise<Session> => {
      opens += 1;
      return Promise.resolve(session(() => [{ kind: 'exit', code: 0 }]));
    };
    const { look } = await sourceOf({ open, patience: patient }).look(host('ws-1'), context());
    expect(opens).toBe(1);
    expect(look).toMatchObject({ contact: { contact: { code: 'NO_OUTPUT' } } });
  });

  test('has one --timeout for all its tries; when it runs out over the second, what the first met is told', async () => {
    let opens = 0;
    const open = ({ signal }: OpenContext): Promise<Session> =>
      new Promise((_resolve, reject) => {
        opens += 1;
        if (opens === 1) setTimeout(() => reject(dropped), 30);
        else signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
    const quick = { ...patient, random: () => -0.49 };
    const source = sourceOf({ open, patience: quick, hostMs: 60 });
    const { look } = await source.look(host('ws-1'), context());
    expect(opens).toBe(2);
    expect(look).toMatchObject({
      contact: { contact: { code: 'ECONNRESET', message: 'dropped (after 2 tries)' } },
    });
  });
});

describe('a credential that is refused', () => {
  const refuse = async ({ admit }: OpenContext): Promise<Session> => {
    await admit();
    throw new ContactError({ stage: 'auth', code: '401', message: 'refused' });
  };

  test('by three hosts is held back from the others, and the user is told once', async () => {
    const notices: string[] = [];
    const source = sourceOf({ open: refuse });
    const looks = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        source.look(host(`ws-${at}`), context({ onNotice: (_level, code) => notices.push(code) })),
      ),
    );
    const kinds = looks.map(({ look }) => look.kind);
    expect(kinds.filter((kind) => kind === 'contact')).toHaveLength(3);
    expect(kinds.filter((kind) => kind === 'skipped')).toHaveLength(17);
    expect(notices).toEqual(['credential.held-back']);
  });

  test('by one host among many that take it holds nobody back', async () => {
    const open = async (context: OpenContext, name: string): Promise<Session> => {
      await context.admit();
      if (name === '127.0.0.9')
        throw new ContactError({ stage: 'auth', code: '401', message: 'refused' });
      return session((script) => framed(script, DOCUMENT));
    };
    const source = sourceOf({ open });
    const looks = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        source.look(host(`ws-${at}`, `127.0.0.${at + 1}`), context()),
      ),
    );
    expect(looks.map(({ look }) => look.kind).filter((kind) => kind !== 'evidence')).toEqual([
      'contact',
    ]);
  });
});
