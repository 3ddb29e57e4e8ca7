import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCatalogueFolder } from '../../scripts/catalogue-folder.ts';
import { parseCase } from '../../scripts/labelled-case.ts';
import { resolve } from './pointer.ts';
import { diagnose } from '../../src/causes/diagnose.ts';
import type { Evidence } from '../../src/core/look.ts';
import type { Verdict } from '../../src/core/verdict.ts';
import { examine } from '../../src/facts/examine.ts';

const catalogue = readCatalogueFolder(join(import.meta.dirname, '../../catalogue'));
const cases = ['visible', 'own']
  .map((name) => join(import.meta.dirname, name))
  .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  .map((file) => parseCase(readFileSync(file, 'utf8')))
  .flatMap(({ id, expected, evidence }) => (evidence ? [{ id, expected, evidence }] : []));

function judge(evidence: Evidence): Verdict {
  return diagnose(catalogue, examine(evidence, catalogue.knowledge));
}

const anyCase = fc.constantFrom(...cases);

/** What a product's server knows of a deployment cannot be seen on the host: without it the host may well be healthy. */
const TOLD_BY_SERVERS = new Set(['agents', 'labels']);

const HEAD = new Set(['schema', 'host', 'collectedAt']);

function sections(evidence: Evidence): readonly string[] {
  return Object.keys(evidence).filter((key) => !HEAD.has(key) && !TOLD_BY_SERVERS.has(key));
}

function withoutSections(evidence: Evidence, left: readonly string[]): Evidence {
  return Object.fromEntries(
    Object.entries(evidence).filter(([key]) => !left.includes(key)),
  ) as unknown as Evidence;
}

function withRefusals(evidence: Evidence, left: readonly string[]): Evidence {
  const refusals = left.map((section) => ({ section, hresult: '0x80070005' }));
  return {
    ...withoutSections(evidence, left),
    errors: [...(evidence.errors ?? []), ...refusals],
  };
}

