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
  'schema host collectedAt build role sizeBytes freeBytes name state time operation result title log provider id kb text product target path section mode'.split(
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
