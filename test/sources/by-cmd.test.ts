/** The way back to cmd.exe where PowerShell is barred: on the same session, and never instead of the truth. */
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ContactError } from '../../src/core/contact.ts';
import { hostId, type Host } from '../../src/core/host.ts';
import type { Look } from '../../src/core/look.ts';
import { remoteSource, type Method } from '../../src/sources/remote.ts';
import { Names } from '../../src/transports/names.ts';
import type { Chunk, Job, Session } from '../../src/transports/transport.ts';
import { english } from '../collect/cmd/document.ts';
import { HEALTHY, runLine } from '../collect/cmd/windows.ts';

const HOST: Host = {
  id: hostId('ws-1'),
  address: '127.0.0.1',
  labels: { site: 'roma' },
  reach: { kind: 'local' },
  limits: { connectMs: 1000, collectMs: 2000 },
};

type Answer = (job: Job, signal: AbortSignal) => AsyncIterable<Chunk> | Iterable<Chunk>;

interface Wish {
  readonly method?: Method;
  readonly hostMs?: number;
  readonly signal?: AbortSignal;
}

/** Looks at a host that answers so; the kinds of the jobs that it got. */
async function look(answer: Answer, wish: Wish = {}): Promise<{ look: Look; jobs: string[] }> {
  const jobs: string[] = [];
  const session: Session = {
    way: { wire: 'local' },
    clockSkewSeconds: 3,
    async *run(job, signal) {
      jobs.push(job.kind);
      yield* answer(job, signal);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const never = (): Promise<never> => Promise.reject(new Error('not dialled'));
  const { signal = new AbortController().signal, ...parts } = wish;
  const source = remoteSource({
    names: new Names({ servers: ['127.0.0.1:9'], limitMs: 50 }),
    logons: new Map(),
    gates: new Map(),
    now: () => new Date('2026-11-21T06:30:00Z'),
    transports: {
      winrm: { open: never },
      ssh: { open: never },
      local: { open: () => Promise.resolve(session) },
      relays: {
        through: never,
        problem: () => Promise.resolve(undefined),
        isResting: () => false,
        close: () => Promise.resolve(),
      },
    },
    ...parts,
  });
  const looked = await source.look(HOST, {
    signal,
    slot: (work) => work(),
    onStage: () => undefined,
    onCommand: () => undefined,
    onNotice: () => undefined,
  });
  return { look: looked.look, jobs };
}

const exit = (code: number): Chunk => ({ kind: 'exit', code });
const said = (bytes: Uint8Array): Chunk => ({ kind: 'stdout', bytes });
const stderr = (text: string): Chunk => ({ kind: 'stderr', bytes: Buffer.from(text) });
const tools = ({ text }: { text: string }): Chunk[] => [
  said(runLine(HEALTHY, english(), text)),
  exit(0),
];

/** PowerShell ends so, the tools work. */
function barred(...chunks: readonly Chunk[]): Answer {
  return (job) => (job.kind === 'powershell' ? chunks : tools({ text: job.command }));
}

const POLICY = barred(exit(1260));

describe('a host that bars PowerShell', () => {
  test.each<[string, Answer, string]>([
    ['by a policy', POLICY, '0x800704EC: '],
    ['by not having it', barred(exit(9009)), 'NO_POWERSHELL: '],
    ['by antivirus', barred(stderr('ScriptContainedMaliciousContent'), exit(1)), 'BLOCKED: '],
    [
      'by constrained language',
      barred(stderr('...InConstrainedLanguage'), exit(1)),
      'CONSTRAINED: ',
    ],
  ])('%s is asked by cmd, and the evidence says why', async (_, answer, reason) => {
    const { look: found, jobs } = await look(answer);
    expect(found).toMatchObject({
      kind: 'evidence',
      evidence: {
        host: 'ws-1',
        labels: { site: 'roma' },
        clockSkewSeconds: 3,
        collector: { mode: 'cmd', reason: expect.stringContaining(reason) as string },
        os: { build: 19_045 },
      },
    });
    expect(jobs).toEqual(['powershell', 'cmd', 'cmd']);
  });

  test.each<[string, Answer]>([
    ['says nothing', () => [exit(1260)]],
    [
      'says nonsense',
      (job) => (job.kind === 'powershell' ? [exit(1260)] : [said(Buffer.from('no\r\n')), exit(1)]),
    ],
    ['breaks off', breaksOff(0)],
  ])('and whose cmd %s ends as PowerShell did', async (_, answer) => {
    expect((await look(answer)).look).toMatchObject({
      kind: 'contact',
      contact: { contact: { stage: 'collector', code: '0x800704EC' } },
    });
  });

  test('and breaks off later keeps what it said before', async () => {
    const { look: found } = await look(breaksOff(1));
    expect(found).toMatchObject({
      kind: 'evidence',
      evidence: { os: { build: 19_045 }, reboot: { cbs: false } },
    });
    const errors = found.kind === 'evidence' ? (found.evidence.errors ?? []) : [];
    expect(errors).toContainEqual({
      section: 'packages',
      message: 'not answered: the line is gone',
    });
  });

  test('and hangs in its second line keeps the first, within its limit', async () => {
    const { look: found } = await look(hangsAfter(1), { hostMs: 300 });
    expect(found).toMatchObject({ kind: 'evidence', evidence: { os: { build: 19_045 } } });
    const errors = found.kind === 'evidence' ? (found.evidence.errors ?? []) : [];
    expect(errors).toContainEqual({
      section: 'packages',
      message: 'not answered within the time limit',
    });
  });

  test('and hangs at once ends as PowerShell did, within its limit', async () => {
    expect((await look(hangsAfter(0), { hostMs: 300 })).look).toMatchObject({
      kind: 'contact',
      contact: { contact: { stage: 'collector', code: '0x800704EC' } },
    });
  });

  test('is no longer waited for when the run is stopped', async () => {
    const stop = new AbortController();
    const looking = look(hangsAfter(1), { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('stopped')), 100);
    await expect(looking).rejects.toThrow('stopped');
  });

  test('is not asked by cmd where only PowerShell is wished for', async () => {
    const { look: found, jobs } = await look(POLICY, { method: 'powershell' });
    expect(found).toMatchObject({ kind: 'contact', contact: { contact: { code: '0x800704EC' } } });
    expect(jobs).toEqual(['powershell']);
  });

  test('and prints without end is not listened to for ever', async () => {
    const { look: found } = await look((job) =>
      job.kind === 'powershell' ? [exit(1260)] : endless(),
    );
    expect(found).toMatchObject({ kind: 'contact', contact: { contact: { code: '0x800704EC' } } });
  });
});

describe('a host that is asked by cmd only', () => {
  test('is never given PowerShell', async () => {
    const { look: found, jobs } = await look(POLICY, { method: 'cmd' });
    expect(found).toMatchObject({
      kind: 'evidence',
      evidence: { collector: { mode: 'cmd', reason: '--method cmd' } },
    });
    expect(jobs).toEqual(['cmd', 'cmd']);
  });

  test('and tells nothing is no evidence', async () => {
    const { look: found } = await look(() => [exit(1)], { method: 'cmd' });
    expect(found).toMatchObject({
      kind: 'contact',
      contact: { contact: { stage: 'collector', code: 'NO_OUTPUT' } },
    });
  });
});

test.each(['NOISE', 'CUT_OFF'])(
  'another trouble of PowerShell (%s) is no reason for cmd',
  async (code) => {
    const output = code === 'NOISE' ? ['Welcome!'] : [];
    const { look: found, jobs } = await look((job) => {
      if (job.kind === 'cmd') return tools({ text: job.command });
      const [, nonce = ''] = /nonce=(\w+)/.exec(job.script) ?? [];
      const text = output[0] ?? `PATCHWHY-BEGIN_${nonce}_500\r\n{"schema"`;
      return [said(Buffer.from(text)), exit(0)];
    });
    expect(found).toMatchObject({ kind: 'contact', contact: { contact: { code } } });
    expect(jobs).toEqual(['powershell']);
  },
);

function breaksOff(after: number): Answer {
  let lines = 0;
  return (job) => {
    if (job.kind === 'powershell') return [exit(1260)];
    if (lines >= after)
      throw new ContactError({ stage: 'http', code: 'ECONNRESET', message: 'the line is gone' });
    lines += 1;
    return tools({ text: job.command });
  };
}

function hangsAfter(lines: number): Answer {
  let asked = 0;
  return async function* hang(job, signal) {
    if (job.kind === 'powershell') return yield exit(1260);
    asked += 1;
    if (asked <= lines) return yield* tools({ text: job.command });
    await pause(60_000, undefined, { signal }).catch((error: unknown) => {
      throw signal.aborted ? signal.reason : error;
    });
  };
}

function* endless(): Generator<Chunk> {
  for (;;) yield said(Buffer.alloc(64 * 1024, 'x'));
}
