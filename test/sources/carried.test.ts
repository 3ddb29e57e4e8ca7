import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shippedCatalogue } from '../../src/cli/catalogue.ts';
import { hostId, type Host, type Reach } from '../../src/core/host.ts';
import type { Evidence, Look } from '../../src/core/look.ts';
import { createJudge } from '../../src/engine/judge.ts';
import { carriedDocuments, carriedSource } from '../../src/sources/carried.ts';
import { remoteSource } from '../../src/sources/remote.ts';
import type { LookContext, Source } from '../../src/sources/source.ts';
import { openStored } from '../../src/sources/stored.ts';
import { keepImported, importedFolder } from '../../src/store/imported.ts';
import { Names } from '../../src/transports/names.ts';
import type { Session } from '../../src/transports/transport.ts';
import { evidenceOf } from '../corpus/cases.ts';
import { bundleOf } from '../support/bundle.ts';
import { temporaryFolder } from '../support/folder.ts';

const CARRIED: Reach = { kind: 'unavailable', transport: 'bundle', reason: 'nothing reaches it' };
const LIVE: Reach = { kind: 'local' };

function host(name: string, reach: Reach = CARRIED, address = name): Host {
  const limits = { connectMs: 1000, collectMs: 1000 };
  return { id: hostId(name), address, labels: { site: 'plant' }, reach, limits };
}

const context: LookContext = {
  signal: new AbortController().signal,
  slot: (work) => work(),
  onStage: () => undefined,
  onCommand: () => undefined,
  onNotice: () => undefined,
};

const nobody: Source = { look: () => Promise.reject(new Error('this host was asked')) };

/** A living host, whose collector answers with the document. */
function living(document: Evidence): Source {
  const session: Session = {
    way: { wire: 'local' },
    clockSkewSeconds: undefined,
    async *run(job) {
      await Promise.resolve();
      const script = job.kind === 'powershell' ? job.script : '';
      const nonce = /nonce=([0-9a-zA-Z]+)/.exec(script)?.[1] ?? '';
      const text = JSON.stringify(document);
      const bytes = Buffer.byteLength(text);
      const answer = `PATCHWHY-BEGIN_${nonce}_${bytes}\r\n${text}\r\nPATCHWHY-END_${nonce}\r\n`;
      yield { kind: 'stdout', bytes: Buffer.from(answer) };
      yield { kind: 'exit', code: 0 };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const never = (): Promise<never> => Promise.reject(new Error('not this way'));
  return remoteSource({
    names: new Names({ servers: ['127.0.0.1:9'], limitMs: 50 }),
    logons: new Map(),
    gates: new Map(),
    now: () => new Date('2026-11-21T06:30:00Z'),
    transports: {
      winrm: { open: never },
      ssh: { open: never },
      local: { open: () => Promise.resolve(session) },
      relays: {
        problem: () => Promise.resolve(undefined),
        isResting: () => false,
        through: never,
        close: () => Promise.resolve(),
      },
    },
  });
}

function lookOf(look: Look): Exclude<Look, { kind: 'skipped' }> {
  if (look.kind === 'skipped') throw new Error(look.reason);
  return look;
}

async function all<T>(items: Iterable<T> | AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

test('a document that was carried gives the diagnosis of the living host, byte for byte [NIN-07]', async () => {
  const catalogue = shippedCatalogue();
  const documents = [...evidenceOf('visible'), ...evidenceOf('own')];
  const folder = temporaryFolder();
  const names = documents.map((_, at) => `PLC-${at}`);
  for (const [at, document] of documents.entries()) {
    const bundle = bundleOf({ ...document, host: names[at] });
    writeFileSync(join(folder, `${names[at]}.patchwhy`), bundle);
  }
  const fleet = names.map((name) => host(`${name.toLowerCase()}.plant.example`));
  const stored = await openStored([folder]);
  const carried = carriedSource(carriedDocuments(stored, fleet), nobody);
  const [byHand, live] = [createJudge(catalogue), createJudge(catalogue)];
  for (const [at, document] of documents.entries()) {
    const [one, name] = [fleet[at] ?? host(''), names[at] ?? ''];
    const home = lookOf((await carried.look(one, context)).look);
    const asked = await living({ ...document, host: name }).look({ ...one, reach: LIVE }, context);
    expect(home).toEqual(lookOf(asked.look));
    const diagnosis = JSON.stringify(byHand.judge(one.id, home));
    expect(diagnosis).toBe(JSON.stringify(live.judge(one.id, lookOf(asked.look))));
  }
  expect(await all(byHand.review())).toEqual(await all(live.review()));
});

describe('a host that nothing reaches', () => {
  const evidence = (name: string): Evidence => ({
    schema: 'evidence/1',
    host: name,
    collectedAt: '2026-11-24T06:00:00Z',
    os: { build: 26_100 },
  });

  async function sourceFor(
    documents: readonly string[],
    fleet: readonly Host[],
    rest: Source = nobody,
  ): Promise<Source> {
    const state = temporaryFolder();
    for (const name of documents) await keepImported(state, evidence(name));
    return carriedSource(carriedDocuments(await openStored([importedFolder(state)]), fleet), rest);
  }

  test.each<[string, string, Host]>([
    ['its own name', 'PLC-07', host('plc-07')],
    ['its full name', 'plc-07.plant.example', host('plc-07.plant.example')],
    ['its address', 'PLC-07', host('press', CARRIED, 'plc-07')],
    ['its computer name', 'PLC-07', host('plc-07.plant.example')],
    ['the part of its name that Windows knows', 'ASSEMBLY-LINE-0', host('assembly-line-07.plant')],
  ])('is known by %s, and judged under the name of the inventory', async (_, name, one) => {
    const { look, stored } = await (await sourceFor([name], [one])).look(one, context);
    expect(look).toMatchObject({
      kind: 'evidence',
      evidence: { host: one.id, labels: { site: 'plant' }, collectedAt: '2026-11-24T06:00:00Z' },
    });
    expect(stored?.bytes).toBeGreaterThan(0);
  });

  test('is not taken for another one that has the same computer name', async () => {
    const fleet = [host('plc-07.a.example'), host('plc-07.b.example')];
    const source = await sourceFor(['PLC-07'], fleet);
    for (const one of fleet)
      expect((await source.look(one, context)).look).toMatchObject({ kind: 'skipped' });
  });

  test('is never taken for another one by an address that only begins alike', async () => {
    const one = host('10.0.0.7');
    const source = await sourceFor(['10'], [one]);
    expect((await source.look(one, context)).look.kind).toBe('skipped');
  });

  test('is skipped with what to type while nothing was imported from it', async () => {
    const one = host('plc-08');
    const { look } = await (await sourceFor(['PLC-07'], [one])).look(one, context);
    expect(look).toMatchObject({
      kind: 'skipped',
      reason: expect.stringMatching(/collector pack.*evidence import/) as string,
    });
  });

  test('leaves all others to be asked', async () => {
    const one = host('ws-1', LIVE);
    const rest: Source = {
      look: () => Promise.resolve({ look: { kind: 'skipped', reason: 'asked' } }),
    };
    const { look } = await (await sourceFor(['WS-1'], [one], rest)).look(one, context);
    expect(look).toMatchObject({ reason: 'asked' });
  });
});