describe('a document and its variations', () => {
  test.each<readonly [string, (evidence: Evidence, left: readonly string[]) => Evidence]>([
    ['left out', withoutSections],
    ['refused [NIN-56]', withRefusals],
  ])('sections that are %s never make a host healthy', (_, without) => {
    // Some hosts of ours have their only trace in one section: where nobody asked for it, nobody can know.
    const sick = cases.filter(
      ({ id, expected }) =>
        expected.cause !== 'none' && (without === withRefusals || id.startsWith('v')),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...sick),
        fc.infiniteStream(fc.boolean()),
        ({ evidence }, coin) => {
          const left = sections(evidence).filter(() => coin.next().value);
          expect(judge(without(evidence, left)).cause).not.toBe('none');
        },
      ),
      { numRuns: 600 },
    );
  });

  test('a document with nothing but its head is not enough evidence, and says what is wanting', () => {
    const verdict = judge({ schema: 'evidence/1', host: 'x', collectedAt: '2024-02-20T08:00:00Z' });
    expect(verdict).toMatchObject({ status: 'no-data', cause: 'not-enough-evidence' });
    expect(verdict.unread.map(({ section }) => section)).toContain('windowsUpdate.history');
  });

  test('moving all times by the same span changes nothing but the times', () => {
    fc.assert(
      fc.property(anyCase, fc.integer({ min: -12 * 60, max: 12 * 60 }), ({ evidence }, minutes) => {
        const moved = judge(shift(evidence, minutes * 60_000));
        expect(moved.causes.map(({ id, confidence }) => [id, confidence])).toEqual(
          judge(evidence).causes.map(({ id, confidence }) => [id, confidence]),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('the order of lists changes nothing', () => {
    fc.assert(
      fc.property(anyCase, fc.integer(), ({ evidence }, seed) => {
        const shuffled = judge(shuffle(evidence, seed));
        expect([
          shuffled.cause,
          shuffled.causes.map(({ id, confidence }) => [id, confidence]),
        ]).toEqual([
          judge(evidence).cause,
          judge(evidence).causes.map(({ id, confidence }) => [id, confidence]),
        ]);
      }),
      { numRuns: 300 },
    );
  });

  test('whatever is missing inside a document, there is a verdict, and its quotes point at something', () => {
    fc.assert(
      fc.property(anyCase, fc.integer(), ({ evidence }, seed) => {
        const torn = tear(evidence, seed);
        const { status, causes } = judge(torn);
        expect(status).toBeTypeOf('string');
        const pointers = causes.flatMap((cause) => cause.evidence.map(({ pointer }) => pointer));
        expect(pointers.filter((pointer) => resolve(torn, pointer) === undefined)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('display text decides nothing: without captions and messages the verdict is the same [NIN-20]', () => {
    for (const { evidence } of cases) {
      const mute = JSON.parse(
        JSON.stringify(evidence, (key: string, value: unknown) =>
          key === 'message' || key === 'caption' ? 'x' : value,
        ),
      ) as Evidence;
      expect(judge(mute).causes.map(({ id, confidence }) => [id, confidence])).toEqual(
        judge(evidence).causes.map(({ id, confidence }) => [id, confidence]),
      );
    }
  });

  test('a failure of definition updates never changes a verdict', () => {
    for (const { evidence } of cases) {
      const history = evidence.windowsUpdate?.history ?? [];
      if (history.length === 0) continue;
      const failed = {
        time: evidence.collectedAt,
        operation: 'install',
        result: 'failed',
        hresult: '0x80070643',
        title: 'Security Intelligence Update - KB2267602',
        kb: 'KB2267602',
      } as const;
      const noisy: Evidence = {
        ...evidence,
        windowsUpdate: { ...evidence.windowsUpdate, history: [failed, ...history] },
      };
      expect(judge(noisy).cause).toBe(judge(evidence).cause);
    }
  });
});

/** What is on a host besides its trouble: the verdict and how sure it is stay the same. */
describe.each<readonly [string, (evidence: Evidence) => Evidence]>([
  [
    'services that have nothing to do with updates',
    (evidence) =>
      evidence.services === undefined
        ? evidence
        : {
            ...evidence,
            services: [
              ...evidence.services,
              { name: 'Spooler', state: 'stopped', startMode: 'disabled', win32ExitCode: 1067 },
              { name: 'Fax', state: 'stopped', startMode: 'auto', win32ExitCode: 1053 },
            ],
          },
  ],
  [
    'events of a provider that has nothing to do with updates',
    (evidence) =>
      evidence.events === undefined
        ? evidence
        : { ...evidence, events: [...evidence.events, printerFailed(evidence.collectedAt)] },
  ],
  [
    'an update that failed with a telling code and then installed',
    (evidence) => {
      const { history } = evidence.windowsUpdate ?? {};
      if (history === undefined) return evidence;
      const day = (days: number): string =>
        new Date(Date.parse(evidence.collectedAt) - days * 86_400_000).toISOString();
      const cured = { operation: 'install', title: 'Update (KB4999999)', kb: 'KB4999999' } as const;
      return {
        ...evidence,
        windowsUpdate: {
          ...evidence.windowsUpdate,
          history: [
            ...history,
            { ...cured, time: day(200), result: 'failed', hresult: '0x80070070' },
            { ...cured, time: day(199), result: 'failed', hresult: '0x800F081F' },
            { ...cured, time: day(198), result: 'succeeded' },
          ],
        },
      };
    },
  ],
  ['another name of the host', (evidence) => ({ ...evidence, host: 'another-host' })],
])('noise: %s', (_, withNoise) => {
  test.each(cases.map((one) => [one.id, one] as const))(
    'changes nothing on %s',
    (__, { evidence }) => {
      expect(told(judge(withNoise(evidence)))).toEqual(told(judge(evidence)));
    },
  );
});

function told({ status, cause, causes }: Verdict): unknown {
  return { status, cause, causes: causes.map(({ id, confidence }) => [id, confidence]) };
}

function printerFailed(time: string): NonNullable<Evidence['events']>[number] {
  return {
    log: 'System',
    provider: 'Microsoft-Windows-PrintService',
    id: 372,
    level: 2,
    time,
    data: { errorCode: '0x80070070' },
  };
}

/** Sections in which most verdicts have nothing to look for, and those that are read from there. */
test.each([
  ['hotfixes', ['prerequisite-update-missing']],
  ['platform', ['device-conditions-unmet', 'low-memory']],
  ['recovery', ['winre-partition-small', 'not-applicable']],
  ['security', ['av-blocking']],
])('a host without %s has the same verdict, but for %j', (section, readers) => {
  const asides = cases.filter(({ evidence }) => {
    const { cause } = judge(evidence);
    return section in evidence && cause !== 'none' && !readers.includes(cause);
  });
  expect(asides.length).toBeGreaterThan(20);
  const changed = asides.filter(
    ({ evidence }) => judge(withoutSections(evidence, [section])).cause !== judge(evidence).cause,
  );
  expect(changed.map(({ id }) => id)).toEqual([]);
});

test('where everything that the cause was read from is refused, that is told, and the host is not called healthy', () => {
  let asked = 0;
  const dishonest: string[] = [];
  for (const { id, expected, evidence } of cases) {
    const { causes } = judge(evidence);
    const [first] = causes;
    if (first === undefined || first.id !== expected.cause) continue;
    const read = [...new Set(first.evidence.map(({ pointer }) => pointer.split('/')[1] ?? ''))];
    const deciding = read.filter(
      (section) => sections(evidence).includes(section) && section !== 'errors',
    );
    if (deciding.length === 0 || deciding.length < read.length) continue;
    asked += 1;
    const blind = judge(withRefusals(evidence, deciding));
    const unread = new Set(blind.unread.map(({ section }) => section));
    const isUntold = deciding.some((section) => !unread.has(section));
    if (isUntold || blind.cause === 'none') dishonest.push(id);
  }
  expect(dishonest).toEqual([]);
  expect(asked).toBeGreaterThan(150);
});

function shift(value: Evidence, by: number): Evidence {
  const text = JSON.stringify(value).replaceAll(
    /"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"/g,
    (_, time: string) =>
      JSON.stringify(new Date(Date.parse(time) + by).toISOString().replace('.000', '')),
  );
  return JSON.parse(text) as Evidence;
}

/** Leaves out about one optional value in ten. */
function tear(value: Evidence, seed: number): Evidence {
  const random = randomFrom(seed);
  const mix = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(mix);
    if (typeof one !== 'object' || one === null) return one;
    const kept = Object.entries(one).filter(([key]) => REQUIRED.has(key) || random() % 10 !== 0);
    return Object.fromEntries(kept.map(([key, item]) => [key, mix(item)]));
  };
  return mix(value) as Evidence;
}

// Required by the schema in their place.
const REQUIRED = new Set(
  'schema host collectedAt build role sizeBytes freeBytes name state time operation result title log provider id kb text product target path section mode version'.split(
    ' ',
  ),
);

function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
}

function shuffle(value: Evidence, seed: number): Evidence {
  const random = randomFrom(seed);
  const mix = (one: unknown): unknown => {
    if (Array.isArray(one)) {
      const keyed = one.map((item: unknown) => [random(), mix(item)] as const);
      return keyed.toSorted((a, b) => a[0] - b[0]).map(([, item]) => item);
    }
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, item]) => [key, mix(item)]));
  };
  return mix(value) as Evidence;
}
